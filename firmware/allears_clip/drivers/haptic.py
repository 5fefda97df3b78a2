# The vibration motor, through a transistor, by PWM above what can be heard.
from machine import PWM, Pin

_HZ = 20_000


class Haptic:
    """The board contract's haptic."""

    def __init__(self, pin):
        self._pwm = PWM(Pin(pin), freq=_HZ, duty_u16=0)

    def set(self, level):
        self._pwm.duty_u16(level * 257)
