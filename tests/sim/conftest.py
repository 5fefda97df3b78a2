import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # sim_support

from sim_support import app, listening

from allears import sim


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Named clips of a test live in its own folder."""
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ALLEARS_KEYS", str(tmp_path / "keys"))
    return tmp_path / "home"


@pytest.fixture
def echo() -> Iterator[sim.VirtualClip]:
    """A fast virtual clip that runs apps/echo.py."""
    with sim.start(options=sim.Options(fast=True, files=app("echo"))) as clip:
        listening(clip)
        yield clip


@pytest.fixture
def real_time_echo() -> Iterator[sim.VirtualClip]:
    """The same in real time."""
    with sim.start(options=sim.Options(files=app("echo"))) as clip:
        listening(clip)
        yield clip
