# A plain RGB light on three PWM pins, common cathode.
from machine import PWM, Pin

_HZ = 1000


class Light:
    """The board contract's light."""

    def __init__(self, red_pin, green_pin, blue_pin):
        self._parts = [PWM(Pin(pin), freq=_HZ, duty_u16=0) for pin in (red_pin, green_pin, blue_pin)]

    def set(self, red, green, blue):
        self._parts[0].duty_u16(red * 257)
        self._parts[1].duty_u16(green * 257)
        self._parts[2].duty_u16(blue * 257)
