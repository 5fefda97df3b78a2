# Chooses the fastest kernels that this machine runs and that give the right numbers, once.
#
# A kernel module may fail to import (its decorator is not supported), or, worse, compute something else
# on a build nobody has tried: so each candidate takes a constant sound and a constant network first, and
# must give the numbers the portable kernels give.
import sys
from array import array

from allears_core.compat import crc32

# By the machine that a build makes code for (sys.implementation._mpy >> 10), fastest first. A module of assembler
# loads on more chips than have its instructions, so which may be tried is stated, not found out. Plain Python is no
# choice on a chip: a hop would take it over a second.
_ARMV6M = 4
_WITH_DSP = (6, 7, 8)  # armv7em, with floats of either size
PROBE_HOPS = 3
PROBE_CRC = 0x5AD44C4C  # of bands, level, peak and logits over the probe's hops; held by a test

_chosen = None


def kernels():
    """(Features, Network, name): two classes and the name of what they are made of, one of candidates()."""
    global _chosen
    if _chosen is None:
        _chosen = _choose()
    return _chosen


def candidates():
    """Names of the kernels worth trying on this machine, fastest first."""
    machine = getattr(sys.implementation, "_mpy", 0) >> 10
    if machine in _WITH_DSP:
        return ("thumb", "viper")
    if machine == _ARMV6M:
        return ("v6m_thumb", "viper")
    return ("viper", "py")


def _choose():
    for name in candidates():
        found = load(name)
        if found is not None and probe(found[0], found[1]) == PROBE_CRC:
            return found[0], found[1], name
    raise RuntimeError("no kernel computes the probe right on this machine")


def load(name):
    """(Features, Network) of a candidate, or None where it does not import."""
    try:
        features, network = load_modules(name)
    except (ImportError, AttributeError, SyntaxError, ValueError):  # no viper here, or a .mpy of another chip
        return None
    return features.Features, network.Network


def load_modules(name):
    """The two modules of a candidate. Raises whatever keeps them from being imported here."""
    package = "allears_clip.kernels."
    features = __import__(package + "features_" + name, None, None, ("Features",))
    network = __import__(package + "network_" + name, None, None, ("Network",))
    return features, network


def probe(features_class, network_class):
    """CRC-32 of what a candidate makes of the probe's sound with the probe's network."""
    features = features_class()
    network = network_class(*probe_network())
    crc = 0
    for hop in range(PROBE_HOPS):
        # Made-up bytes: samples of both signs and all sizes, another sound in each hop.
        features.step(bytes([(i * (97 - 2 * hop) + (i * i >> 3)) & 255 for i in range(512)]))
        network.step(features.bands)
        for numbers in (features.bands, features.level, features.peak, network.logits):
            crc = crc32(bytes(numbers), crc)
    return crc


def probe_network():
    """(weights, manifest) of a small network of made-up numbers."""
    shapes = (("1", 4, 120), ("i", 12, 4), ("h", 12, 4), ("o", 3, 4))
    weights, tensors = b"", {}

    def add(name, dtype, shape, data):
        nonlocal weights
        tensors[name] = {"dtype": dtype, "shape": shape, "offset": len(weights)}
        weights += data

    for key, rows, columns in shapes:
        count = rows * columns
        add("w" + key, "i1", [rows, columns], bytes([(i * 37 + (i * i >> 2)) & 255 for i in range(count)]))
        add("b" + key, "i4", [rows], bytes(array("i", [(i - 2) * 70001 for i in range(rows)])))
    add("sigmoid", "i2", [385], bytes(array("h", [i * 42 for i in range(385)])))
    add("offset", "i2", [48], bytes(array("h", [5000 - 60 * i for i in range(48)])))
    return weights, {"tensors": tensors, "shifts": {"1": 8, "i": 6, "h": 7, "o": 6}}
