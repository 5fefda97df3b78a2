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

_TRACKED = 6  # words a band: floor of mouth and ear, offset of mouth and ear, coupling, leak
_LEAK_AT_REST = -32768


class Layer:
    """A dense layer: its stream, the bytes of activations that a row takes, and the shift."""

    def __init__(self, weights, biases, columns, shift):
        self.stream = _stream(weights, biases, columns)
        self.bytes = 2 * ((columns + 7) & -8)
        self.shift = shift

    def entry(self, x, out, rectified=0):
        """What `multiply` wants to know, six words; rectified: words of `out` to clamp to 0 ... 16383."""
        begin = uctypes.addressof(x)
        return [
            uctypes.addressof(self.stream),
            begin,
            begin + self.bytes,
            uctypes.addressof(out),
            self.shift,
            rectified,
        ]


def _stream(weights, biases, columns):
    """The layer's words, as the head of this file says."""
    rows = len(biases)
    pair_bytes = 12 + 16 * ((columns + 7) >> 3)
    stream = bytearray((rows + 1) // 2 * pair_bytes)
    words = memoryview(stream)
    source, target = uctypes.addressof(weights), uctypes.addressof(stream)
    for at in range(0, len(stream), pair_bytes):
        first = min(at // pair_bytes * 2, rows - 2)
        last = 1 if at + pair_bytes == len(stream) else 0
        words[at : at + 8] = bytes(array("i", [biases[first], biases[first + 1]]))
        for row in (0, 1):
            spread(source + (first + row) * columns, target + at + 8 + 8 * row, columns >> 2)
        words[at + pair_bytes - 4 : at + pair_bytes] = bytes(array("I", [4 * first + last]))
    return stream


# A row's weights into the stream: the middle two bytes of each word change over, two words stand for the other row.
@micropython.asm_thumb
def spread(r0, r1, r2):  # weights, place in the stream, words
    mov(r3, 0)
    label(word)
    data(2, 0xF850, 0x4B04)  # ldr r4, [r0], #4
    data(2, 0xF3C4, 0x2507)  # ubfx r5, r4, #8, #8
    data(2, 0xF3C4, 0x4607)  # ubfx r6, r4, #16, #8
    data(2, 0xF366, 0x240F)  # bfi r4, r6, #8, #8
    data(2, 0xF365, 0x4417)  # bfi r4, r5, #16, #8
    data(2, 0xF841, 0x4B04)  # str r4, [r1], #4
    data(2, 0xEB01, 0x01C3)  # add.w r1, r1, r3, lsl #3
    data(2, 0xF083, 0x0301)  # eor r3, r3, #1
    sub(r2, 1)
    bne(word)


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


# The floors start where the first hop is.
@micropython.asm_thumb
def begin(r0, r1):  # bands, track.words
    mov(r2, 24)
    movw(r6, 1024)
    label(band)
    data(2, 0xF9B0, 0x3000)  # ldrsh.w r3, [r0]
    data(2, 0xF9B0, 0x4030)  # ldrsh.w r4, [r0, #48]
    cmp(r3, r6)
    data(2, 0xBFB8)  # it lt
    data(2, 0x4633)  # movlt r3, r6
    cmp(r4, r6)
    data(2, 0xBFB8)  # it lt
    data(2, 0x4634)  # movlt r4, r6
    lsl(r3, r3, 6)
    lsl(r4, r4, 6)
    data(2, 0xE8E1, 0x3406)  # strd r3, r4, [r1], #24
    add(r0, 2)
    sub(r2, 1)
    bne(band)


@micropython.asm_thumb
def follow(r0, r1, r2):  # bands, track.words, u
    push({r8, r9, r10, r11})
    mov(r3, 24)
    label(band)
    data(2, 0xE891, 0x0FC0)  # ldmia.w r1, {r6, r7, r8, r9, r10, r11}
    data(2, 0xF9B0, 0x5030)  # ldrsh.w r5, [r0, #48]
    data(2, 0xF930, 0x4B02)  # ldrsh r4, [r0], #2
    data(2, 0xF44F, 0x6C80)  # mov.w r12, #1024
    data(2, 0x4564)  # cmp r4, r12
    data(2, 0xBFB8)  # it lt
    data(2, 0x4664)  # movlt r4, r12
    data(2, 0x4565)  # cmp r5, r12
    data(2, 0xBFB8)  # it lt
    data(2, 0x4665)  # movlt r5, r12
    # Both bands less their offset
    data(2, 0xEBA4, 0x0E08)  # sub.w lr, r4, r8
    data(2, 0xF30E, 0x0E0E)  # ssat lr, #15, lr
    data(2, 0xF8A2, 0xE000)  # strh.w lr, [r2, #0]
    data(2, 0xEBA5, 0x0E09)  # sub.w lr, r5, r9
    data(2, 0xF30E, 0x0E0E)  # ssat lr, #15, lr
    data(2, 0xF8A2, 0xE030)  # strh.w lr, [r2, #48]
    # Floors, quick down and slow up
    data(2, 0xEBD6, 0x1E84)  # rsbs lr, r6, r4, lsl #6
    data(2, 0xBF4C)  # ite mi
    data(2, 0xEB06, 0x06EE)  # addmi.w r6, r6, lr, asr #3
    data(2, 0xEB06, 0x266E)  # addpl.w r6, r6, lr, asr #9
    data(2, 0xEBD7, 0x1E85)  # rsbs lr, r7, r5, lsl #6
    data(2, 0xBF4C)  # ite mi
    data(2, 0xEB07, 0x07EE)  # addmi.w r7, r7, lr, asr #3
    data(2, 0xEB07, 0x276E)  # addpl.w r7, r7, lr, asr #9
    # The mouth above its floor; while it is active, the coupling follows
    data(2, 0xEBA4, 0x1EA6)  # sub.w lr, r4, r6, asr #6
    data(2, 0x45E6)  # cmp lr, r12
    ble(still)
    data(2, 0xEBA5, 0x0C04)  # sub.w r12, r5, r4
    data(2, 0xEBDA, 0x1C8C)  # rsbs r12, r10, r12, lsl #6
    data(2, 0xBF4C)  # ite mi
    data(2, 0xEB0A, 0x1A2C)  # addmi.w r10, r10, r12, asr #4
    data(2, 0xEB0A, 0x2A6C)  # addpl.w r10, r10, r12, asr #9
    label(still)
    data(2, 0xF30E, 0x0E0E)  # ssat lr, #15, lr
    data(2, 0xF8A2, 0xE060)  # strh.w lr, [r2, #96]
    # The leak, and what of the ear neither its floor nor the leak explains
    data(2, 0xEB04, 0x1CAA)  # add.w r12, r4, r10, asr #6
    data(2, 0xF1AB, 0x0BC0)  # sub.w r11, r11, #192
    data(2, 0x45E3)  # cmp r11, r12
    data(2, 0xBFB8)  # it lt
    data(2, 0x46E3)  # movlt r11, r12
    data(2, 0xF30B, 0x0B0F)  # ssat r11, #16, r11
    data(2, 0xE8A1, 0x0FC0)  # stmia.w r1!, {r6, r7, r8, r9, r10, r11}
    data(2, 0xEBA5, 0x1EA7)  # sub.w lr, r5, r7, asr #6
    data(2, 0xF30E, 0x0E0E)  # ssat lr, #15, lr
    data(2, 0xF8A2, 0xE090)  # strh.w lr, [r2, #144]
    data(2, 0xEBA5, 0x0C0B)  # sub.w r12, r5, r11
    data(2, 0x45F4)  # cmp r12, lr
    data(2, 0xBFB8)  # it lt
    data(2, 0x46E6)  # movlt lr, r12
    data(2, 0xF30E, 0x0E0E)  # ssat lr, #15, lr
    data(2, 0xF8A2, 0xE0C0)  # strh.w lr, [r2, #192]
    add(r2, 2)
    sub(r3, 1)
    bne(band)
    pop({r8, r9, r10, r11})


# One dense layer after the other: see Layer.entry.
@micropython.asm_thumb
def multiply(r0, r1):  # entries, layers
    push({r8, r9, r10, r11})
    label(layer)
    push({r0, r1})
    ldr(r1, [r0, 4])
    ldr(r2, [r0, 12])
    ldr(r3, [r0, 16])
    push({r1, r2, r3})
    ldr(r2, [r0, 8])
    ldr(r0, [r0, 0])
    label(pair)
    data(2, 0xE8F0, 0xBC02)  # ldrd r11, r12, [r0], #8
    data(2, 0x9900)  # ldr r1, [sp, #0]
    label(eight)
    data(2, 0xE8B1, 0x0078)  # ldmia.w r1!, {r3, r4, r5, r6}
    data(2, 0xE8B0, 0x0780)  # ldmia.w r0!, {r7, r8, r9, r10}
    data(2, 0xFA2F, 0xFE87)  # sxtb16 lr, r7
    data(2, 0xFB2E, 0xBB03)  # smlad r11, lr, r3, r11
    data(2, 0xFA2F, 0xFE97)  # sxtb16 lr, r7, ror #8
    data(2, 0xFB2E, 0xBB04)  # smlad r11, lr, r4, r11
    data(2, 0xFA2F, 0xFE88)  # sxtb16 lr, r8
    data(2, 0xFB2E, 0xBB05)  # smlad r11, lr, r5, r11
    data(2, 0xFA2F, 0xFE98)  # sxtb16 lr, r8, ror #8
    data(2, 0xFB2E, 0xBB06)  # smlad r11, lr, r6, r11
    data(2, 0xFA2F, 0xFE89)  # sxtb16 lr, r9
    data(2, 0xFB2E, 0xCC03)  # smlad r12, lr, r3, r12
    data(2, 0xFA2F, 0xFE99)  # sxtb16 lr, r9, ror #8
    data(2, 0xFB2E, 0xCC04)  # smlad r12, lr, r4, r12
    data(2, 0xFA2F, 0xFE8A)  # sxtb16 lr, r10
    data(2, 0xFB2E, 0xCC05)  # smlad r12, lr, r5, r12
    data(2, 0xFA2F, 0xFE9A)  # sxtb16 lr, r10, ror #8
    data(2, 0xFB2E, 0xCC06)  # smlad r12, lr, r6, r12
    cmp(r1, r2)
    bne(eight)
    data(2, 0xF850, 0x3B04)  # ldr r3, [r0], #4
    data(2, 0xE9DD, 0x4501)  # ldrd r4, r5, [sp, #4]
    data(2, 0xFA4B, 0xFB05)  # asr.w r11, r11, r5
    data(2, 0xFA4C, 0xFC05)  # asr.w r12, r12, r5
    data(2, 0xF30B, 0x0B0F)  # ssat r11, #16, r11
    data(2, 0xF30C, 0x0C0F)  # ssat r12, #16, r12
    data(2, 0xEACB, 0x4B0C)  # pkhbt r11, r11, r12, lsl #16
    lsr(r3, r3, 1)  # the carry is the mark of the last pair
    data(2, 0xF844, 0xB003)  # str.w r11, [r4, r3]
    bcc(pair)
    data(2, 0xB003)  # add sp, #12
    pop({r0, r1})
    ldr(r4, [r0, 12])
    ldr(r3, [r0, 20])
    cmp(r3, 0)
    beq(next)
    label(rectify)
    ldr(r2, [r4, 0])
    data(2, 0xF3A2, 0x020E)  # usat16 r2, #14, r2
    data(2, 0xF844, 0x2B04)  # str r2, [r4], #4
    sub(r3, 1)
    bne(rectify)
    label(next)
    add(r0, 24)
    sub(r1, 1)
    bne(layer)
    pop({r8, r9, r10, r11})


# A value between two points of the table: both with one load, weighed 128 - f and f, and that is f * 65535 + 128.
@micropython.asm_thumb
def new_state(r0, r1, r2, r3):  # gi, gh, table (its 386th entry: bytes of h), h
    push({r8, r9, r10, r11})
    data(2, 0xF8B2, 0x8302)  # ldrh.w r8, [r2, #770]
    data(2, 0xEB03, 0x0408)  # add.w r4, r3, r8
    data(2, 0xB410)  # push {r4}
    movw(r10, 49151)
    movw(r11, 65535)
    movw(r9, 24576)
    label(unit)
    # Reset gate, into r6
    data(2, 0xF9B0, 0x4000)  # ldrsh.w r4, [r0]
    data(2, 0xF9B1, 0x5000)  # ldrsh.w r5, [r1]
    add(r4, r4, r5)
    data(2, 0x444C)  # add r4, r9
    data(2, 0xF384, 0x0410)  # usat r4, #16, r4
    data(2, 0x4554)  # cmp r4, r10
    data(2, 0xBFC8)  # it gt
    data(2, 0x4654)  # movgt r4, r10
    lsr(r5, r4, 7)
    data(2, 0xF852, 0x5015)  # ldr.w r5, [r2, r5, lsl #1]
    data(2, 0xF004, 0x047F)  # and r4, r4, #127
    mov(r7, 128)
    data(2, 0xFB04, 0x740B)  # mla r4, r4, r11, r7
    mov(r7, 64)
    data(2, 0xFB24, 0x7605)  # smlad r6, r4, r5, r7
    asr(r6, r6, 7)
    # Update gate, into r12
    data(2, 0xF930, 0x4008)  # ldrsh.w r4, [r0, r8]
    data(2, 0xF931, 0x5008)  # ldrsh.w r5, [r1, r8]
    add(r4, r4, r5)
    data(2, 0x444C)  # add r4, r9
    data(2, 0xF384, 0x0410)  # usat r4, #16, r4
    data(2, 0x4554)  # cmp r4, r10
    data(2, 0xBFC8)  # it gt
    data(2, 0x4654)  # movgt r4, r10
    lsr(r5, r4, 7)
    data(2, 0xF852, 0x5015)  # ldr.w r5, [r2, r5, lsl #1]
    data(2, 0xF004, 0x047F)  # and r4, r4, #127
    mov(r7, 128)
    data(2, 0xFB04, 0x740B)  # mla r4, r4, r11, r7
    mov(r7, 64)
    data(2, 0xFB24, 0x7C05)  # smlad r12, r4, r5, r7
    data(2, 0xEA4F, 0x1CEC)  # mov.w r12, r12, asr #7
    # Candidate, into r6
    data(2, 0xF930, 0x4018)  # ldrsh.w r4, [r0, r8, lsl #1]
    data(2, 0xF931, 0x5018)  # ldrsh.w r5, [r1, r8, lsl #1]
    mul(r5, r6)
    data(2, 0xEB04, 0x34A5)  # add.w r4, r4, r5, asr #14
    data(2, 0xEB09, 0x0444)  # add.w r4, r9, r4, lsl #1
    data(2, 0xF384, 0x0410)  # usat r4, #16, r4
    data(2, 0x4554)  # cmp r4, r10
    data(2, 0xBFC8)  # it gt
    data(2, 0x4654)  # movgt r4, r10
    lsr(r5, r4, 7)
    data(2, 0xF852, 0x5015)  # ldr.w r5, [r2, r5, lsl #1]
    data(2, 0xF004, 0x047F)  # and r4, r4, #127
    mov(r7, 128)
    data(2, 0xFB04, 0x740B)  # mla r4, r4, r11, r7
    mov(r7, 64)
    data(2, 0xFB24, 0x7605)  # smlad r6, r4, r5, r7
    asr(r6, r6, 7)
    lsl(r6, r6, 1)
    data(2, 0xF5A6, 0x4680)  # sub.w r6, r6, #16384
    # The state
    data(2, 0xF9B3, 0x4000)  # ldrsh.w r4, [r3]
    sub(r4, r4, r6)
    data(2, 0xFB0C, 0xF404)  # mul r4, r12, r4
    data(2, 0xF504, 0x5400)  # add.w r4, r4, #8192
    data(2, 0xEB06, 0x36A4)  # add.w r6, r6, r4, asr #14
    data(2, 0xF823, 0x6B02)  # strh r6, [r3], #2
    add(r0, 2)
    add(r1, 2)
    data(2, 0x9C00)  # ldr r4, [sp]
    cmp(r3, r4)
    bcc_w(unit)
    data(2, 0xB001)  # add sp, #4
    pop({r8, r9, r10, r11})


class Network(NetworkKernel):
    """`step` is the base's, in four calls: trackers, three layers, gates, the last layer."""

    def __init__(self, weights, manifest):
        super().__init__(weights, manifest, Layer, None, None, None, None, 0, Trackers)
        first, into, state, out = self._layers
        inner = first.entry(self._u, self._x1, len(self._x1) >> 1)
        inner += into.entry(self._x1, self._gi) + state.entry(self._h, self._gh)
        self._inner = array("I", inner)
        self._outer = array("I", out.entry(self._h, self.logits))
        self._table = array("h", list(self._table) + [2 * len(self._h)])

    def step(self, bands):
        """Take the bands of one hop, array('h', 48) in Q8; fills logits."""
        if self._first:
            self._first = 0
            begin(bands, self._track.words)
        follow(bands, self._track.words, self._u)
        multiply(self._inner, 3)
        new_state(self._gi, self._gh, self._table, self._h)
        multiply(self._outer, 1)
