# The watchdog. It cannot be stopped once it runs, so a timer feeds it when the application has ended on purpose.
from machine import WDT, Timer

TIMEOUT_MS = 8000  # the longest that RP2350 can count is 8.3 s
_KEEP_ALIVE_MS = 2000


class Watchdog:
    """The board contract's watchdog; it begins with the first feed."""

    def __init__(self, timer_id=-1):
        self._timer_id = timer_id
        self._wdt = None
        self._timer = None

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
