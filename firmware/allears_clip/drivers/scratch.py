# A byte that outlives a reset: what the clip was doing, and whether the reset was asked for. Whatever stands there
# after power-on carries no tag and counts as nothing.
import sys

import machine

_TAG = 0xA11EA500
RESTART = 0xFF  # marked before a reset that was asked for, which the chip cannot tell from the watchdog's
_ARMV6M = 2  # MicroPython's number of RP2040's architecture
# Scratch register 0 of the watchdog: data sheets of RP2040 (4.7.6) and RP2350 (12.9.7). Neither boot ROM uses it.
_RP2040, _RP2350 = 0x4005800C, 0x400D800C


class WatchdogRegister:
    """RP2040 and RP2350."""

    def __init__(self):
        self._at = _RP2040 if sys.implementation._mpy >> 10 & 0xF == _ARMV6M else _RP2350

    def read(self):
        word = machine.mem32[self._at] & 0xFFFFFFFF
        return word & 0xFF if word & 0xFFFFFF00 == _TAG else 0

    def write(self, code):
        machine.mem32[self._at] = _TAG | code


class RtcMemory:
    """ESP32-S3."""

    def __init__(self):
        self._rtc = machine.RTC()

    def read(self):
        word = int.from_bytes(self._rtc.memory()[:4], "little")
        return word & 0xFF if word & 0xFFFFFF00 == _TAG else 0

    def write(self, code):
        self._rtc.memory((_TAG | code).to_bytes(4, "little"))
