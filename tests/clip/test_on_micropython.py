"""The same test files on the interpreter that the clip runs."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from allears.demo.call import render_call
from allears.fleet.bundle import load_bundle
from allears_core.params import SAMPLE_RATE_HZ

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
CALL_S = 100  # of the demo call, heard between power cuts
HEAP = "4m"  # these tests hold whole logs in memory; the clip itself runs capped in the virtual clip
# Portable modules say so: they begin with a comment, as all code that MicroPython runs does.
MODULES = sorted(path.stem for path in HERE.glob("test_*.py") if path.read_text().startswith("#"))


def run(micropython: str, script: str, *arguments: str, heap: str = HEAP) -> str:
    """Output of one script of this folder; fails with it."""
    command = [
        micropython,
        "-X",
        f"heapsize={heap}",
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


def test_a_power_cut_in_a_session_leaves_a_clip_that_starts_with_its_log(
    tmp_path: Path, micropython: str
) -> None:
    pcm, _ = render_call()
    path = tmp_path / "call.pcm"
    pcm[: CALL_S * SAMPLE_RATE_HZ].astype("<i2").tofile(path)
    said = run(micropython, "upy_session_cuts.py", str(path), "9", heap="64m")
    print(said)
    assert " 0 lost, 0 twice, 0 unbootable" in said


def test_a_power_cut_in_an_update_leaves_a_clip_that_starts(tmp_path: Path, micropython: str) -> None:
    old = load_bundle(None, "sim")
    newer = replace(old, manifest={**old.manifest, "version": "9.0.0"})
    for bundle, name in ((old, "old"), (newer, "new")):
        (tmp_path / name).write_bytes(bundle.image)
    said = run(
        micropython, "upy_update_cuts.py", str(tmp_path / "old"), str(tmp_path / "new"), "12", heap="64m"
    )
    print(said)
    assert " 0 lost, 0 unbootable" in said


def test_a_power_cut_while_keys_change_leaves_the_old_or_the_new(micropython: str) -> None:
    said = run(micropython, "upy_rekey.py")
    print(said)
    assert " each with a log of its own" in said
