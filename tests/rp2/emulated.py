"""RP2040 in an emulator (rp2040py): the genuine runtime from its UF2 file, with USB, flash, PIO and DMA."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from rp2040py.boards import BoardSpec
from rp2040py.device import MicroPythonDevice
from rp2040py.device.base_device import BaseDevice

# The emulator runs some 25 times slower than the chip on an idle machine, and that machine may be busy.
PATIENCE_S = 900.0


class Prompt:
    """A chip whose prompt is spoken to. Code runs as `mpremote exec` runs it."""

    def __init__(self, image: Path):
        self._device = MicroPythonDevice(board=BoardSpec(image=image))

    def __enter__(self) -> Prompt:
        self._device.start_async(PATIENCE_S).result()
        return self

    def __exit__(self, *what: object) -> None:
        self._device.stop()

    def run(self, code: str) -> str:
        """What `code` prints. Raises AssertionError with the chip's traceback if it fails."""
        said, failed = self._device.exec_async(code, PATIENCE_S).result()
        assert not failed, failed.decode()
        return said.decode()

    def reset(self) -> None:
        """Pull the reset pin: memory is lost, flash is kept. Returns when USB is up again."""
        self._device.hard_reset_async(PATIENCE_S).result()

    def drive(self, pin: int, high: bool) -> None:
        """Hold the line at GPIO `pin`."""
        self._device.mcu.gpio[pin].set_input_value(high)


class Line:
    """A chip whose main.py runs, seen through its serial line over USB."""

    def __init__(self, image: Path):
        self._device = BaseDevice(board=BoardSpec(image=image))
        self._device.cdc.on_serial_data = self._hear
        self._heard = bytearray()
        self._news = threading.Condition()

    def __enter__(self) -> Line:
        self._device.start_async(PATIENCE_S).result()
        return self

    def __exit__(self, *what: object) -> None:
        self._device.stop()

    def reset(self) -> None:
        """Pull the reset pin: memory is lost, flash is kept. Returns when USB is up again."""
        self._device.hard_reset_async(PATIENCE_S).result()

    @property
    def seconds(self) -> float:
        """Since the chip was started, by its own clock."""
        return self._device.simulator.clock.nanos / 1e9

    def send(self, data: bytes) -> None:
        """At most what the emulated line takes at once, 512 bytes."""

        async def push() -> None:
            for byte in data:
                self._device.cdc.send_serial_byte(byte)

        self._device.simulator.call(push())

    def until(self, found: Callable[[bytes], object]) -> object:
        """The first true result of `found` on what was heard since the last call of this."""
        end = time.monotonic() + PATIENCE_S
        with self._news:
            while time.monotonic() < end and self._device.simulator.executing:
                news = bytes(self._heard)
                self._heard.clear()
                result = found(news)
                if result:
                    return result
                self._news.wait(1)
        raise AssertionError(f"not found in {self.seconds:.1f} s of the chip's time")

    def _hear(self, data: bytes) -> None:
        with self._news:
            self._heard += data
            self._news.notify()
