"""Consent: the newest word of the log used last counts, it ends by itself, and nothing is named without it."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from allears import history
from allears.cli.consent import command
from allears.errors import NoConsent, NotEnoughData
from allears.exposure import agent
from allears.history.logs import ClipLog
from allears.privacy import consent
from allears.store import Store
from allears_core import records

ZONE = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
UNIT = "ab" * 8


def said(store: Store, log_id: str, at: dt.datetime, *until: dt.datetime | None, who: str = "Heron") -> None:
    """A log begun at `at` in which the agent said so, one record after the other."""
    log = ClipLog(UNIT)
    log.begin(at)
    for number, end in enumerate(until):
        seconds = int(end.timestamp()) if end else 0
        log.add(records.CONSENT, 100 + number, hop=100 + number, until_utc_s=seconds)
    store.put_unit(UNIT, log_id, pseudonym=who, team="Harbour")
    for stream, raw in enumerate(log.streams):
        store.ingest(UNIT, log_id, stream, records.Reader().feed(bytes(raw), last=True))


def test_without_a_word_there_is_none() -> None:
    with Store(":memory:") as store:
        assert consent.newest(store, "Heron") is None
        for name in ("Heron", "Nobody"):
            with pytest.raises(NoConsent, match=f"agent {name} has not agreed"):
                consent.require(store, name, NOW)


def test_it_holds_until_its_end_and_not_a_second_longer() -> None:
    with Store(":memory:") as store:
        said(store, "01", NOW - WEEK, NOW + WEEK)
        assert consent.require(store, "Heron", NOW).until == NOW + WEEK
        assert consent.require(store, "Heron", NOW + WEEK - dt.timedelta(seconds=1))
        with pytest.raises(NoConsent):
            consent.require(store, "Heron", NOW + WEEK)
        with pytest.raises(NoConsent):
            consent.require(store, "Plover", NOW)


def test_the_newest_word_counts_whichever_log_it_stands_in() -> None:
    with Store(":memory:") as store:
        said(store, "02", NOW - 2 * WEEK, NOW + WEEK)
        said(store, "01", NOW - WEEK, NOW + WEEK, None)
        withdrawn = consent.newest(store, "Heron")
        assert withdrawn is not None and withdrawn.until is None
        said(store, "00", NOW - dt.timedelta(days=1), NOW + 2 * WEEK)
        assert consent.require(store, "Heron", NOW).until == NOW + 2 * WEEK


def test_it_does_not_pass_on_to_the_next_owner_of_the_clip() -> None:
    with Store(":memory:") as store:
        said(store, "01", NOW - WEEK, NOW + WEEK, who="Heron")
        said(store, "02", NOW - dt.timedelta(days=1), who="Plover")
        with pytest.raises(NoConsent):
            consent.require(store, "Plover", NOW)


def test_a_named_view_takes_consent_and_leaves_out_what_no_lead_sees(store_path: Path) -> None:
    with Store(store_path) as store:
        with pytest.raises(NoConsent):
            agent.named(store, history.PLAYED, ZONE, NOW)
        said(store, "77", NOW - dt.timedelta(hours=1), NOW + WEEK, who=history.PLAYED)
        found = agent.named(store, history.PLAYED, ZONE, NOW)
        assert "off-share" not in {chart.measure.key for chart in found.charts}
        # What the agent alone sees plays no part: the view is the same without the events.
        for table in ("calls", "clocks", "states", "marks", "cues", "events", "consents"):
            store.connection.execute(f"DELETE FROM {table} WHERE stream = 'events'")
        assert agent.named(store, history.PLAYED, ZONE, NOW).document() == found.document()


def test_the_command_tells_who_has_not_agreed_from_who_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    with Store(path) as store:
        said(store, "01", NOW - WEEK, None)
    asked = [
        CliRunner().invoke(command, ["--show", name, "--store", str(path)], standalone_mode=False)
        for name in ("Heron", "Nobody")
    ]
    assert (asked[0].exception, asked[0].stdout) == (None, "not by name\n")
    assert isinstance(asked[1].exception, NotEnoughData)
