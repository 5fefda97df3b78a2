# Two I2S microphones on one data line, by PIO and DMA (rp2). machine.I2S is no choice here: its buffers are served
# by an interrupt, and a flash erase keeps interrupts off for 45 ms. This ring fills whatever the processor does.
#
# Pins: word select = bit clock + 1 (side-set needs neighbours). Mouth microphone: SEL low (left, WS low);
# ear: SEL high (right, WS high). The ear is sampled first: the word's low half, which memory holds first, is the mouth.
# Slots are 32 bits; the top 16 are kept. Bit clock = 64 x 8 kHz = 512 kHz.
import rp2
import uctypes
from machine import Pin

from allears_core.params import HOP_SAMPLES, SAMPLE_RATE_HZ

from .pio_programs import two_microphones
from .ring import WHOLE, Ring, aligned

RING_BITS = 14  # 16 KiB: 32 hops, 512 ms
_RING_BYTES = 1 << RING_BITS
_HOP_BYTES = 4 * HOP_SAMPLES
_CYCLES_A_SAMPLE = 2 * 64
_COUNT_MASK = 0x0FFFFFFF  # of the transfer counter; what is above is the mode on RP2350
_REARM_BELOW = 1 << 20  # transfers left, about two minutes
_DREQ_RX0 = 4


class Mic:
    """The board contract's mic. Make it first at boot: the ring must lie on a 16 KiB boundary.

    state_machine: 0-11. clock_pin: bit clock, word select is the next one. data_pin: both microphones' data.
    """

    def __init__(self, state_machine, clock_pin, data_pin):
        memory = bytearray(2 * _RING_BYTES)
        address = uctypes.addressof(memory)
        start = aligned(address, _RING_BYTES)
        ring = memoryview(memory)[start : start + _RING_BYTES]
        self._hops = [ring[at : at + _HOP_BYTES] for at in range(0, _RING_BYTES, _HOP_BYTES)]
        self._ring = Ring(_RING_BYTES // 4, HOP_SAMPLES)
        self.capacity = self._ring.capacity
        self._sm = rp2.StateMachine(
            state_machine,
            two_microphones,
            freq=SAMPLE_RATE_HZ * _CYCLES_A_SAMPLE,
            sideset_base=Pin(clock_pin),
            in_base=Pin(data_pin, Pin.IN),
        )
        self._dma = rp2.DMA()
        self._before = 0  # words written before the transfer counter was last set
        control = self._dma.pack_ctrl(
            size=2,
            inc_read=False,
            inc_write=True,
            ring_sel=True,
            ring_size=RING_BITS,
            treq_sel=8 * (state_machine // 4) + _DREQ_RX0 + state_machine % 4,
            irq_quiet=True,
        )
        self._dma.config(read=self._sm, write=address + start, count=_COUNT_MASK, ctrl=control, trigger=True)

    @property
    def overruns(self):
        return self._ring.overruns

    def start(self):
        """Begin capture. The clock is our own, so there is none to miss: OSError cannot happen here."""
        self._ring.restart(self._written())
        self._sm.active(1)

    def stop(self):
        self._sm.active(0)

    def waiting(self):
        return self._ring.waiting(self._written())

    def readinto(self, buf):
        """One hop into `buf` if one waits; how many did, this one among them."""
        ring = self._ring
        waited = ring.waiting(self._written())
        if waited:
            buf[WHOLE] = self._hops[ring.take()]
        return waited

    def _written(self):
        # The counter, not the write address: it also tells how often the ring went round while nobody looked.
        left = self._left()
        if left < _REARM_BELOW:
            left = self._rearm()
        return self._before + _COUNT_MASK - left

    def _rearm(self):
        """Set the transfer counter anew, every nine hours. The state machine's FIFO holds a millisecond meanwhile."""
        self._dma.active(False)
        done = _COUNT_MASK - self._left()
        self._dma.count = _COUNT_MASK  # type: ignore[attr-defined]
        self._dma.active(True)
        self._before += done - self._ring.rewind()
        return self._left()

    def _left(self):
        return self._dma.count & _COUNT_MASK  # type: ignore[attr-defined]  # the stubs lack it
