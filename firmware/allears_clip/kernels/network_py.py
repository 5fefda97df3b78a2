# The voice network in plain Python: the readable twin of the fast kernels, for every interpreter.
from array import array

from allears_clip.kernels.network_base import NetworkKernel

BAND_MIN = 1024
COUPLING_GATE = 1024
LEAK_DECAY = 192
SIGMOID_LIMIT = 24576


class Layer:
    """A dense layer: int8 weights row by row, int32 biases, the number of columns, the shift."""

    def __init__(self, weights, biases, columns, shift):
        self.weights = array("b", weights)
        self.biases = biases
        self.columns = columns
        self.shift = shift


def clip14(value):
    return max(-16384, min(value, 16383))


def sat16(value):
    return max(-32768, min(value, 32767))


def follow(value, target, fall, rise):
    """A step of a tracker: quick down, slow up."""
    gap = target - value
    return value + (gap >> (fall if gap < 0 else rise))


def inputs(bands, first, track, u):
    """Bands, bands over the noise floor, and what of the ear neither noise nor leakage explains."""
    floor = track.floor
    for i in range(48):
        band = max(bands[i], BAND_MIN)
        floor[i] = band << 6 if first else follow(floor[i], band << 6, 3, 9)
        u[i] = clip14(band - track.offset[i])
        u[48 + i] = clip14(band - (floor[i] >> 6))
    coupling, leak = track.coupling, track.leak
    for j in range(24):
        mouth, ear = max(bands[j], BAND_MIN), max(bands[24 + j], BAND_MIN)
        if mouth - (floor[j] >> 6) > COUPLING_GATE:
            coupling[j] = follow(coupling[j], (ear - mouth) << 6, 4, 9)
        leak[j] = sat16(max(mouth + (coupling[j] >> 6), leak[j] - LEAK_DECAY))
        u[96 + j] = clip14(min(u[72 + j], ear - leak[j]))


def dense(layer, x, out):
    """out = sat16((biases + weights x) >> shift)"""
    weights, columns = layer.weights, layer.columns
    at = 0
    for row in range(len(out)):
        total = layer.biases[row]
        for k in range(columns):
            total += weights[at + k] * x[k]
        out[row] = sat16(total >> layer.shift)
        at += columns


def rectify(x):
    for k in range(len(x)):
        x[k] = max(0, min(x[k], 16383))


def sigmoid(value, table):
    """Q11 to Q14, from 385 points over -12 ... 12 with a straight line between them."""
    clipped = max(-SIGMOID_LIMIT, min(value, SIGMOID_LIMIT - 1))
    i = (clipped + SIGMOID_LIMIT) >> 7
    return table[i] + (((table[i + 1] - table[i]) * (clipped & 127) + 64) >> 7)


def gates(gi, gh, table, h):
    """Gated recurrent unit: reset, update, candidate; gi from the layer before, gh from the state."""
    size = len(h)
    for k in range(size):
        reset = sigmoid(gi[k] + gh[k], table)
        update = sigmoid(gi[size + k] + gh[size + k], table)
        inner = gi[2 * size + k] + ((reset * gh[2 * size + k]) >> 14)
        new = 2 * sigmoid(2 * inner, table) - 16384
        h[k] = new + ((update * (h[k] - new) + 8192) >> 14)


class Network(NetworkKernel):
    def __init__(self, weights, manifest):
        super().__init__(weights, manifest, Layer, inputs, dense, rectify, gates, 0)
