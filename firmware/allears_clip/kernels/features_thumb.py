# Sound features in assembler for Cortex-M33 and M4 (their DSP instructions). Equal to features_py to the bit; see
# there for what each stage means.
#
# What the assembler of MicroPython does not know stands as data(2, ...), with the instruction behind it;
# tools/assemble_thumb.py writes and checks the numbers. All of r0-r12 and lr are free in a function but for r8-r11,
# which it keeps itself; nothing here allocates. Complex points are words: re (mouth) in the low half, im (ear) in
# the high one. `work` is the window: 256 x (mouth, ear) as int32, then one word a channel.
# ruff: noqa: F821 - registers and instructions exist for the assembler only.
from array import array

import micropython
import uctypes

from allears_clip.kernels.tables import (
    BAND_EDGES,
    BIT_REVERSED,
    HALVING_LOSS,
    LOG2_Q8,
    TWIDDLES_Q14,
    WINDOW_Q14,
)
from allears_core.params import BANDS, CHANNELS, HOP_SAMPLES, WINDOW_SAMPLES


# state: the sample pair before the hop, address of level, address of peak
@micropython.asm_thumb
def take_hop(r0, r1, r2, r3):  # pcm, y, state, LOG2_Q8
    push({r2, r3, r8, r9, r10, r11})
    ldr(r6, [r2, 0])
    data(2, 0x46B2)  # mov r10, r6
    mov(r2, 64)
    mov(r4, 0)
    mov(r5, 0)
    mov(r6, 0)
    mov(r7, 0)
    data(2, 0xF04F, 0x0800)  # mov.w r8, #0
    data(2, 0xF04F, 0x0900)  # mov.w r9, #0
    data(2, 0xF04F, 0x0B0F)  # mov.w r11, #15
    label(pair)  # r3: this sample pair, r10: the one before
    data(2, 0xF850, 0x3B04)  # ldr r3, [r0], #4
    data(2, 0xFBC3, 0x4583)  # smlalbb r4, r5, r3, r3
    data(2, 0xFBC3, 0x67B3)  # smlaltt r6, r7, r3, r3
    data(2, 0xFAD3, 0xFC08)  # ssub16 r12, r3, r8
    data(2, 0xFAA3, 0xF888)  # sel r8, r3, r8
    data(2, 0xFAD3, 0xFC09)  # ssub16 r12, r3, r9
    data(2, 0xFAA9, 0xF983)  # sel r9, r9, r3
    data(2, 0xFB1A, 0xFC0B)  # smulbb r12, r10, r11
    data(2, 0xFB1A, 0xFA2B)  # smultb r10, r10, r11
    data(2, 0xFA0F, 0xFE83)  # sxth.w lr, r3
    data(2, 0xEBAE, 0x1C2C)  # sub.w r12, lr, r12, asr #4
    data(2, 0xEA4F, 0x4E23)  # mov.w lr, r3, asr #16
    data(2, 0xEBAE, 0x1E2A)  # sub.w lr, lr, r10, asr #4
    data(2, 0xE8E1, 0xCE02)  # strd r12, lr, [r1], #8
    # The same with r3 and r10 changed over
    data(2, 0xF850, 0xAB04)  # ldr r10, [r0], #4
    data(2, 0xFBCA, 0x458A)  # smlalbb r4, r5, r10, r10
    data(2, 0xFBCA, 0x67BA)  # smlaltt r6, r7, r10, r10
    data(2, 0xFADA, 0xFC08)  # ssub16 r12, r10, r8
    data(2, 0xFAAA, 0xF888)  # sel r8, r10, r8
    data(2, 0xFADA, 0xFC09)  # ssub16 r12, r10, r9
    data(2, 0xFAA9, 0xF98A)  # sel r9, r9, r10
    data(2, 0xFB13, 0xFC0B)  # smulbb r12, r3, r11
    data(2, 0xFB13, 0xF32B)  # smultb r3, r3, r11
    data(2, 0xFA0F, 0xFE8A)  # sxth.w lr, r10
    data(2, 0xEBAE, 0x1C2C)  # sub.w r12, lr, r12, asr #4
    data(2, 0xEA4F, 0x4E2A)  # mov.w lr, r10, asr #16
    data(2, 0xEBAE, 0x1E23)  # sub.w lr, lr, r3, asr #4
    data(2, 0xE8E1, 0xCE02)  # strd r12, lr, [r1], #8
    sub(r2, 1)
    bne(pair)
    pop({r2, r3})
    data(2, 0xF8C2, 0xA000)  # str.w r10, [r2]
    # Peaks: the larger of the maximum and the negated minimum, saturated
    ldr(r1, [r2, 8])
    data(2, 0xFA0F, 0xFA88)  # sxth.w r10, r8
    data(2, 0xFA0F, 0xFB89)  # sxth.w r11, r9
    data(2, 0xF1CB, 0x0B00)  # rsb r11, r11, #0
    data(2, 0x45DA)  # cmp r10, r11
    data(2, 0xBFB8)  # it lt
    data(2, 0x46DA)  # movlt r10, r11
    data(2, 0xF30A, 0x0A0F)  # ssat r10, #16, r10
    data(2, 0xF8A1, 0xA000)  # strh.w r10, [r1]
    data(2, 0xEA4F, 0x4A28)  # mov.w r10, r8, asr #16
    data(2, 0xEA4F, 0x4B29)  # mov.w r11, r9, asr #16
    data(2, 0xF1CB, 0x0B00)  # rsb r11, r11, #0
    data(2, 0x45DA)  # cmp r10, r11
    data(2, 0xBFB8)  # it lt
    data(2, 0x46DA)  # movlt r10, r11
    data(2, 0xF30A, 0x0A0F)  # ssat r10, #16, r10
    data(2, 0xF8A1, 0xA002)  # strh.w r10, [r1, #2]
    # Levels: log2 of the 64-bit sums r5:r4 and r7:r6, then decibels
    ldr(r1, [r2, 4])
    movw(r0, 12330)
    mov(r2, 2)
    label(level)
    cmp(r5, 0)
    beq(low)
    data(2, 0xFAB5, 0xFA85)  # clz r10, r5
    data(2, 0xFA05, 0xF50A)  # lsl.w r5, r5, r10
    data(2, 0xF1CA, 0x0B20)  # rsb r11, r10, #32
    data(2, 0xFA24, 0xF40B)  # lsr.w r4, r4, r11
    orr(r4, r5)
    data(2, 0xF1CA, 0x0A3F)  # rsb r10, r10, #63
    b(look)
    label(low)
    data(2, 0xFAB4, 0xFA84)  # clz r10, r4
    data(2, 0xFA04, 0xF40A)  # lsl.w r4, r4, r10
    data(2, 0xF1CA, 0x0A1F)  # rsb r10, r10, #31
    label(look)
    data(2, 0xF3C4, 0x55C7)  # ubfx r5, r4, #23, #8
    data(2, 0xF813, 0x5005)  # ldrb.w r5, [r3, r5]
    data(2, 0xF1AA, 0x0A25)  # sub.w r10, r10, #37
    data(2, 0xEB05, 0x250A)  # add.w r5, r5, r10, lsl #8
    data(2, 0xFB05, 0xF500)  # mul r5, r5, r0
    data(2, 0xEA4F, 0x3525)  # mov.w r5, r5, asr #12
    data(2, 0xF46F, 0x4ABE)  # mvn r10, #0x5f00
    data(2, 0xF1AA, 0x0AFF)  # sub.w r10, r10, #255
    data(2, 0x4555)  # cmp r5, r10
    data(2, 0xBFB8)  # it lt
    data(2, 0x4655)  # movlt r5, r10
    data(2, 0xF821, 0x5B02)  # strh r5, [r1], #2
    mov(r4, r6)
    mov(r5, r7)
    sub(r2, 1)
    bne(level)
    pop({r8, r9, r10, r11})


