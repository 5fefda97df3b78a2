# What all network kernels share: the buffers, the tensors, and the order of the stages.
#
# The definition to the bit is host/allears/signal/network.py. A kernel gives four functions that
# work on these buffers and allocate nothing, and `zero`, the number it keeps for an activation of 0:
#
#   inputs(bands, first, track, u)                    the trackers and the 120 inputs
#   dense(layer, x, out)                              out = sat16((b + w x) >> shift)
#   rectify(x)                                        clamp to 0 ... 16383, as an activation
#   gates(gi, gh, table, h)                           the new state of the recurrent layer
from array import array

from allears_core.errors import BAD_WEIGHTS, CoreError
from allears_core.params import BANDS, CHANNELS, LOGITS

INPUTS = 5 * BANDS
SIGMOID_POINTS = 385
_ITEM_BYTES = {"i1": 1, "i2": 2, "i4": 4}
_LAYERS = ("1", "i", "h", "o")


class Trackers:
    """What stage 1 remembers, and the constant it takes off the bands."""

    def __init__(self, offset):
        self.offset = offset  # int16, 48
        self.floor = array("i", [0] * (CHANNELS * BANDS))  # Q14, never negative
        self.coupling = array("i", [0] * BANDS)  # Q14
        self.leak = array("h", [0] * BANDS)  # Q8

    def reset(self):
        for band in range(BANDS):
            self.coupling[band] = 0
            self.leak[band] = -32768


class NetworkKernel:
    """The voice network, one hop after another; `step` allocates nothing.

    weights, manifest: as load_weights gives them. logits: array('h', 3), Q8, agent, customer, both.
    Raises CoreError(BAD_WEIGHTS) when the manifest does not describe this network.
    """

    def __init__(
        self, weights, manifest, make_layer, inputs, dense, rectify, gates, zero, make_trackers=Trackers
    ):
        try:
            tensors, shifts = manifest["tensors"], manifest["shifts"]
            shapes = [tensors["w" + key]["shape"] for key in _LAYERS]
            _check_shapes(shapes)
            self._layers = []
            for key in _LAYERS:
                rows, columns = tensors["w" + key]["shape"]
                matrix = _tensor(weights, tensors, "w" + key, "i1", rows * columns)
                biases = array("i", _tensor(weights, tensors, "b" + key, "i4", rows))
                self._layers.append(make_layer(matrix, biases, columns, shifts[key]))
            self._table = array("h", _tensor(weights, tensors, "sigmoid", "i2", SIGMOID_POINTS))
            self._track = make_trackers(
                array("h", _tensor(weights, tensors, "offset", "i2", CHANNELS * BANDS))
            )
        except (KeyError, TypeError, IndexError):
            raise CoreError(BAD_WEIGHTS, "the manifest of the weights lacks a tensor or a shift") from None
        self._inputs = inputs
        self._dense = dense
        self._rectify = rectify
        self._gates = gates
        self._zero = zero
        self.logits = array("h", [0] * LOGITS)
        self._u = array("h", [0] * INPUTS)
        self._x1 = array("h", [0] * shapes[0][0])
        self._gi = array("h", [0] * shapes[1][0])
        self._gh = array("h", [0] * shapes[2][0])
        self._h = array("h", [0] * shapes[2][1])
        self.reset()

    def reset(self):
        """Start a new call: the trackers and the state forget everything."""
        self._track.reset()
        for i in range(len(self._h)):
            self._h[i] = self._zero
        self._first = 1

    def step(self, bands):
        """Take the bands of one hop, array('h', 48) in Q8; fills logits."""
        layers = (
            self._layers
        )  # not unpacked: a frame of more than eleven words comes from the heap, hop after hop
        self._inputs(bands, self._first, self._track, self._u)
        self._first = 0
        self._dense(layers[0], self._u, self._x1)
        self._rectify(self._x1)
        self._dense(layers[1], self._x1, self._gi)
        self._dense(layers[2], self._h, self._gh)
        self._gates(self._gi, self._gh, self._table, self._h)
        self._dense(layers[3], self._h, self.logits)


def _tensor(weights, tensors, name, dtype, count):
    """The bytes of one tensor."""
    entry = tensors[name]
    size = count * _ITEM_BYTES[dtype]
    data = weights[entry["offset"] : entry["offset"] + size]
    if entry["dtype"] != dtype or len(data) != size:
        raise CoreError(BAD_WEIGHTS, f"tensor {name} is not {count} values of type {dtype}")
    return data


def _check_shapes(shapes):
    """Shapes of the four weight matrices, (rows, columns), must fit each other and come in fours."""
    (width, inputs), (gates, width_in), (gates_back, state), (outputs, state_out) = shapes
    fits = inputs == INPUTS and width_in == width and gates == gates_back == 3 * state
    if not fits or state_out != state or outputs != LOGITS or width % 4 or state % 4:
        raise CoreError(BAD_WEIGHTS, f"the weights have shapes {shapes} that do not fit each other")
