# The battery's voltage through a divider of two equal resistors, which a pin may have to switch on.
from machine import ADC, Pin

_REFERENCE_MV = 3300
_DIVIDER = 2


class Battery:
    """The board contract's battery. enable_pin: driven high while measuring, None where there is none."""

    def __init__(self, pin, enable_pin=None):
        self._adc = ADC(Pin(pin))
        self._enable = None if enable_pin is None else Pin(enable_pin, Pin.OUT, value=0)

    def millivolts(self):
        if self._enable is not None:
            self._enable.value(1)
        raw = self._adc.read_u16()
        if self._enable is not None:
            self._enable.value(0)
        return raw * _REFERENCE_MV * _DIVIDER // 65535
