"""Stores on disk with the example history in them."""

import datetime as dt
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from allears import history
from allears.store import Store

TODAY = dt.date(2026, 11, 20)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "store.duckdb"
    with Store(path) as store:
        history.make(store, 5, TODAY, ZONE)
    return path


@pytest.fixture
def store_path(_made: Path, tmp_path: Path) -> Path:
    """A store of one's own with six people and a month of work."""
    path = tmp_path / "store.duckdb"
    shutil.copy(_made, path)
    return path
