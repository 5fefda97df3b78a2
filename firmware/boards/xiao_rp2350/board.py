# Seeed Studio XIAO RP2350: the reference board. Pins: hardware/pins.csv.
import machine
import micropython
import rp2

from allears_clip.drivers.battery_adc import Battery
from allears_clip.drivers.button import Button
from allears_clip.drivers.clock import Clock
from allears_clip.drivers.haptic import Haptic
from allears_clip.drivers.i2s_pio import Mic
from allears_clip.drivers.scratch import WatchdogRegister
from allears_clip.drivers.sectors import behind
from allears_clip.drivers.usb_serial import Serial
from allears_clip.drivers.watchdog import Watchdog
from allears_clip.drivers.ws2812_pio import Light
from allears_core import frame, messages, records

BIT_CLOCK_PIN = 2  # D8; word select is the next pin, 3 (D10)
DATA_PIN = 4  # D9
LIGHT_PIN = 28  # D2
BUTTON_PIN = 27  # D1
MOTOR_PIN = 5  # D3
BATTERY_PIN = 29  # on the module: divider of two equal resistors ...
BATTERY_ENABLE_PIN = 19  # ... behind a switch
MIC_STATE_MACHINE = 0
LIGHT_STATE_MACHINE = 4  # in the second PIO block, away from the microphones' program

_RESET_CAUSES = {machine.PWRON_RESET: "power-on", machine.WDT_RESET: "watchdog"}


class Board:
    """See boards/contract.py."""

    name = "xiao-rp2350"
    capabilities = (
        messages.CAP_LIGHT
        | messages.CAP_HAPTIC
        | messages.CAP_BUTTON
        | messages.CAP_BATTERY
        | messages.CAP_MICROPHONES
        | messages.CAP_FILES
        | messages.CAP_MONITOR
    )
    flash_root = "/"

    def __init__(self):
        self.mic = Mic(
            MIC_STATE_MACHINE, BIT_CLOCK_PIN, DATA_PIN
        )  # first: its ring needs an aligned stretch of heap
        self.serial = Serial(frame.CELL_BYTES)
        self.clock = Clock(self.mic, self.serial)
        self.light = Light(LIGHT_STATE_MACHINE, LIGHT_PIN)
        self.haptic = Haptic(MOTOR_PIN)
        self.button = Button(BUTTON_PIN)
        self.battery = Battery(BATTERY_PIN, BATTERY_ENABLE_PIN)
        self.vault = behind(rp2.Flash(), self.flash_root)
        self.watchdog = Watchdog(WatchdogRegister())
        self.unit_id = machine.unique_id()
        cause = "soft" if self.watchdog.restarted else _RESET_CAUSES.get(machine.reset_cause(), "unknown")
        self.reset_cause = records.RESET_CAUSES.index(cause)
        self.doing = self.watchdog.doing
        self.safe_mode = bool(self.button.held())

    def keyboard(self, open):
        micropython.kbd_intr(3 if open else -1)

    def reboot(self, mode):
        if mode == messages.REBOOT_REPL:
            self.watchdog.release()
            raise KeyboardInterrupt
        self.watchdog.restart()


def make():
    """The board; call it once."""
    return Board()