@micropython.asm_thumb
def weigh(r0, r1, r2, r3):  # y of the older hop, y of the newer, work, WINDOW_Q14
    push({r1, r8, r9, r10, r11})
    data(2, 0xF04F, 0x0800)  # mov.w r8, #0
    data(2, 0xF04F, 0x0900)  # mov.w r9, #0
    mov(r1, 64)
    label(older)
    data(2, 0xE8B0, 0x0C30)  # ldmia.w r0!, {r4, r5, r10, r11}
    ldrh(r6, [r3, 0])
    ldrh(r7, [r3, 2])
    mul(r4, r6)
    mul(r5, r6)
    data(2, 0xFB0A, 0xFA07)  # mul r10, r10, r7
    data(2, 0xFB0B, 0xFB07)  # mul r11, r11, r7
    data(2, 0xE8A2, 0x0C30)  # stmia.w r2!, {r4, r5, r10, r11}
    data(2, 0xEA84, 0x74E4)  # eor.w r4, r4, r4, asr #31
    data(2, 0xEA48, 0x0804)  # orr.w r8, r8, r4
    data(2, 0xEA85, 0x75E5)  # eor.w r5, r5, r5, asr #31
    data(2, 0xEA49, 0x0905)  # orr.w r9, r9, r5
    data(2, 0xEA8A, 0x7AEA)  # eor.w r10, r10, r10, asr #31
    data(2, 0xEA48, 0x080A)  # orr.w r8, r8, r10
    data(2, 0xEA8B, 0x7BEB)  # eor.w r11, r11, r11, asr #31
    data(2, 0xEA49, 0x090B)  # orr.w r9, r9, r11
    add(r3, 4)
    sub(r1, 1)
    bne(older)
    pop({r0})
    mov(r1, 64)
    label(newer)
    data(2, 0xE8B0, 0x0C30)  # ldmia.w r0!, {r4, r5, r10, r11}
    ldrh(r6, [r3, 0])
    ldrh(r7, [r3, 2])
    mul(r4, r6)
    mul(r5, r6)
    data(2, 0xFB0A, 0xFA07)  # mul r10, r10, r7
    data(2, 0xFB0B, 0xFB07)  # mul r11, r11, r7
    data(2, 0xE8A2, 0x0C30)  # stmia.w r2!, {r4, r5, r10, r11}
    data(2, 0xEA84, 0x74E4)  # eor.w r4, r4, r4, asr #31
    data(2, 0xEA48, 0x0804)  # orr.w r8, r8, r4
    data(2, 0xEA85, 0x75E5)  # eor.w r5, r5, r5, asr #31
    data(2, 0xEA49, 0x0905)  # orr.w r9, r9, r5
    data(2, 0xEA8A, 0x7AEA)  # eor.w r10, r10, r10, asr #31
    data(2, 0xEA48, 0x080A)  # orr.w r8, r8, r10
    data(2, 0xEA8B, 0x7BEB)  # eor.w r11, r11, r11, asr #31
    data(2, 0xEA49, 0x090B)  # orr.w r9, r9, r11
    add(r3, 4)
    sub(r1, 1)
    bne(newer)
    data(2, 0xE9C2, 0x8900)  # strd r8, r9, [r2]
    pop({r8, r9, r10, r11})


