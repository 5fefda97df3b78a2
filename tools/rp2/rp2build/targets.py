"""The boards that a runtime is built for."""

from __future__ import annotations

from dataclasses import dataclass

from . import uf2


@dataclass(frozen=True)
class Board:
    """A module that carries the clip.

    port: its name in MicroPython's rp2 port, which fixes flash_bytes and volume_bytes (the file system is the flash's
    end); arch: of mpy-cross; firmware: folder under firmware/boards whose pins it uses; frozen: the application's code
    lies in the runtime and runs from flash, since memory does not hold it.
    """

    name: str
    port: str
    family: int
    arch: str
    flash_bytes: int
    volume_bytes: int
    firmware: str = "xiao_rp2350"
    frozen: bool = False

    @property
    def volume_offset(self) -> int:
        """Bytes of flash before the file system: what the runtime may take."""
        return self.flash_bytes - self.volume_bytes


_MIB = 1 << 20
BOARDS = {
    board.name: board
    for board in (
        Board("xiao_rp2350", "SEEED_XIAO_RP2350", uf2.RP2350_ARM_S, "armv7emsp", 2 * _MIB, _MIB),
        Board("pico2", "RPI_PICO2", uf2.RP2350_ARM_S, "armv7emsp", 4 * _MIB, 3 * _MIB),
        Board("pico", "RPI_PICO", uf2.RP2040, "armv6m", 2 * _MIB, 1408 * 1024, frozen=True),
    )
}
