# The reference board on the bench: its own ring, cell and debounce code over emulated peripherals.
import target

from allears_clip.drivers.cells import CellReader
from allears_clip.drivers.debounce import Debounce
from allears_clip.drivers.ring import Ring
from allears_core import frame, messages
from allears_core.params import HOP_MS, HOP_SAMPLES

_RING_BYTES = 16384
_HOP_BYTES = 512


class Clock:
    """Moved by the bench: one hop's time a turn."""

    def __init__(self):
        self.now = 0

    def ticks_ms(self):
        return self.now

    def idle(self):
        self.now += HOP_MS


class Mic:
    """drivers/i2s_pio.Mic with the transfer counter and the ring's filling done by the bench."""

    def __init__(self):
        ring = memoryview(bytearray(2 * _RING_BYTES))  # as the driver, which looks for a boundary in it
        self._hops = [ring[at : at + _HOP_BYTES] for at in range(0, _RING_BYTES, _HOP_BYTES)]
        self._ring = Ring(_RING_BYTES // 4, HOP_SAMPLES)
        self.capacity = self._ring.capacity
        self._words = 0

    def hear(self, hop):
        """The bench's: let recorded hop number `hop` come in."""
        target.record(hop, self._hops[self._words // HOP_SAMPLES % len(self._hops)])
        self._words += HOP_SAMPLES

    @property
    def overruns(self):
        return self._ring.overruns

    def start(self):
        self._ring.restart(self._words)

    def stop(self):
        pass

    def waiting(self):
        return self._ring.waiting(self._words)

    def readinto(self, buf):
        if not self.waiting():
            return 0
        buf[:] = self._hops[self._ring.take()]
        return _HOP_BYTES


class DeadMic(Mic):
    def start(self):
        raise OSError(5)


class Line:
    """The serial line; `quiet` keeps what the clip says off it, for programs that print."""

    def __init__(self, clock):
        self._cells = CellReader(frame.CELL_BYTES, self.ready, self._readinto, clock.ticks_ms)
        self._waits = bytearray(frame.CELL_BYTES)
        self.quiet = True

    def ready(self):
        return False

    def _readinto(self, buf):
        return 0

    def readinto(self, buf):
        return self._cells.readinto(buf)

    def write(self, data):
        if not self.quiet:
            target.send(data)


class Part:
    """Light, motor, battery, watchdog and the switch: what they were told last."""

    def __init__(self):
        self.last = None
        self.fed = 0

    def set(self, *value):
        self.last = value

    def millivolts(self):
        return 3900

    def feed(self):
        self.fed += 1

    def release(self):
        pass


class Button:
    def __init__(self, clock):
        self._debounce = Debounce()
        self._clock = clock
        self.down = 0

    def pressed(self):
        return bool(self._debounce.step(self.down, self._clock.ticks_ms()))


class Board:
    """See boards/contract.py."""

    name = "target bench"
    capabilities = messages.CAP_LIGHT | messages.CAP_HAPTIC | messages.CAP_BUTTON | messages.CAP_MICROPHONES
    unit_id = b"\x00target\x00"
    reset_cause = 0
    safe_mode = False
    flash_root = "/"

    def __init__(self, mic=Mic):
        self.clock = Clock()
        self.mic = mic()
        self.serial = Line(self.clock)
        self.light = Part()
        self.haptic = Part()
        self.battery = Part()
        self.watchdog = Part()
        self.button = Button(self.clock)
        self.rebooted = None

    def reboot(self, mode):
        self.rebooted = mode
