# The reference board on the bench: its own ring, cell and debounce code over emulated peripherals.
import target

from allears_clip.drivers.cells import CellReader
from allears_clip.drivers.debounce import Debounce
from allears_clip.drivers.ring import WHOLE, Ring
from allears_clip.drivers.sectors import Sectors
from allears_core import frame, messages
from allears_core.compat import TICKS_PERIOD
from allears_core.params import HOP_MS, HOP_SAMPLES

INSNS_A_MS = 115385
_BLOCKS = 4  # ioctl: how many the file system has
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


class ChipClock:
    """Time as instructions make it: 150 MHz at 1.3 cycles an instruction."""

    def __init__(self):
        self._last = target.insns()
        self._insns = 0
        self._ms = 0

    def ticks_ms(self):
        now = target.insns()
        self._insns += (now - self._last) & 0x3FFFFFFF
        self._last = now
        self._ms += self._insns // INSNS_A_MS
        self._insns %= INSNS_A_MS
        return self._ms & (TICKS_PERIOD - 1)

    def idle(self):
        pass


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
        ring = self._ring
        waited = ring.waiting(self._words)
        if waited:
            buf[WHOLE] = self._hops[ring.take()]
        return waited


class DeadMic(Mic):
    def start(self):
        raise OSError(5)


class Silence:
    """A line with nobody at its other end; what the clip says goes nowhere, so that a program can print."""

    def ready(self):
        return False

    def readinto(self, buf):
        return 0

    def send(self, data):
        pass


class Uart:
    """The emulated serial line."""

    ready = staticmethod(target.waiting)
    readinto = staticmethod(target.receive)
    send = staticmethod(target.send)


class Script:
    """A line on which what a host said waits in `incoming`; the answers are kept in `said`."""

    def __init__(self):
        self.incoming = b""
        self.said = b""

    def ready(self):
        return bool(self.incoming)

    def readinto(self, buf):
        buf[:] = self.incoming[: len(buf)]
        self.incoming = self.incoming[len(buf) :]
        return len(buf)

    def send(self, data):
        self.said += data


class Serial:
    """drivers/usb_serial.Serial over one of the lines above."""

    def __init__(self, line, clock):
        self.ready = line.ready
        self.write = line.send
        self.readinto = CellReader(frame.CELL_BYTES, line.ready, line.readinto, clock.ticks_ms).readinto


class Light:
    """What it was told last; like the real ones it asks nothing of the heap."""

    def __init__(self):
        self.red = self.green = self.blue = 0

    def set(self, red, green, blue):
        self.red = red
        self.green = green
        self.blue = blue


class Motor:
    def __init__(self):
        self.strength = 0

    def set(self, strength):
        self.strength = strength


class Part:
    """Battery, watchdog and the switch: what they were told last."""

    def __init__(self):
        self.last = None
        self.fed = 0

    def millivolts(self):
        return 3900

    def feed(self):
        self.fed += 1

    def mark(self, code):
        self.last = code

    def release(self):
        pass


class Button:
    def __init__(self, clock):
        self._switch = Debounce()
        self._clock = clock
        self.down = 0

    def pressed(self):
        level = self.down
        switch = self._switch
        return level if level == switch.rest else switch.step(level, self._clock.ticks_ms())

    def held(self):
        return self.down


class Board:
    """See boards/contract.py."""

    name = "target bench"
    capabilities = messages.CAP_LIGHT | messages.CAP_HAPTIC | messages.CAP_BUTTON | messages.CAP_MICROPHONES
    unit_id = b"\x00target\x00"
    reset_cause = 0
    doing = 0
    safe_mode = False
    flash_root = "/"

    def __init__(self, mic=Mic, line=Silence, clock=Clock):
        self.clock = clock()
        self.mic = mic()
        self.line = line()
        self.serial = Serial(self.line, self.clock)
        self.light = Light()
        self.haptic = Motor()
        self.battery = Part()
        flash = target.Volume()
        self.vault = Sectors(flash, flash.ioctl(_BLOCKS, 0))
        self.watchdog = Part()
        self.button = Button(self.clock)
        self.rebooted = None

    def keyboard(self, open):
        self.interruptible = open

    def reboot(self, mode):
        self.rebooted = mode