# Shifts both channels to 14 bits and sign, packs them in bit-reversed order, and does the first two stages of the
# transform, whose twiddles are 1 and -i. Leaves in work, behind the window, what log2 of a channel's bands starts at.
@micropython.asm_thumb
def load(r0, r1, r2):  # work, data, BIT_REVERSED[:64] + HALVING_LOSS
    push({r8, r9, r10, r11})
    data(2, 0xF600, 0x0300)  # addw r3, r0, #2048
    ldr(r4, [r3, 0])
    ldr(r5, [r3, 4])
    data(2, 0xFAB4, 0xF884)  # clz r8, r4
    data(2, 0xF1D8, 0x0812)  # rsbs r8, r8, #18
    data(2, 0xBF48)  # it mi
    data(2, 0xF04F, 0x0800)  # movmi r8, #0
    data(2, 0xFAB5, 0xF985)  # clz r9, r5
    data(2, 0xF1D9, 0x0912)  # rsbs r9, r9, #18
    data(2, 0xBF48)  # it mi
    data(2, 0xF04F, 0x0900)  # movmi r9, #0
    # 31 * 256 - 4096 + 512 * shift; a silent channel starts so low that all its bands are 0
    movw(r7, 3840)
    data(2, 0xEB07, 0x2648)  # add.w r6, r7, r8, lsl #9
    cmp(r4, 0)
    bne(mouth_sounds)
    data(2, 0xF46F, 0x46FE)  # mvn r6, #0x7f00
    label(mouth_sounds)
    data(2, 0xEB07, 0x2749)  # add.w r7, r7, r9, lsl #9
    cmp(r5, 0)
    bne(ear_sounds)
    data(2, 0xF46F, 0x47FE)  # mvn r7, #0x7f00
    label(ear_sounds)
    data(2, 0xE9C3, 0x6700)  # strd r6, r7, [r3]
    data(2, 0xF200, 0x4300)  # addw r3, r0, #1024
    data(2, 0xF102, 0x0E40)  # add.w lr, r2, #64
    label(four)
    data(2, 0xE9D3, 0x5C80)  # ldrd r5, r12, [r3, #512]
    data(2, 0xFA45, 0xF508)  # asr.w r5, r5, r8
    data(2, 0xFA4C, 0xFC09)  # asr.w r12, r12, r9
    data(2, 0xEAC5, 0x470C)  # pkhbt r7, r5, r12, lsl #16
    data(2, 0xE9D0, 0x5C80)  # ldrd r5, r12, [r0, #512]
    data(2, 0xFA45, 0xF508)  # asr.w r5, r5, r8
    data(2, 0xFA4C, 0xFC09)  # asr.w r12, r12, r9
    data(2, 0xEAC5, 0x460C)  # pkhbt r6, r5, r12, lsl #16
    data(2, 0xE8F3, 0x5C02)  # ldrd r5, r12, [r3], #8
    data(2, 0xFA45, 0xF508)  # asr.w r5, r5, r8
    data(2, 0xFA4C, 0xFC09)  # asr.w r12, r12, r9
    data(2, 0xEAC5, 0x450C)  # pkhbt r5, r5, r12, lsl #16
    data(2, 0xE8F0, 0x4C02)  # ldrd r4, r12, [r0], #8
    data(2, 0xFA44, 0xF408)  # asr.w r4, r4, r8
    data(2, 0xFA4C, 0xFC09)  # asr.w r12, r12, r9
    data(2, 0xEAC4, 0x440C)  # pkhbt r4, r4, r12, lsl #16
    data(2, 0xF892, 0xC040)  # ldrb.w r12, [r2, #64]
    data(2, 0xEA4C, 0x4C0C)  # orr.w r12, r12, r12, lsl #16
    data(2, 0xFA94, 0xF40C)  # sadd16 r4, r4, r12
    data(2, 0xFA94, 0xFA25)  # shadd16 r10, r4, r5
    data(2, 0xFAD4, 0xF525)  # shsub16 r5, r4, r5
    data(2, 0xFA96, 0xFB27)  # shadd16 r11, r6, r7
    data(2, 0xFAD6, 0xF727)  # shsub16 r7, r6, r7
    data(2, 0xFA9A, 0xF42B)  # shadd16 r4, r10, r11
    data(2, 0xFADA, 0xF62B)  # shsub16 r6, r10, r11
    data(2, 0xFAE5, 0xFA27)  # shsax r10, r5, r7
    data(2, 0xFAA5, 0xF727)  # shasx r7, r5, r7
    data(2, 0xF812, 0xCB01)  # ldrb r12, [r2], #1
    data(2, 0xEB01, 0x0C8C)  # add.w r12, r1, r12, lsl #2
    data(2, 0x4655)  # mov r5, r10
    data(2, 0xE88C, 0x00F0)  # stmia.w r12, {r4, r5, r6, r7}
    data(2, 0x4572)  # cmp r2, lr
    bne_w(four)
    pop({r8, r9, r10, r11})


