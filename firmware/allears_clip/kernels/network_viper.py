# The voice network in MicroPython's native integers ("viper"). Equal to network_py to the bit; see there
# for what each stage means.
#
# Loads are unsigned, and mending the sign of both factors would cost as much as the product. So here
# activations are kept 16384 too high and weights 128 too high, and a row's sum is
#   sum w x = sum W X - 128 * sum X - 16384 * sum w     with W = w + 128, X = x + 16384,
# where the last term is taken into the bias once. It wraps at 32 bits on the way at most, and ends below
# 2**30 as the definition promises. A 32-bit value that may be negative is loaded as two halves.
# ruff: noqa: F821 - pointer types exist in viper only; max() there would leave native integers.

import micropython

from allears_clip.kernels.network_base import NetworkKernel
from allears_core.compat import const

_SIGN = const(0x8000)
_BAND_MIN = const(1024)
_COUPLING_GATE = const(1024)
_LEAK_DECAY = const(192)
_ZERO = const(16384)
_SIGMOID_LIMIT = const(24576)


class Layer:
    """A dense layer as `multiply` wants it."""

    def __init__(self, weights, biases, columns, shift):
        self.weights = bytearray(weights)
        self.biases = biases
        self.columns = columns
        self.shift = shift
        prepare(self.weights, self.biases, len(biases), columns)


@micropython.viper
def prepare(weights: ptr8, biases: ptr32, rows: int, columns: int):
    # Weights 128 higher; 16384 * sum of the row's weights off its bias.
    i = 0
    row = 0
    while row < rows:
        total = 0
        end = i + columns
        while i < end:
            raised = int(weights[i]) ^ 128
            weights[i] = raised
            total += raised - 128
            i += 1
        biases[row] = int(biases[row]) - (total << 14)
        row += 1


@micropython.viper
def multiply(weights: ptr8, biases: ptr16, x: ptr16, out: ptr16, rows: int, columns: int, shift: int):
    total_x = 0
    k = 0
    while k < columns:
        total_x += int(x[k])
        k += 1
    total_x <<= 7
    i = 0
    row = 0
    while row < rows:
        total = (((int(biases[row + row + 1]) ^ _SIGN) - _SIGN) << 16) + int(biases[row + row]) - total_x
        k = 0
        while k < columns:
            total += int(weights[i]) * int(x[k])
            total += int(weights[i + 1]) * int(x[k + 1])
            total += int(weights[i + 2]) * int(x[k + 2])
            total += int(weights[i + 3]) * int(x[k + 3])
            i += 4
            k += 4
        total >>= shift
        if total > 32767:
            total = 32767
        elif total < -32768:
            total = -32768
        out[row] = total
        row += 1


def dense(layer, x, out):
    multiply(layer.weights, layer.biases, x, out, len(out), layer.columns, layer.shift)


def rectify(x):
    rectify_all(x, len(x))


@micropython.viper
def rectify_all(x: ptr16, count: int):
    k = 0
    while k < count:
        value = (int(x[k]) ^ _SIGN) - _SIGN
        if value < 0:
            value = 0
        elif value > 16383:
            value = 16383
        x[k] = value + _ZERO
        k += 1


def inputs(bands, first, track, u):
    follow_floor(bands, first, track.floor, track.offset, u)
    explain_ear(bands, track.floor, track.coupling, track.leak, u)


@micropython.viper
def follow_floor(bands: ptr16, first: int, floor: ptr32, offset: ptr16, u: ptr16):
    i = 0
    while i < 48:
        band = (int(bands[i]) ^ _SIGN) - _SIGN
        if band < _BAND_MIN:
            band = _BAND_MIN
        value = int(floor[i])
        gap = (band << 6) - value
        if first:
            value = band << 6
        elif gap < 0:
            value += gap >> 3
        else:
            value += gap >> 9
        floor[i] = value
        above = band - (value >> 6)
        band -= (int(offset[i]) ^ _SIGN) - _SIGN
        if band > 16383:
            band = 16383
        elif band < -16384:
            band = -16384
        if above > 16383:
            above = 16383
        elif above < -16384:
            above = -16384
        u[i] = band + _ZERO
        u[48 + i] = above + _ZERO
        i += 1


@micropython.viper
def explain_ear(bands: ptr16, floor: ptr32, coupling: ptr32, leak: ptr16, u: ptr16):
    halves = ptr16(coupling)
    j = 0
    while j < 24:
        mouth = (int(bands[j]) ^ _SIGN) - _SIGN
        if mouth < _BAND_MIN:
            mouth = _BAND_MIN
        ear = (int(bands[24 + j]) ^ _SIGN) - _SIGN
        if ear < _BAND_MIN:
            ear = _BAND_MIN
        value = (((int(halves[j + j + 1]) ^ _SIGN) - _SIGN) << 16) + int(halves[j + j])
        if mouth - (int(floor[j]) >> 6) > _COUPLING_GATE:
            gap = ((ear - mouth) << 6) - value
            if gap < 0:
                value += gap >> 4
            else:
                value += gap >> 9
            coupling[j] = value
        expected = ((int(leak[j]) ^ _SIGN) - _SIGN) - _LEAK_DECAY
        value = mouth + (value >> 6)
        if expected < value:
            expected = value
        if expected > 32767:
            expected = 32767
        elif expected < -32768:
            expected = -32768
        leak[j] = expected
        rest = ear - expected
        above = int(u[72 + j]) - _ZERO
        if rest > above:
            rest = above
        if rest < -16384:
            rest = -16384
        u[96 + j] = rest + _ZERO
        j += 1


def gates(gi, gh, table, h):
    reset_and_update(gi, gh, table, len(h))
    new_state(gi, gh, table, h, len(h))


@micropython.viper
def reset_and_update(gi: ptr16, gh: ptr16, table: ptr16, size: int):
    # The first 2/3 of gi become the gates.
    k = 0
    while k < size + size:
        value = ((int(gi[k]) ^ _SIGN) - _SIGN) + ((int(gh[k]) ^ _SIGN) - _SIGN)
        if value > _SIGMOID_LIMIT - 1:
            value = _SIGMOID_LIMIT - 1
        elif value < 0 - _SIGMOID_LIMIT:
            value = 0 - _SIGMOID_LIMIT
        i = (value + _SIGMOID_LIMIT) >> 7
        low = int(table[i])
        gi[k] = low + (((int(table[i + 1]) - low) * (value & 127) + 64) >> 7)
        k += 1


@micropython.viper
def new_state(gi: ptr16, gh: ptr16, table: ptr16, h: ptr16, size: int):
    k = 0
    while k < size:
        at = size + size + k
        value = ((int(gi[at]) ^ _SIGN) - _SIGN) + ((int(gi[k]) * ((int(gh[at]) ^ _SIGN) - _SIGN)) >> 14)
        value += value
        if value > _SIGMOID_LIMIT - 1:
            value = _SIGMOID_LIMIT - 1
        elif value < 0 - _SIGMOID_LIMIT:
            value = 0 - _SIGMOID_LIMIT
        i = (value + _SIGMOID_LIMIT) >> 7
        low = int(table[i])
        new = low + (((int(table[i + 1]) - low) * (value & 127) + 64) >> 7)
        new += new - 16384
        old = int(h[k]) - _ZERO
        h[k] = new + ((int(gi[size + k]) * (old - new) + 8192) >> 14) + _ZERO
        k += 1


class Network(NetworkKernel):
    def __init__(self, weights, manifest):
        super().__init__(weights, manifest, Layer, inputs, dense, rectify, gates, _ZERO)
