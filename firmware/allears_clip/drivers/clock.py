# Time and rest: the processor sleeps between interrupts until there is something to do.
import time

from machine import idle

from allears_core.params import HOP_MS


class Clock:
    """The board contract's clock. mic, serial: the board's, which end a rest."""

    def __init__(self, mic, serial):
        self._mic = mic
        self._serial = serial

    def ticks_ms(self):
        return time.ticks_ms()

    def idle(self):
        began = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), began) < HOP_MS:
            if self._mic.waiting() or self._serial.ready():
                return
            idle()
