"""The file system that comes with the runtime: littlefs, holding the application compiled for the board."""

from __future__ import annotations

from littlefs import LittleFS

from allears.fleet.bundle import load_bundle

from .targets import Board

BLOCK_BYTES = 4096  # of flash, erased at once
VAULT_BLOCKS = 2  # behind the file system, for the clip's keys: modules/_boot.py leaves them out
PAGE_BYTES = 256  # of flash, programmed at once; the port mounts its volume with the same


def application(board: Board) -> dict[str, bytes]:
    """Files of the application by path: in a slot, as `allears flash` would put it there, or, for a runtime that holds
    the code itself, one by one."""
    bundle = load_bundle(board.arch, board.firmware)
    return dict(bundle.files if board.frozen else bundle.installed)


def image(board: Board, files: dict[str, bytes]) -> bytes:
    """The board's whole file system with `files` on it. All of it, since erased blocks are part of its state."""
    volume = LittleFS(
        block_size=BLOCK_BYTES,
        block_count=board.volume_bytes // BLOCK_BYTES - VAULT_BLOCKS,
        prog_size=PAGE_BYTES,
        read_size=PAGE_BYTES,
        cache_size=PAGE_BYTES,
    )
    for path, content in sorted(files.items()):
        folder = path.rpartition("/")[0]
        if folder:
            volume.makedirs(folder, exist_ok=True)
        with volume.open(path, "wb") as file:
            file.write(content)
    volume.unmount()
    return bytes(volume.context.buffer)
