# One addressable RGB light by PIO (rp2): the program keeps the bit times, so interrupts stay on.
# Never machine.bitstream while listening: it turns them off.
import rp2
from machine import Pin

from .pio_programs import ws2812

_BIT_HZ = 800_000
_STEPS_A_BIT = 10


class Light:
    """The board contract's light."""

    def __init__(self, state_machine, pin):
        self._sm = rp2.StateMachine(state_machine, ws2812, freq=_BIT_HZ * _STEPS_A_BIT, sideset_base=Pin(pin))
        self._sm.active(1)

    def set(self, red, green, blue):
        # green first on the wire, in the top 24 bits of the word
        self._sm.put((green << 16 | red << 8 | blue) << 8)
