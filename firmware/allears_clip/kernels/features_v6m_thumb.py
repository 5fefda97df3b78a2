# Sound features for ARMv6-M (RP2040): features_viper with the transform, two thirds of its work, in assembler.
# Equal to features_py to the bit. How this is written: see features_thumb; every instruction is one of ARMv6-M, where
# nearly all work on r0-r7 only, and r8-r12 and lr keep what is needed now and then.
# ruff: noqa: F821 - registers and instructions exist for the assembler only.
import micropython

from allears_clip.kernels.features_base import FeatureKernel
from allears_clip.kernels.features_viper import logarithms, split, take_hop, window
from allears_clip.kernels.tables import TWIDDLES_Q14

_TWIDDLES = bytearray(TWIDDLES_Q14)  # on the heap, where words are aligned as this chip demands


def transform(data):
    butterflies(data, _TWIDDLES)


@micropython.asm_thumb
def butterflies(r0, r1):  # data, twiddles
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r0, r1, r4, r5, r6, r7})
    mov(r2, 1)
    lsl(r3, r2, 13)
    mov(r8, r3)  # the rounding
    lsl(r3, r2, 10)
    add(r3, r3, r0)
    mov(r10, r3)  # end of data
    mov(r2, 4)
    mov(r9, r2)  # bytes between the two points of a butterfly
    lsl(r3, r2, 7)
    mov(r11, r3)  # bytes between two twiddles: 512 / half
    label(stage)
    data(2, 0x9800)  # ldr r0, [sp, #0]
    data(2, 0x9901)  # ldr r1, [sp, #4]
    mov(r12, r0)
    label(turn)
    mov(lr, r1)
    ldr(r2, [r1, 0])
    asr(r3, r2, 16)
    data(2, 0xB212)  # sxth r2, r2
    label(butterfly)
    mov(r1, r0)
    data(2, 0x4449)  # add r1, r9
    ldr(r4, [r1, 0])
    asr(r5, r4, 16)
    data(2, 0xB224)  # sxth r4, r4
    mov(r6, r4)
    mul(r6, r2)
    mov(r7, r5)
    mul(r7, r3)
    sub(r6, r6, r7)
    data(2, 0x4446)  # add r6, r8
    asr(r6, r6, 14)  # real part of w b
    mul(r4, r3)
    mul(r5, r2)
    add(r4, r4, r5)
    data(2, 0x4444)  # add r4, r8
    asr(r4, r4, 14)  # imaginary part
    ldr(r5, [r0, 0])
    asr(r7, r5, 16)
    data(2, 0xB22D)  # sxth r5, r5
    add(r5, r5, r6)
    lsl(r6, r6, 1)
    sub(r6, r5, r6)
    asr(r5, r5, 1)
    asr(r6, r6, 1)
    add(r7, r7, r4)
    lsl(r4, r4, 1)
    sub(r4, r7, r4)
    asr(r7, r7, 1)
    asr(r4, r4, 1)
    strh(r5, [r0, 0])
    strh(r7, [r0, 2])
    strh(r6, [r1, 0])
    strh(r4, [r1, 2])
    mov(r0, r1)
    data(2, 0x4448)  # add r0, r9
    data(2, 0x4550)  # cmp r0, r10
    bcc(butterfly)
    mov(r0, r12)
    add(r0, 4)
    mov(r12, r0)
    mov(r1, lr)
    data(2, 0x4459)  # add r1, r11
    data(2, 0x9C00)  # ldr r4, [sp, #0]
    data(2, 0x444C)  # add r4, r9
    cmp(r0, r4)
    bcc(turn)
    mov(r4, r11)
    lsr(r4, r4, 1)
    mov(r11, r4)
    mov(r4, r9)
    lsl(r4, r4, 1)
    mov(r9, r4)
    mov(r5, 1)
    lsl(r5, r5, 10)
    cmp(r4, r5)
    bne(stage)
    pop({r0, r1, r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)


class Features(FeatureKernel):
    def __init__(self):
        super().__init__(take_hop, window, transform, split, logarithms)
