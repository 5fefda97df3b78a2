# The voice network in assembler for Cortex-M33 and M4 (their DSP instructions). Equal to network_py to the bit; see
# there for what each stage means, and features_thumb for how this is written.
#
# A dense layer is one stream of words that is read once, two rows at a time: both biases; then for every eight
# columns the first row's weights and the second's, bytes in the order 0 2 1 3, so that SXTB16 yields neighbours;
# then the place of the two results, times two, plus one in the last pair. An odd number of rows ends with a pair
# that computes the row before the last again. Columns are filled up to eights with zero weights: up to four
# activations behind the end of their array are read, which lie in its heap block (of 16 bytes) still.
# ruff: noqa: F821 - registers and instructions exist for the assembler only.
from array import array

import micropython
import uctypes

from allears_clip.kernels.network_base import NetworkKernel
from allears_core.params import BANDS

_ORDER = (0, 2, 1, 3)
_TRACKED = 6  # words a band: floor of mouth and ear, offset of mouth and ear, coupling, leak
_LEAK_AT_REST = -32768


class Layer:
    """A dense layer as `multiply` wants it: addresses and numbers, and the stream they lead to."""

    def __init__(self, weights, biases, columns, shift):
        self.stream = _stream(weights, biases, columns)
        padded = (columns + 7) & -8
        self.call = array("I", [uctypes.addressof(self.stream), 2 * padded, shift])


