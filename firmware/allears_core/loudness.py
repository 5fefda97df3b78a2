# Loud customer: a physical level above the call's own start. Says nothing about what anyone feels.
from .params import LEVEL_FLOOR_Q8, hops_up

_REFERENCE_HOPS = hops_up(20000)  # reference: the customer's first 20 s of speech in the call …
_REFERENCE_LEAST = hops_up(5000)  # … of which 5 s must have been heard
_SMOOTH = 5  # running mean over about 2**5 hops (0.5 s) of the customer's own speech


class LoudCustomer:
    """Follows the customer's level where only the customer speaks (crosstalk would raise it).

    open: 1 while the level is up; start, last: hops; level: running level, dBFS Q8.
    """

    def __init__(self, settings):
        self._rise = settings.loud_rise_db << 8
        self._hold = hops_up(settings.loud_hold_ms)
        self.reset()

    def reset(self):
        self.open = 0
        self.start = 0
        self.last = 0
        self.level = 0
        self._heard = 0
        self._sum = 0
        self._reference = 0
        self._up = 0

    def reference(self):
        """Mean level of the customer's first 20 s of speech, dBFS Q8; LEVEL_FLOOR_Q8 before 5 s of it."""
        return self._reference if self._heard >= _REFERENCE_LEAST else LEVEL_FLOOR_Q8

    def step(self, window):
        """One settled hop in which only the customer speaks. True if a loud stretch long enough to count ended: read
        start, last, level."""
        level = window.customer_level
        self.level = level if self._heard == 0 else self.level + ((level - self.level) >> _SMOOTH)
        self._heard += 1
        if self._heard <= _REFERENCE_HOPS:
            self._sum += level
            self._reference = self._sum // self._heard
        if self._heard < _REFERENCE_LEAST:
            return False
        if self.level - self._reference < self._rise:
            return self.open and self.close()
        if not self.open:
            self.open = 1
            self.start = window.hop
            self._up = 0
        self._up += 1
        self.last = window.hop
        return False

    def close(self):
        """End a stretch that may be running; True if it counts."""
        counts = self.open and self._up >= self._hold
        self.open = 0
        return bool(counts)
