# Seeed Studio XIAO ESP32-S3: same module footprint, so the same carrier; a plain RGB light. Pins: hardware/pins.csv.
import machine
import micropython
from esp32 import Partition

from allears_clip.drivers.battery_adc import Battery
from allears_clip.drivers.button import Button
from allears_clip.drivers.clock import Clock
from allears_clip.drivers.haptic import Haptic
from allears_clip.drivers.i2s_machine import Mic
from allears_clip.drivers.pwm_rgb import Light
from allears_clip.drivers.scratch import RtcMemory
from allears_clip.drivers.sectors import Sectors
from allears_clip.drivers.usb_serial import Serial
from allears_clip.drivers.watchdog import Watchdog
from allears_core import frame, messages, records

BIT_CLOCK_PIN = 7  # D8
WORD_SELECT_PIN = 9  # D10
DATA_PIN = 8  # D9
LIGHT_PINS = (3, 5, 6)  # D2, D4, D5: red, green, blue
BUTTON_PIN = 2  # D1
MOTOR_PIN = 4  # D3
BATTERY_PIN = 1  # D0: divider of two equal resistors on the carrier
WATCHDOG_TIMER = 0
VAULT = "vault"  # the flash's partition for keys, two sectors; a runtime without it keeps no log

_RESET_CAUSES = {
    machine.PWRON_RESET: "power-on",
    machine.WDT_RESET: "watchdog",
    machine.SOFT_RESET: "soft",
}


class Board:
    """See boards/contract.py."""

    name = "xiao-esp32s3"
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
        self.mic = Mic(BIT_CLOCK_PIN, WORD_SELECT_PIN, DATA_PIN)
        self.serial = Serial(frame.CELL_BYTES)
        self.clock = Clock(self.mic, self.serial)
        self.light = Light(*LIGHT_PINS)
        self.haptic = Haptic(MOTOR_PIN)
        self.button = Button(BUTTON_PIN)
        self.battery = Battery(BATTERY_PIN)
        found = Partition.find(Partition.TYPE_DATA, label=VAULT)
        self.vault = Sectors(found[0]) if found else None
        self.watchdog = Watchdog(RtcMemory(), WATCHDOG_TIMER)
        self.unit_id = (machine.unique_id() + bytes(8))[:8]  # the chip's six bytes
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
