from collections.abc import Iterator
from pathlib import Path

import pytest

from allears import sim

HELLO_S = 20.0


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Virtual clips and keys of a test live in its own folder."""
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ALLEARS_KEYS", str(tmp_path / "keys"))
    return tmp_path


@pytest.fixture
def virtual() -> Iterator[sim.VirtualClip]:
    """A keyed virtual clip with a new flash, kept under the name "one"."""
    with sim.start("one", fast=True) as clip:
        yield clip


@pytest.fixture
def factory() -> Iterator[sim.VirtualClip]:
    """A virtual clip as it comes from the factory: without keys."""
    with sim.start(options=sim.Options(fast=True, keys=False)) as clip:
        yield clip
