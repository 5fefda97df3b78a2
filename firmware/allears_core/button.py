# One button, five gestures. Times from the design; a double press is two presses within 0.4 s.
from .compat import ticks_diff

NONE = 0
SHORT = 1  # < 0.6 s, and no second press
DOUBLE = 2
LONG = 3  # 2-4 s: pause
MEDIUM = 5  # 0.8-1.8 s: practice
VERY_LONG = 4  # > 5 s: start or end of shift

_SHORT_MS = 600
_DOUBLE_MS = 400
_MEDIUM_MS = 800
_MEDIUM_END_MS = 1800
_LONG_MS = 2000
_LONG_END_MS = 4000
_VERY_LONG_MS = 5000


class Button:
    """Turns the level of a debounced button into gestures. Lengths between the named ones mean nothing.

    busy: 1 from a press until it is known what it was; at other times there is nothing to step while it is up.
    """

    def __init__(self):
        self.busy = 0
        self._down = 0
        self._since = 0
        self._waiting = 0  # 1 after a short press that a second one may follow
        self._released = 0

    def step(self, pressed, ms):
        """Gesture completed at `ms` (monotonic), or NONE; call it at least every 50 ms."""
        if pressed and not self._down:
            self._down = self.busy = 1
            self._since = ms
        elif not pressed and self._down:
            self._down = 0
            return self._release(ms)
        elif self._waiting and not self._down and ticks_diff(ms, self._released) > _DOUBLE_MS:
            self._waiting = self.busy = 0
            return SHORT
        return NONE

    def _release(self, ms):
        held = ticks_diff(ms, self._since)
        second = self._waiting
        self._waiting = self.busy = 0
        if held < _SHORT_MS:
            if second:
                return DOUBLE
            self._waiting = self.busy = 1
            self._released = ms
            return NONE
        if _MEDIUM_MS <= held <= _MEDIUM_END_MS:
            return MEDIUM
        if _LONG_MS <= held <= _LONG_END_MS:
            return LONG
        return VERY_LONG if held > _VERY_LONG_MS else NONE