# Stages 3 to 8 of the transform, two at a time: the four points of a group stay in registers.
@micropython.asm_thumb
def transform(r0, r1):  # data, TWIDDLES_Q14
    push({r8, r9, r10, r11})
    data(2, 0xB086)  # sub sp, #24
    data(2, 0xF44F, 0x5800)  # mov.w r8, #8192
    data(2, 0x9000)  # str r0, [sp, #0]
    data(2, 0x9101)  # str r1, [sp, #4]
    data(2, 0xF04F, 0x0910)  # mov.w r9, #16
    label(two_stages)  # r9: bytes from one point of a group to the next
    data(2, 0x9800)  # ldr r0, [sp, #0]
    data(2, 0xF500, 0x6B80)  # add.w r11, r0, #1024
    data(2, 0xEB00, 0x0C09)  # add.w r12, r0, r9
    data(2, 0xF8CD, 0xC010)  # str.w r12, [sp, #16]
    data(2, 0x9C01)  # ldr r4, [sp, #4]
    mov(r5, r4)
    data(2, 0xEB09, 0x0A49)  # add.w r10, r9, r9, lsl #1
    label(turn)
    ldr(r1, [r4, 0])
    ldr(r2, [r5, 0])
    data(2, 0xF8D5, 0x3100)  # ldr.w r3, [r5, #256]
    # The twiddles advance by 1024 / r9 and 2048 / r9 bytes: 64 and 128, then 16 and 32
    data(2, 0xF44F, 0x6C80)  # mov.w r12, #1024
    data(2, 0xFBBC, 0xFCF9)  # udiv r12, r12, r9
    data(2, 0xEB04, 0x044C)  # add.w r4, r4, r12, lsl #1
    data(2, 0x4465)  # add r5, r12
    data(2, 0xE9CD, 0x4502)  # strd r4, r5, [sp, #8]
    data(2, 0x9005)  # str r0, [sp, #20]
    label(group)
    ldr(r4, [r0, 0])
    data(2, 0xF850, 0x5009)  # ldr.w r5, [r0, r9]
    data(2, 0xF850, 0x6019)  # ldr.w r6, [r0, r9, lsl #1]
    data(2, 0xF850, 0x700A)  # ldr.w r7, [r0, r10]
    data(2, 0xFB41, 0x8C05)  # smlsd r12, r1, r5, r8
    data(2, 0xFB21, 0x8E15)  # smladx lr, r1, r5, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD4, 0xF52C)  # shsub16 r5, r4, r12
    data(2, 0xFA94, 0xF42C)  # shadd16 r4, r4, r12
    data(2, 0xFB41, 0x8C07)  # smlsd r12, r1, r7, r8
    data(2, 0xFB21, 0x8E17)  # smladx lr, r1, r7, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD6, 0xF72C)  # shsub16 r7, r6, r12
    data(2, 0xFA96, 0xF62C)  # shadd16 r6, r6, r12
    data(2, 0xFB42, 0x8C06)  # smlsd r12, r2, r6, r8
    data(2, 0xFB22, 0x8E16)  # smladx lr, r2, r6, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD4, 0xF62C)  # shsub16 r6, r4, r12
    data(2, 0xFA94, 0xF42C)  # shadd16 r4, r4, r12
    data(2, 0xFB43, 0x8C07)  # smlsd r12, r3, r7, r8
    data(2, 0xFB23, 0x8E17)  # smladx lr, r3, r7, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD5, 0xF72C)  # shsub16 r7, r5, r12
    data(2, 0xFA95, 0xF52C)  # shadd16 r5, r5, r12
    data(2, 0xF840, 0x5009)  # str.w r5, [r0, r9]
    data(2, 0xF840, 0x6019)  # str.w r6, [r0, r9, lsl #1]
    data(2, 0xF840, 0x700A)  # str.w r7, [r0, r10]
    str(r4, [r0, 0])
    data(2, 0xEB00, 0x0089)  # add.w r0, r0, r9, lsl #2
    data(2, 0x4558)  # cmp r0, r11
    bcc(group)
    data(2, 0xE9DD, 0x4502)  # ldrd r4, r5, [sp, #8]
    data(2, 0xE9DD, 0xC004)  # ldrd r12, r0, [sp, #16]
    add(r0, 4)
    data(2, 0x4560)  # cmp r0, r12
    bne(turn)
    data(2, 0xEA4F, 0x0989)  # mov.w r9, r9, lsl #2
    data(2, 0xF1B9, 0x0F40)  # cmp.w r9, #64
    beq(two_stages)
    # The last two stages: one group a turn
    data(2, 0xE9DD, 0x0900)  # ldrd r0, r9, [sp]
    data(2, 0x46CA)  # mov r10, r9
    data(2, 0xF500, 0x7B80)  # add.w r11, r0, #256
    label(last)
    data(2, 0xF859, 0x1B08)  # ldr r1, [r9], #8
    data(2, 0xF8DA, 0x3100)  # ldr.w r3, [r10, #256]
    data(2, 0xF85A, 0x2B04)  # ldr r2, [r10], #4
    ldr(r4, [r0, 0])
    data(2, 0xF8D0, 0x5100)  # ldr.w r5, [r0, #256]
    data(2, 0xF8D0, 0x6200)  # ldr.w r6, [r0, #512]
    data(2, 0xF8D0, 0x7300)  # ldr.w r7, [r0, #768]
    data(2, 0xFB41, 0x8C05)  # smlsd r12, r1, r5, r8
    data(2, 0xFB21, 0x8E15)  # smladx lr, r1, r5, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD4, 0xF52C)  # shsub16 r5, r4, r12
    data(2, 0xFA94, 0xF42C)  # shadd16 r4, r4, r12
    data(2, 0xFB41, 0x8C07)  # smlsd r12, r1, r7, r8
    data(2, 0xFB21, 0x8E17)  # smladx lr, r1, r7, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD6, 0xF72C)  # shsub16 r7, r6, r12
    data(2, 0xFA96, 0xF62C)  # shadd16 r6, r6, r12
    data(2, 0xFB42, 0x8C06)  # smlsd r12, r2, r6, r8
    data(2, 0xFB22, 0x8E16)  # smladx lr, r2, r6, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD4, 0xF62C)  # shsub16 r6, r4, r12
    data(2, 0xFA94, 0xF42C)  # shadd16 r4, r4, r12
    data(2, 0xFB43, 0x8C07)  # smlsd r12, r3, r7, r8
    data(2, 0xFB23, 0x8E17)  # smladx lr, r3, r7, r8
    data(2, 0xEA4F, 0x3CAC)  # mov.w r12, r12, asr #14
    data(2, 0xEACC, 0x0C8E)  # pkhbt r12, r12, lr, lsl #2
    data(2, 0xFAD5, 0xF72C)  # shsub16 r7, r5, r12
    data(2, 0xFA95, 0xF52C)  # shadd16 r5, r5, r12
    data(2, 0xF8C0, 0x5100)  # str.w r5, [r0, #256]
    data(2, 0xF8C0, 0x6200)  # str.w r6, [r0, #512]
    data(2, 0xF8C0, 0x7300)  # str.w r7, [r0, #768]
    data(2, 0xF840, 0x4B04)  # str r4, [r0], #4
    data(2, 0x4558)  # cmp r0, r11
    bne(last)
    data(2, 0xB006)  # add sp, #24
    pop({r8, r9, r10, r11})


