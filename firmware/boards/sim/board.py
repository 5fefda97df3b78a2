# The virtual clip: the board contract over the peripherals that the boot ROM offers as `virtual_chip`.
import virtual_chip as chip

from allears_clip.drivers.sectors import Sectors
from allears_core import messages

from .line import Serial
from .sound import Clock, Mic

CAPABILITIES = (
    messages.CAP_LIGHT
    | messages.CAP_HAPTIC
    | messages.CAP_BUTTON
    | messages.CAP_MICROPHONES
    | messages.CAP_VIRTUAL
    | messages.CAP_FILES
    | messages.CAP_MONITOR
)
FEED_MS = 250  # the supervisor hears of a feed at most this often


class Light:
    """One colour light; only changes travel to the supervisor."""

    def __init__(self):
        self._now = (0, 0, 0)

    def set(self, red, green, blue):
        if self._now != (red, green, blue):
            self._now = (red, green, blue)
            chip.tell(b"light %d %d %d\n" % self._now)


class Haptic:
    """The motor's drive; only changes travel to the supervisor."""

    def __init__(self):
        self._now = 0

    def set(self, level):
        if self._now != level:
            self._now = level
            chip.tell(b"motor %d\n" % level)


class Button:
    def __init__(self, mic):
        self._mic = mic

    def pressed(self):
        return self._mic.pressed

    def held(self):
        return chip.safe_mode


class Battery:
    def millivolts(self):
        return 0xFFFF  # there is none


class Watchdog:
    def __init__(self, real_ms):
        self._real_ms = real_ms
        self._fed_ms = None

    def feed(self):
        now = self._real_ms()
        if self._fed_ms is None or now - self._fed_ms >= FEED_MS:
            self._fed_ms = now
            chip.tell(b"feed %d %d %d\n" % (chip.flash.erases, chip.flash.programs, chip.flash.unerased))

    def mark(self, code):
        chip.tell(b"mark %d\n" % code)

    def release(self):
        """Nothing to do: the supervisor stops waiting for feeds once the prompt is back."""


class Board:
    """See boards/contract.py."""

    name = "virtual clip"
    capabilities = CAPABILITIES
    flash_root = "/"

    def __init__(self):
        self.unit_id = chip.unit_id
        self.reset_cause = chip.reset_cause
        self.doing = chip.doing
        self.safe_mode = chip.safe_mode
        self.serial = Serial(chip)
        self.clock = Clock(chip)
        self.mic = Mic(chip, self.clock)
        self.clock.watch(self.mic)
        self.light = Light()
        self.haptic = Haptic()
        self.button = Button(self.mic)
        self.battery = Battery()
        self.vault = Sectors(chip.flash, chip.flash.blocks)
        self.watchdog = Watchdog(self.clock.real_ms)

    def keyboard(self, open):
        chip.keyboard(open)

    def reboot(self, mode):
        chip.restart(mode)


def make():
    """The board; call it once."""
    return Board()
