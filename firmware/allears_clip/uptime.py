# The two clocks of the clip: milliseconds since boot, and UTC for as long as a host has told it.
from allears_core.compat import TICKS_PERIOD
from allears_core.fields import NONE_U32

_LAST = TICKS_PERIOD - 1  # as in compat: the period itself is no small integer on the chip


class Uptime:
    """Milliseconds since boot that go on where the board's tick counter wraps; ask at least every twelve days."""

    def __init__(self, clock):
        self._ticks_ms = clock.ticks_ms
        self._last = clock.ticks_ms()
        self._ms = self._last & _LAST

    def ms(self):
        now = self._ticks_ms()
        ms = self._ms = self._ms + ((now - self._last) & _LAST)
        self._last = now
        return ms


class WallClock:
    """UTC, known from SET_CLOCK on; never invented. known: True from then on."""

    def __init__(self):
        self.known = False
        self._utc_s = NONE_U32
        self._utc_ms = 0
        self._at_ms = 0

    def set(self, utc_s, utc_ms, now_ms):
        self.known = utc_s != NONE_U32
        self._utc_s = utc_s
        self._utc_ms = utc_ms
        self._at_ms = now_ms

    def at(self, now_ms):
        """(seconds since 1970, milliseconds) at `now_ms` since boot; (NONE_U32, 0) while unknown."""
        if self._utc_s == NONE_U32:
            return NONE_U32, 0
        ms = self._utc_ms + now_ms - self._at_ms
        return self._utc_s + ms // 1000, ms % 1000
