# Two I2S microphones through machine.I2S (esp32): its DMA descriptors run on through a flash write.
# Mouth microphone: SEL low (left), ear: SEL high (right), as on the other boards.
import select
import time

from machine import I2S, Pin

from allears_core.compat import ticks_diff
from allears_core.params import HOP_MS, HOP_SAMPLES, SAMPLE_RATE_HZ

from .ring import hops_due

_HOP_BYTES = 4 * HOP_SAMPLES
_RING_HOPS = 32


class Mic:
    """The board contract's mic. The driver does not tell what it lost; time does, by the same crystal."""

    capacity = _RING_HOPS

    def __init__(self, clock_pin, word_pin, data_pin):
        self.overruns = 0
        self._pins = (clock_pin, word_pin, data_pin)
        self._i2s = None
        self._poll = select.poll()
        self._hop = bytearray(_HOP_BYTES)
        self._view = memoryview(self._hop)
        self._filled = 0
        self._started_ms = time.ticks_ms()
        self._taken = 0

    def start(self):
        """Begin capture. Raises OSError where the peripheral refuses."""
        clock, word, data = self._pins
        self._i2s = I2S(
            0,
            sck=Pin(clock),
            ws=Pin(word),
            sd=Pin(data),
            mode=I2S.RX,
            bits=16,
            format=I2S.STEREO,
            rate=SAMPLE_RATE_HZ,
            ibuf=_RING_HOPS * _HOP_BYTES,
        )
        self._poll.register(self._i2s, select.POLLIN)
        self._filled = 0
        self._started_ms = time.ticks_ms()
        self._taken = 0

    def stop(self):
        if self._i2s is not None:
            self._poll.unregister(self._i2s)
            self._i2s.deinit()
            self._i2s = None

    def waiting(self):
        """Hops that wait, by the clock."""
        if self._i2s is None:
            return 0
        self._wind()
        elapsed = ticks_diff(time.ticks_ms(), self._started_ms)
        waiting, lost = hops_due(elapsed, HOP_MS, self._taken, _RING_HOPS)
        self._taken += lost
        self.overruns += lost
        return waiting

    def readinto(self, buf):
        """One hop into `buf` if one is whole: how many waited, this one among them, else 0."""
        waited = self.waiting()
        if not waited:
            return 0
        while self._filled < _HOP_BYTES and self._readable():
            self._filled += self._i2s.readinto(self._view[self._filled :])
        if self._filled < _HOP_BYTES:
            return 0
        buf[:] = self._hop
        self._filled = 0
        self._taken += 1
        return waited

    def _readable(self):
        for _ in self._poll.ipoll(0):
            return True
        return False

    def _wind(self):
        # Keeps the numbers small: a minute's hops are forgotten together with their time.
        minute = 60000 // HOP_MS
        if self._taken > 2 * minute:
            self._taken -= minute
            self._started_ms = time.ticks_add(self._started_ms, minute * HOP_MS)
