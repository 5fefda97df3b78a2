"""An agent contests an event: it is marked in their own list, and the log stays as it was."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from allears import history
from allears.aggregate.facts import Facts
from allears.cli.contest import command
from allears.errors import MissingInput, NotEnoughData
from allears.report.contest import MOST, contest, doubtful, withdraw_contest
from allears.store import Store
from allears_core.records import EVENTS

ZONE = ZoneInfo("Europe/Berlin")
TODAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)


@pytest.fixture
def own(store: Store) -> Iterator[Store]:
    """The shared store; what is written into it goes with the test."""
    store.connection.begin()
    yield store
    store.connection.rollback()


def _listed(store: Store) -> list[dict[str, str]]:
    return doubtful(store, Facts(store, EVENTS, ZONE, [history.PLAYED]), history.PLAYED, TODAY)["rows"]


def test_the_least_sure_stand_first_with_their_evidence(own: Store) -> None:
    rows = _listed(own)
    sure = [int(row["sure"].split("\xa0")[0]) for row in rows]
    assert len(rows) == MOST and sure == sorted(sure)
    assert rows[0]["title"] == "Talk-over" and rows[0]["floor"] == "customer, for 6.0 s"
    assert rows[0]["when"] == "Fri 20 Nov, 10:30:40"
    assert all(row["reference"] and row["lasted"] for row in rows)


def test_a_contested_event_is_marked_until_it_is_withdrawn(own: Store) -> None:
    reference = _listed(own)[0]["reference"]
    logged = own.connection.execute("SELECT * FROM events ORDER BY ALL").fetchall()
    contest(own, history.PLAYED, reference, "", NOW)
    assert [row["contested"] for row in _listed(own)][:2] == ["yes", ""]
    contest(own, history.PLAYED, reference, "hold music", NOW)
    assert _listed(own)[0]["contested"] == "hold music"
    withdraw_contest(own, history.PLAYED, reference)
    assert _listed(own)[0]["contested"] == ""
    with pytest.raises(NotEnoughData, match=f"has not contested {reference}"):
        withdraw_contest(own, history.PLAYED, reference)
    assert own.connection.execute("SELECT * FROM events ORDER BY ALL").fetchall() == logged


def test_only_an_own_event_can_be_contested(own: Store) -> None:
    reference = _listed(own)[0]["reference"]
    for agent, name in (
        ("Plover", reference),
        (history.PLAYED, "0000-1-1"),
        (history.PLAYED, "'; DROP TABLE events"),
    ):
        with pytest.raises(NotEnoughData, match="has no event"):
            contest(own, agent, name, "", NOW)
    assert own.connection.execute("SELECT count(*) FROM contests").fetchall() == [(0,)]


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    Store(path).close()
    done = CliRunner().invoke(
        command, ["ab-1-2", "--agent", "Wren", "--store", str(path)], standalone_mode=False
    )
    assert isinstance(done.exception, NotEnoughData)


@pytest.mark.parametrize("more", [[], ["--withdraw"]])
def test_a_mistyped_store_is_not_made(tmp_path: Path, more: list[str]) -> None:
    path = tmp_path / "stroe" / "s.duckdb"
    done = CliRunner().invoke(
        command, ["ab-1-2", "--agent", "Wren", "--store", str(path), *more], standalone_mode=False
    )
    assert isinstance(done.exception, MissingInput)
    assert not path.parent.exists()
