"""Starts the kernel scripts under the interpreters that are installed."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FIRMWARE = ROOT / "firmware"


def micropython_path() -> str | None:
    """The one ALLEARS_MICROPYTHON names (a 32-bit build, say), else this environment's, else the one on PATH."""
    named = os.environ.get("ALLEARS_MICROPYTHON")
    if named:
        return named
    return shutil.which("micropython", path=str(Path(sys.executable).parent)) or shutil.which("micropython")


def output_of(command: list[str]) -> list[str]:
    """Lines a command prints; fails when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def run_script():
    """run_script(interpreter, script, *arguments) -> lines; the script gets the firmware folder first."""

    def run(interpreter: str, script: str, *arguments: object) -> list[str]:
        command = sys.executable if interpreter == "cpython" else micropython_path()
        if command is None:
            pytest.skip("no micropython beside this Python or on PATH")
        return output_of([command, str(HERE / script), str(FIRMWARE), *map(str, arguments)])

    return run


@pytest.fixture
def run_module():
    """run_module(name, *arguments) -> lines of `python -m name`; skips where the module is not installed."""

    def run(name: str, *arguments: object) -> list[str]:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
        return output_of([sys.executable, "-m", name, *map(str, arguments)])

    return run


@pytest.fixture
def shared_audio() -> Path:
    """The folder of recordings beside the checkout; skips where there is none."""
    folder = Path(os.environ.get("ALLEARS_SHARED", ROOT.parent / "shared")) / "data" / "calls"
    if not folder.is_dir():
        pytest.skip(f"no recordings in {folder} (set ALLEARS_SHARED)")
    return folder