# Power of both channels out of the one spectrum, summed over each band, and its log2.
@micropython.asm_thumb
def take_bands(r0, r1, r2, r3):  # data, bands, work, LOG2_Q8 + BAND_EDGES
    push({r8, r9, r10, r11})
    data(2, 0xF602, 0x0200)  # addw r2, r2, #2048
    data(2, 0xE9D2, 0xE400)  # ldrd lr, r4, [r2]
    data(2, 0xB411)  # push {r0, r4}
    mov(r2, r1)
    data(2, 0x469C)  # mov r12, r3
    data(2, 0xF503, 0x7380)  # add.w r3, r3, #256
    data(2, 0xF813, 0x4B01)  # ldrb r4, [r3], #1
    data(2, 0xF500, 0x6180)  # add.w r1, r0, #1024
    data(2, 0xEBA1, 0x0184)  # sub.w r1, r1, r4, lsl #2
    data(2, 0xEB00, 0x0084)  # add.w r0, r0, r4, lsl #2
    mov(r4, 24)
    label(band)
    data(2, 0xB410)  # push {r4}
    data(2, 0xF813, 0x4B01)  # ldrb r4, [r3], #1
    data(2, 0x9D01)  # ldr r5, [sp, #4]
    data(2, 0xEB05, 0x0B84)  # add.w r11, r5, r4, lsl #2
    mov(r6, 1)
    mov(r7, 1)
    label(bin)
    data(2, 0xF850, 0x4B04)  # ldr r4, [r0], #4
    data(2, 0xF851, 0x5904)  # ldr r5, [r1], #-4
    data(2, 0xFA94, 0xF825)  # shadd16 r8, r4, r5
    data(2, 0xFAD4, 0xF925)  # shsub16 r9, r4, r5
    data(2, 0xFAD5, 0xFA24)  # shsub16 r10, r5, r4
    data(2, 0xEAC8, 0x0909)  # pkhbt r9, r8, r9
    data(2, 0xFB29, 0x6609)  # smlad r6, r9, r9, r6
    data(2, 0xEACA, 0x0A08)  # pkhbt r10, r10, r8
    data(2, 0xFB2A, 0x770A)  # smlad r7, r10, r10, r7
    data(2, 0x4558)  # cmp r0, r11
    bne(bin)
    data(2, 0xFAB6, 0xF486)  # clz r4, r6
    lsl(r6, r4)
    data(2, 0xF3C6, 0x56C7)  # ubfx r6, r6, #23, #8
    data(2, 0xF81C, 0x6006)  # ldrb.w r6, [r12, r6]
    data(2, 0x4476)  # add r6, lr
    data(2, 0xEBA6, 0x2604)  # sub.w r6, r6, r4, lsl #8
    data(2, 0xF386, 0x060F)  # usat r6, #15, r6
    data(2, 0xF8A2, 0x6000)  # strh.w r6, [r2, #0]
    data(2, 0xFAB7, 0xF487)  # clz r4, r7
    lsl(r7, r4)
    data(2, 0xF3C7, 0x57C7)  # ubfx r7, r7, #23, #8
    data(2, 0xF81C, 0x7007)  # ldrb.w r7, [r12, r7]
    data(2, 0x9D02)  # ldr r5, [sp, #8]
    add(r7, r7, r5)
    data(2, 0xEBA7, 0x2704)  # sub.w r7, r7, r4, lsl #8
    data(2, 0xF387, 0x070F)  # usat r7, #15, r7
    data(2, 0xF8A2, 0x7030)  # strh.w r7, [r2, #48]
    add(r2, 2)
    data(2, 0xBC10)  # pop {r4}
    sub(r4, 1)
    bne(band)
    data(2, 0xB002)  # add sp, #8
    pop({r8, r9, r10, r11})


