"""Shared by every room: a quiet terminal, hypothesis without deadlines, the interpreters that are installed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Output must not depend on the terminal that the tests happen to run in.
os.environ.update({"COLUMNS": "120", "NO_COLOR": "1"})
os.environ.pop("FORCE_COLOR", None)
# A shell that runs the tests in the background ignores Ctrl-C, and every process started here would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow machine is no failure; the same examples every time, so that a red run can be repeated.
settings.register_profile("allears", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("ALLEARS_HYPOTHESIS", "allears"))


@pytest.fixture(scope="session")
def micropython() -> str:
    """Path of the MicroPython beside this Python or on PATH; skips where there is none."""
    beside = str(Path(sys.executable).parent)
    command = shutil.which("micropython", path=beside) or shutil.which("micropython")
    if command is None:
        pytest.skip("no micropython beside this Python or on PATH")
    return command
