# A switch that bounces: its level counts once it has held. No `machine` here.
from allears_core.compat import ticks_diff

HOLD_MS = 20


class Debounce:
    """Level of a switch, 0 or 1, once it has been the same for HOLD_MS.

    rest: the level while it has settled, -1 while it has not; as long as it is seen there is nothing to step.
    """

    def __init__(self, level=0):
        self.rest = level
        self._level = level
        self._candidate = level
        self._since = 0

    def step(self, level, ms):
        """The debounced level at `ms` (monotonic)."""
        if level != self._candidate:
            self._candidate = level
            self._since = ms
        elif level != self._level and ticks_diff(ms, self._since) >= HOLD_MS:
            self._level = level
        self.rest = level if level == self._level else -1
        return self._level