class Features:
    """As features_base.FeatureKernel: `step` allocates nothing and fills bands, level and peak."""

    def __init__(self):
        self.bands = array("h", [0] * (BANDS * CHANNELS))
        self.level = array("h", [0] * CHANNELS)
        self.peak = array("h", [0] * CHANNELS)
        # Emphasised samples of the two newest hops, mouth and ear in turn
        self._hops = [array("i", [0] * (CHANNELS * HOP_SAMPLES)) for _ in range(2)]
        self._state = array("I", [0, uctypes.addressof(self.level), uctypes.addressof(self.peak)])
        self._work = array("i", [0] * (CHANNELS * (WINDOW_SAMPLES + 1)))
        self._data = array("i", [0] * WINDOW_SAMPLES)
        self._order = BIT_REVERSED[: WINDOW_SAMPLES // 4] + HALVING_LOSS
        self._logs = LOG2_Q8 + BAND_EDGES
        self._newest = 0

    def reset(self):
        """Forget the hop before: the next one is heard as if after silence."""
        for hop in self._hops:
            for i in range(len(hop)):
                hop[i] = 0
        self._state[0] = 0
        self._newest = 0

    def step(self, pcm):
        """Take one hop: 512 bytes, 128 x (mouth, ear) little-endian int16."""
        old = self._hops[self._newest]
        self._newest ^= 1
        new = self._hops[self._newest]
        take_hop(pcm, new, self._state, self._logs)
        weigh(old, new, self._work, WINDOW_Q14)
        load(self._work, self._data, self._order)
        transform(self._data, TWIDDLES_Q14)
        take_bands(self._data, self.bands, self._work, self._logs)
