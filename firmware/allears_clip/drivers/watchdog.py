# The watchdog. It cannot be stopped once it runs, so a timer feeds it when the application has ended on purpose.
from machine import WDT, Timer, reset

from .scratch import RESTART

TIMEOUT_MS = 8000  # the longest that RP2350 can count is 8.3 s
_KEEP_ALIVE_MS = 2000


class Watchdog:
    """The board contract's watchdog; it begins with the first feed. scratch: of drivers/scratch.py.

    doing: what the run before this reset had marked last. restarted: it asked for the reset itself.
    """

    def __init__(self, scratch, timer_id=-1):
        self._scratch = scratch
        self._timer_id = timer_id
        self._wdt = None
        self._timer = None
        left = scratch.read()
        self.restarted = left == RESTART
        self.doing = 0 if self.restarted else left
        scratch.write(0)

    def mark(self, code):
        self._scratch.write(code)

    def restart(self):
        """Reset the chip; the next run does not take it for the watchdog's bite."""
        self._scratch.write(RESTART)
        reset()

    def feed(self):
        if self._wdt is None:
            self._wdt = WDT(timeout=TIMEOUT_MS)
        self._wdt.feed()

    def release(self):
        if self._wdt is not None:
            self._timer = Timer(self._timer_id)
            self._timer.init(period=_KEEP_ALIVE_MS, mode=Timer.PERIODIC, callback=self._keep_alive)

    def _keep_alive(self, _):
        self._wdt.feed()
