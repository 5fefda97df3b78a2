"""The same test files on the interpreter that the clip runs."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
HEAP = "4m"  # these tests hold whole logs in memory; the clip itself runs capped in the virtual clip
# Portable modules say so: they begin with a comment, as all code that MicroPython runs does.
MODULES = sorted(path.stem for path in HERE.glob("test_*.py") if path.read_text().startswith("#"))


def run(micropython: str, script: str, *arguments: str) -> str:
    """Output of one script of this folder; fails with it."""
    command = [
        micropython,
        "-X",
        f"heapsize={HEAP}",
        str(HERE / script),
        str(FIRMWARE),
        str(HERE),
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("module", MODULES)
def test_on_micropython(module: str, tmp_path: Path, micropython: str) -> None:
    assert " 0 failed" in run(micropython, "upy_runner.py", str(tmp_path), module)


def test_the_loop_allocates_nothing_per_hop(tmp_path: Path, micropython: str) -> None:
    assert "features: 0 bytes" in run(micropython, "upy_allocation.py", str(tmp_path))


def test_a_power_cut_at_any_flash_operation_loses_nothing_flushed(micropython: str) -> None:
    said = run(micropython, "upy_powercut.py")
    print(said)
    assert " 0 flushed records lost, 0 secrets left" in said
