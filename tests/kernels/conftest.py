"""Starts the kernel scripts under the interpreters that are installed."""

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
    """The MicroPython of this environment, else the one on PATH."""
    return shutil.which("micropython", path=str(Path(sys.executable).parent)) or shutil.which("micropython")


@pytest.fixture
def run_script():
    """run_script(interpreter, script, *arguments) -> list of output lines; fails when the script fails."""

    def run(interpreter: str, script: str, *arguments: object) -> list[str]:
        if interpreter == "micropython":
            command = micropython_path()
            if command is None:
                pytest.skip("no micropython beside this Python or on PATH")
        else:
            command = sys.executable
        done = subprocess.run(
            [command, str(HERE / script), str(FIRMWARE), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture
def shared_audio() -> Path:
    """The folder of recordings beside the checkout; skips where there is none."""
    folder = Path(os.environ.get("ALLEARS_SHARED", ROOT.parent / "shared")) / "data" / "calls"
    if not folder.is_dir():
        pytest.skip(f"no recordings in {folder} (set ALLEARS_SHARED)")
    return folder