def _stream(weights, biases, columns):
    """The layer's words, as the head of this file says."""
    rows = len(biases)
    groups = (columns + 7) >> 3
    stream = bytearray((rows + 1) // 2 * (12 + 16 * groups))
    words = memoryview(stream)
    at = 0
    for pair in range(0, rows, 2):
        first = min(pair, rows - 2)
        last = 1 if pair + 2 >= rows else 0
        words[at : at + 8] = bytes(array("i", [biases[first], biases[first + 1]]))
        at += 8
        for group in range(groups):
            for row in (first, first + 1):
                for four in (8 * group, 8 * group + 4):
                    if four < columns:
                        begin = row * columns + four
                        for k in range(4):
                            stream[at + k] = weights[begin + _ORDER[k]]
                    at += 4
        words[at : at + 4] = bytes(array("I", [4 * first + last]))
        at += 4
    return stream


class Trackers:
    """What stage 1 remembers, and the constant it takes off the bands."""

    def __init__(self, offset):
        self._offset = offset  # int16, 48
        self.words = array("i", [0] * (_TRACKED * BANDS))

    def reset(self):
        words = self.words
        for band in range(BANDS):
            at = _TRACKED * band
            words[at] = words[at + 1] = words[at + 4] = 0
            words[at + 2] = self._offset[band]
            words[at + 3] = self._offset[BANDS + band]
            words[at + 5] = _LEAK_AT_REST


def inputs(bands, first, track, u):
    if first:
        begin(bands, track.words)
    follow(bands, track.words, u)


# The floors start where the first hop is.
@micropython.asm_thumb
def begin(r0, r1):  # bands, track.words
    mov(r2, 24)
    movw(r6, 1024)
    label(band)
    data(2, 0xf9b0, 0x3000)  # ldrsh.w r3, [r0]
    data(2, 0xf9b0, 0x4030)  # ldrsh.w r4, [r0, #48]
    cmp(r3, r6)
    data(2, 0xbfb8)  # it lt
    data(2, 0x4633)  # movlt r3, r6
    cmp(r4, r6)
    data(2, 0xbfb8)  # it lt
    data(2, 0x4634)  # movlt r4, r6
    lsl(r3, r3, 6)
    lsl(r4, r4, 6)
    data(2, 0xe8e1, 0x3406)  # strd r3, r4, [r1], #24
    add(r0, 2)
    sub(r2, 1)
    bne(band)


@micropython.asm_thumb
def follow(r0, r1, r2):  # bands, track.words, u
    push({r8, r9, r10, r11})
    mov(r3, 24)
    label(band)
    data(2, 0xe891, 0x0fc0)  # ldmia.w r1, {r6, r7, r8, r9, r10, r11}
    data(2, 0xf9b0, 0x5030)  # ldrsh.w r5, [r0, #48]
    data(2, 0xf930, 0x4b02)  # ldrsh r4, [r0], #2
    data(2, 0xf44f, 0x6c80)  # mov.w r12, #1024
    data(2, 0x4564)  # cmp r4, r12
    data(2, 0xbfb8)  # it lt
    data(2, 0x4664)  # movlt r4, r12
    data(2, 0x4565)  # cmp r5, r12
    data(2, 0xbfb8)  # it lt
    data(2, 0x4665)  # movlt r5, r12
    # Both bands less their offset
    data(2, 0xeba4, 0x0e08)  # sub.w lr, r4, r8
    data(2, 0xf30e, 0x0e0e)  # ssat lr, #15, lr
    data(2, 0xf8a2, 0xe000)  # strh.w lr, [r2, #0]
    data(2, 0xeba5, 0x0e09)  # sub.w lr, r5, r9
    data(2, 0xf30e, 0x0e0e)  # ssat lr, #15, lr
    data(2, 0xf8a2, 0xe030)  # strh.w lr, [r2, #48]
    # Floors, quick down and slow up
    data(2, 0xebd6, 0x1e84)  # rsbs lr, r6, r4, lsl #6
    data(2, 0xbf4c)  # ite mi
    data(2, 0xeb06, 0x06ee)  # addmi.w r6, r6, lr, asr #3
    data(2, 0xeb06, 0x266e)  # addpl.w r6, r6, lr, asr #9
    data(2, 0xebd7, 0x1e85)  # rsbs lr, r7, r5, lsl #6
    data(2, 0xbf4c)  # ite mi
    data(2, 0xeb07, 0x07ee)  # addmi.w r7, r7, lr, asr #3
    data(2, 0xeb07, 0x276e)  # addpl.w r7, r7, lr, asr #9
    # The mouth above its floor; while it is active, the coupling follows
    data(2, 0xeba4, 0x1ea6)  # sub.w lr, r4, r6, asr #6
    data(2, 0x45e6)  # cmp lr, r12
    ble(still)
    data(2, 0xeba5, 0x0c04)  # sub.w r12, r5, r4
    data(2, 0xebda, 0x1c8c)  # rsbs r12, r10, r12, lsl #6
    data(2, 0xbf4c)  # ite mi
    data(2, 0xeb0a, 0x1a2c)  # addmi.w r10, r10, r12, asr #4
    data(2, 0xeb0a, 0x2a6c)  # addpl.w r10, r10, r12, asr #9
    label(still)
    data(2, 0xf30e, 0x0e0e)  # ssat lr, #15, lr
    data(2, 0xf8a2, 0xe060)  # strh.w lr, [r2, #96]
    # The leak, and what of the ear neither its floor nor the leak explains
    data(2, 0xeb04, 0x1caa)  # add.w r12, r4, r10, asr #6
    data(2, 0xf1ab, 0x0bc0)  # sub.w r11, r11, #192
    data(2, 0x45e3)  # cmp r11, r12
    data(2, 0xbfb8)  # it lt
    data(2, 0x46e3)  # movlt r11, r12
    data(2, 0xf30b, 0x0b0f)  # ssat r11, #16, r11
    data(2, 0xe8a1, 0x0fc0)  # stmia.w r1!, {r6, r7, r8, r9, r10, r11}
    data(2, 0xeba5, 0x1ea7)  # sub.w lr, r5, r7, asr #6
    data(2, 0xf30e, 0x0e0e)  # ssat lr, #15, lr
    data(2, 0xf8a2, 0xe090)  # strh.w lr, [r2, #144]
    data(2, 0xeba5, 0x0c0b)  # sub.w r12, r5, r11
    data(2, 0x45f4)  # cmp r12, lr
    data(2, 0xbfb8)  # it lt
    data(2, 0x46e6)  # movlt lr, r12
    data(2, 0xf30e, 0x0e0e)  # ssat lr, #15, lr
    data(2, 0xf8a2, 0xe0c0)  # strh.w lr, [r2, #192]
    add(r2, 2)
    sub(r3, 1)
    bne(band)
    pop({r8, r9, r10, r11})


def dense(layer, x, out):
    multiply(layer.call, x, out)


# call: address of the stream, bytes of activations, shift
@micropython.asm_thumb
def multiply(r0, r1, r2):  # call, x, out
    push({r8, r9, r10, r11})
    ldr(r3, [r0, 8])
    data(2, 0xb40e)  # push {r1, r2, r3}
    ldr(r2, [r0, 4])
    add(r2, r2, r1)
    ldr(r0, [r0, 0])
    label(pair)
    data(2, 0xe8f0, 0xbc02)  # ldrd r11, r12, [r0], #8
    data(2, 0x9900)  # ldr r1, [sp, #0]
    label(eight)
    data(2, 0xe8b1, 0x0078)  # ldmia.w r1!, {r3, r4, r5, r6}
    data(2, 0xe8b0, 0x0780)  # ldmia.w r0!, {r7, r8, r9, r10}
    data(2, 0xfa2f, 0xfe87)  # sxtb16 lr, r7
    data(2, 0xfb2e, 0xbb03)  # smlad r11, lr, r3, r11
    data(2, 0xfa2f, 0xfe97)  # sxtb16 lr, r7, ror #8
    data(2, 0xfb2e, 0xbb04)  # smlad r11, lr, r4, r11
    data(2, 0xfa2f, 0xfe88)  # sxtb16 lr, r8
    data(2, 0xfb2e, 0xbb05)  # smlad r11, lr, r5, r11
    data(2, 0xfa2f, 0xfe98)  # sxtb16 lr, r8, ror #8
    data(2, 0xfb2e, 0xbb06)  # smlad r11, lr, r6, r11
    data(2, 0xfa2f, 0xfe89)  # sxtb16 lr, r9
    data(2, 0xfb2e, 0xcc03)  # smlad r12, lr, r3, r12
    data(2, 0xfa2f, 0xfe99)  # sxtb16 lr, r9, ror #8
    data(2, 0xfb2e, 0xcc04)  # smlad r12, lr, r4, r12
    data(2, 0xfa2f, 0xfe8a)  # sxtb16 lr, r10
    data(2, 0xfb2e, 0xcc05)  # smlad r12, lr, r5, r12
    data(2, 0xfa2f, 0xfe9a)  # sxtb16 lr, r10, ror #8
    data(2, 0xfb2e, 0xcc06)  # smlad r12, lr, r6, r12
    cmp(r1, r2)
    bne(eight)
    data(2, 0xf850, 0x3b04)  # ldr r3, [r0], #4
    data(2, 0xe9dd, 0x4501)  # ldrd r4, r5, [sp, #4]
    data(2, 0xfa4b, 0xfb05)  # asr.w r11, r11, r5
    data(2, 0xfa4c, 0xfc05)  # asr.w r12, r12, r5
    data(2, 0xf30b, 0x0b0f)  # ssat r11, #16, r11
    data(2, 0xf30c, 0x0c0f)  # ssat r12, #16, r12
    data(2, 0xeacb, 0x4b0c)  # pkhbt r11, r11, r12, lsl #16
    lsr(r3, r3, 1)  # the carry is the mark of the last pair
    data(2, 0xf844, 0xb003)  # str.w r11, [r4, r3]
    bcc(pair)
    data(2, 0xb003)  # add sp, #12
    pop({r8, r9, r10, r11})


def rectify(x):
    rectify_all(x, len(x) >> 1)


@micropython.asm_thumb
def rectify_all(r0, r1):  # x, pairs
    label(pair)
    ldr(r2, [r0, 0])
    data(2, 0xf3a2, 0x020e)  # usat16 r2, #14, r2
    data(2, 0xf840, 0x2b04)  # str r2, [r0], #4
    sub(r1, 1)
    bne(pair)


def gates(gi, gh, table, h):
    table[-1] = 2 * len(h)
    new_state(gi, gh, table, h)


# A value between two points of the table: both with one load, weighed 128 - f and f, and that is f * 65535 + 128.
@micropython.asm_thumb
def new_state(r0, r1, r2, r3):  # gi, gh, table (its 386th entry: bytes of h), h
    push({r8, r9, r10, r11})
    data(2, 0xf8b2, 0x8302)  # ldrh.w r8, [r2, #770]
    data(2, 0xeb03, 0x0408)  # add.w r4, r3, r8
    data(2, 0xb410)  # push {r4}
    movw(r10, 49151)
    movw(r11, 65535)
    movw(r9, 24576)
    label(unit)
    # Reset gate, into r6
    data(2, 0xf9b0, 0x4000)  # ldrsh.w r4, [r0]
    data(2, 0xf9b1, 0x5000)  # ldrsh.w r5, [r1]
    add(r4, r4, r5)
    data(2, 0x444c)  # add r4, r9
    data(2, 0xf384, 0x0410)  # usat r4, #16, r4
    data(2, 0x4554)  # cmp r4, r10
    data(2, 0xbfc8)  # it gt
    data(2, 0x4654)  # movgt r4, r10
    lsr(r5, r4, 7)
    data(2, 0xf852, 0x5015)  # ldr.w r5, [r2, r5, lsl #1]
    data(2, 0xf004, 0x047f)  # and r4, r4, #127
    mov(r7, 128)
    data(2, 0xfb04, 0x740b)  # mla r4, r4, r11, r7
    mov(r7, 64)
    data(2, 0xfb24, 0x7605)  # smlad r6, r4, r5, r7
    asr(r6, r6, 7)
    # Update gate, into r12
    data(2, 0xf930, 0x4008)  # ldrsh.w r4, [r0, r8]
    data(2, 0xf931, 0x5008)  # ldrsh.w r5, [r1, r8]
    add(r4, r4, r5)
    data(2, 0x444c)  # add r4, r9
    data(2, 0xf384, 0x0410)  # usat r4, #16, r4
    data(2, 0x4554)  # cmp r4, r10
    data(2, 0xbfc8)  # it gt
    data(2, 0x4654)  # movgt r4, r10
    lsr(r5, r4, 7)
    data(2, 0xf852, 0x5015)  # ldr.w r5, [r2, r5, lsl #1]
    data(2, 0xf004, 0x047f)  # and r4, r4, #127
    mov(r7, 128)
    data(2, 0xfb04, 0x740b)  # mla r4, r4, r11, r7
    mov(r7, 64)
    data(2, 0xfb24, 0x7c05)  # smlad r12, r4, r5, r7
    data(2, 0xea4f, 0x1cec)  # mov.w r12, r12, asr #7
    # Candidate, into r6
    data(2, 0xf930, 0x4018)  # ldrsh.w r4, [r0, r8, lsl #1]
    data(2, 0xf931, 0x5018)  # ldrsh.w r5, [r1, r8, lsl #1]
    mul(r5, r6)
    data(2, 0xeb04, 0x34a5)  # add.w r4, r4, r5, asr #14
    data(2, 0xeb09, 0x0444)  # add.w r4, r9, r4, lsl #1
    data(2, 0xf384, 0x0410)  # usat r4, #16, r4
    data(2, 0x4554)  # cmp r4, r10
    data(2, 0xbfc8)  # it gt
    data(2, 0x4654)  # movgt r4, r10
    lsr(r5, r4, 7)
    data(2, 0xf852, 0x5015)  # ldr.w r5, [r2, r5, lsl #1]
    data(2, 0xf004, 0x047f)  # and r4, r4, #127
    mov(r7, 128)
    data(2, 0xfb04, 0x740b)  # mla r4, r4, r11, r7
    mov(r7, 64)
    data(2, 0xfb24, 0x7605)  # smlad r6, r4, r5, r7
    asr(r6, r6, 7)
    lsl(r6, r6, 1)
    data(2, 0xf5a6, 0x4680)  # sub.w r6, r6, #16384
    # The state
    data(2, 0xf9b3, 0x4000)  # ldrsh.w r4, [r3]
    sub(r4, r4, r6)
    data(2, 0xfb0c, 0xf404)  # mul r4, r12, r4
    data(2, 0xf504, 0x5400)  # add.w r4, r4, #8192
    data(2, 0xeb06, 0x36a4)  # add.w r6, r6, r4, asr #14
    data(2, 0xf823, 0x6b02)  # strh r6, [r3], #2
    add(r0, 2)
    add(r1, 2)
    data(2, 0x9c00)  # ldr r4, [sp]
    cmp(r3, r4)
    bcc_w(unit)
    data(2, 0xb001)  # add sp, #4
    pop({r8, r9, r10, r11})


class Network(NetworkKernel):
    def __init__(self, weights, manifest):
        super().__init__(weights, manifest, Layer, inputs, dense, rectify, gates, 0, Trackers)
        self._table = array("h", list(self._table) + [0])
