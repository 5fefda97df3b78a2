"""One store file with the example history in it."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from allears import history
from allears.store import Store

ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store file, to be copied by whoever writes into it."""
    path: Path = tmp_path_factory.mktemp("export") / "s.duckdb"
    with Store(path) as opened:
        history.make(opened, 5, dt.date(2026, 11, 20), ZONE)
    return path


@pytest.fixture(scope="session")
def store(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = shutil.copy(made, tmp_path_factory.mktemp("shared"))
    with Store(path) as opened:
        yield opened
