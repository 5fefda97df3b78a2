# The button, to ground, with the pin's own pull-up.
import time

from machine import Pin

from .debounce import Debounce


class Button:
    """The board contract's button."""

    def __init__(self, pin):
        self._pin = Pin(pin, Pin.IN, Pin.PULL_UP)
        self._switch = Debounce(self.held())

    def held(self):
        """Level at this very moment, for the question at boot."""
        return 1 - self._pin.value()

    def pressed(self):
        level = 1 - self._pin.value()
        switch = self._switch
        return level if level == switch.rest else switch.step(level, time.ticks_ms())
