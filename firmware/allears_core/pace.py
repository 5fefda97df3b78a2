# Speaking pace: syllables a second of the agent's speech, from the peaks of the mouth's band powers between 190 and
# 1030 Hz. Against speech of known syllables (synthesised, three languages, 110-230 words a minute) the rate is right
# to 8 % on average, 18 % at most, mostly a bias by language; a person's own drift is what it is for
# (tests/judgement/test_pace.py measures it).
from .compat import const
from .fields import NONE_U16
from .params import HOP_MS, hops_up

_BANDS = const(10)
_SWING = const(300)  # a peak rises and falls by 3.5 dB
_BELOW_TOP = const(2000)  # and lies within 24 dB of the loudest of late
_GAIN_Q8 = const(279)  # syllables a peak: weak ones melt together
LEAST_HOPS = hops_up(10000)  # of speech, before a pace is told


class Pace:
    """Counts over the agent's speech. peaks, hops: so far."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.peaks = 0
        self.hops = 0
        self._before = 0
        self._last = 0
        self._top = 0
        self._up = 0
        self._extreme = 1 << 14

    def step(self, bands, speaks):
        """One hop: the 48 bands, whether the agent speaks."""
        now = (
            bands[2] + bands[3] + bands[4] + bands[5] + bands[6] + bands[7] + bands[8] + bands[9] + bands[10]
        )
        now = (now + bands[11]) // _BANDS  # written out: a loop takes four times as long on the chip
        smooth = (self._before + 2 * self._last + now) >> 2
        self._before = self._last
        self._last = now
        if not speaks:
            return
        self.hops += 1
        self._top = smooth if smooth > self._top else self._top - 1
        if self._up:
            if smooth > self._extreme:
                self._extreme = smooth
            elif self._extreme - smooth >= _SWING:
                self.peaks += 1
                self._up = 0
                self._extreme = smooth
        elif smooth < self._extreme:
            self._extreme = smooth
        elif smooth - self._extreme >= _SWING and smooth > self._top - _BELOW_TOP:
            self._up = 1
            self._extreme = smooth

    def rate_q4(self):
        """Syllables a second, Q4; NONE_U16 after too little speech."""
        if self.hops < LEAST_HOPS:
            return NONE_U16
        syllables_q8 = self.peaks * _GAIN_Q8
        # syllables << 4 over seconds; hops stay below 2**16 a call of 17 minutes of speech, longer ones are halved
        hops = self.hops
        while hops >= 1 << 15:
            hops >>= 1
            syllables_q8 >>= 1
        return syllables_q8 * 125 // (hops * HOP_MS * 2)
