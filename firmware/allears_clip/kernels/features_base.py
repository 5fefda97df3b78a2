# What all feature kernels share: the buffers, their meaning, and the order of the stages.
#
# The definition to the bit is host/allears/signal/features.py; the step numbers below are its steps.
# A kernel gives five functions that work on these buffers and allocate nothing:
#
#   take_hop(pcm, y, past, sums, peak)     levels and peak of the hop; step 1 into y
#   window(old, new, bits, data)           steps 2 and 3; data in bit-reversed order
#   transform(data)                        step 4
#   split(data, sums)                      steps 5 and 6
#   logarithms(sums, bits, bands, level)   step 7, and the level
from array import array

from allears_core.params import BANDS, CHANNELS, HOP_SAMPLES, WINDOW_SAMPLES

FEATURES = BANDS * CHANNELS
# Kept too high, so that no 32-bit value is negative: a 64-bit viper does not extend the sign.
Y_OFFSET = 65536  # emphasised samples
X_OFFSET = 32768  # the sample before the hop

# Places in `sums`
LEVEL_HIGH = FEATURES  # 2 x sum over the hop of x*x >> 15
LEVEL_LOW = FEATURES + 2  # 2 x sum of x*x & 32767
SUMS = FEATURES + 4


class FeatureKernel:
    """Features of one hop after another; `step` allocates nothing.

    bands: array('h', 48), log2 power in Q8, mouth 24 then ear 24.
    level: array('h', 2), dBFS of the hop in Q8. peak: array('h', 2), largest magnitude of the hop.
    """

    def __init__(self, take_hop, window, transform, split, logarithms):
        self._take_hop = take_hop
        self._window = window
        self._transform = transform
        self._split = split
        self._logarithms = logarithms
        self.bands = array("h", [0] * FEATURES)
        self.level = array("h", [0] * CHANNELS)
        self.peak = array("h", [0] * CHANNELS)
        # Emphasised samples of the older and the newer hop, mouth and ear in turn
        self._hops = [array("i", [0] * (CHANNELS * HOP_SAMPLES)) for _ in range(2)]
        self._past = array("i", [0] * CHANNELS)  # last sample of the hop before
        self._bits = array("i", [0] * CHANNELS)  # bits that the windowed samples need
        self._data = array("h", [0] * (CHANNELS * WINDOW_SAMPLES))  # complex: re = mouth, im = ear
        self._sums = array("i", [0] * SUMS)
        self.reset()

    def reset(self):
        """Forget the hop before: the next one is heard as if after silence."""
        for hop in self._hops:
            for i in range(len(hop)):
                hop[i] = Y_OFFSET
        for channel in range(CHANNELS):
            self._past[channel] = X_OFFSET
        self._newest = 0

    def step(self, pcm):
        """Take one hop: 512 bytes, 128 x (mouth, ear) little-endian int16. Fills bands, level and peak."""
        old = self._hops[self._newest]
        self._newest ^= 1
        new = self._hops[self._newest]
        self._take_hop(pcm, new, self._past, self._sums, self.peak)
        self._window(old, new, self._bits, self._data)
        self._transform(self._data)
        self._split(self._data, self._sums)
        self._logarithms(self._sums, self._bits, self.bands, self.level)
