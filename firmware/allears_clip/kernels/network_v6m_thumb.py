# The voice network for ARMv6-M (RP2040): network_viper with the dense layers in assembler. Equal to network_py to
# the bit. Activations are kept as network_viper keeps them, 16384 too high (so up to 32768: they load unsigned); what
# that adds to a row's sum is taken off its bias once.
# ruff: noqa: F821 - registers and instructions exist for the assembler only.
from array import array

import micropython
import uctypes

from allears_clip.kernels.network_base import NetworkKernel
from allears_clip.kernels.network_viper import gates, inputs, prepare, rectify
from allears_core.compat import const

_ZERO = const(16384)


class Layer:
    """A dense layer as `multiply` wants it. `weights` are words of four, rows one after the other."""

    def __init__(self, weights, biases, columns, shift):
        self.weights = bytearray(weights)
        self.biases = biases
        prepare(self.weights, biases, len(biases), columns)
        for i in range(len(self.weights)):
            self.weights[i] ^= 128  # prepare() leaves them 128 too high
        addresses = [uctypes.addressof(self.weights), uctypes.addressof(biases)]
        self.call = array("I", addresses + [2 * columns, shift, 2 * len(biases)])


def dense(layer, x, out):
    multiply(layer.call, x, out)


# call: addresses of weights and biases, bytes of activations, shift, bytes of results
@micropython.asm_thumb
def multiply(r0, r1, r2):  # call, x, out
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r4, r5, r6, r7})
    ldr(r3, [r0, 4])
    mov(r8, r3)  # next bias
    mov(r9, r1)  # x
    ldr(r3, [r0, 8])
    add(r3, r3, r1)
    mov(r10, r3)  # end of x
    ldr(r3, [r0, 12])
    mov(r11, r3)  # shift
    mov(r12, r2)  # next result
    ldr(r3, [r0, 16])
    add(r3, r3, r2)
    mov(lr, r3)  # end of results
    ldr(r0, [r0, 0])
    label(row)
    mov(r3, r8)
    ldr(r2, [r3, 0])
    add(r3, 4)
    mov(r8, r3)
    mov(r1, r9)
    label(four)
    data(2, 0xC808)  # ldmia r0!, {r3}
    data(2, 0xC930)  # ldmia r1!, {r4, r5}
    data(2, 0xB25E)  # sxtb r6, r3
    data(2, 0xB2A7)  # uxth r7, r4
    mul(r6, r7)
    add(r2, r2, r6)
    lsl(r6, r3, 16)
    asr(r6, r6, 24)
    lsr(r4, r4, 16)
    mul(r6, r4)
    add(r2, r2, r6)
    lsl(r6, r3, 8)
    asr(r6, r6, 24)
    data(2, 0xB2AF)  # uxth r7, r5
    mul(r6, r7)
    add(r2, r2, r6)
    asr(r3, r3, 24)
    lsr(r5, r5, 16)
    mul(r3, r5)
    add(r2, r2, r3)
    data(2, 0x4551)  # cmp r1, r10
    bcc(four)
    mov(r3, r11)
    asr(r2, r3)
    data(2, 0xB213)  # sxth r3, r2
    cmp(r3, r2)
    beq(fits)
    # Beyond 16 bits: 32767, or -32768 for what is negative
    asr(r2, r2, 31)
    mov(r3, 1)
    lsl(r3, r3, 15)
    sub(r3, 1)
    eor(r3, r2)
    label(fits)
    mov(r4, r12)
    strh(r3, [r4, 0])
    add(r4, 2)
    mov(r12, r4)
    data(2, 0x4574)  # cmp r4, lr
    bcc(row)
    pop({r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)


class Network(NetworkKernel):
    def __init__(self, weights, manifest):
        super().__init__(weights, manifest, Layer, inputs, dense, rectify, gates, _ZERO)
