"""By name only with consent, while it stands, and then nothing that no lead sees."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from allears import history, report
from allears.errors import NoConsent
from allears.store import Store

ZONE = ZoneInfo("Europe/Berlin")
UNTIL = dt.datetime(2026, 12, 20, tzinfo=dt.UTC)


def test_it_says_until_when_and_shows_load_first(named: report.Page) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", named.html))
    assert "Heron agreed to be seen by name until 20 Dec 2026." in text
    assert text.index("Load and rest") < text.index("How the conversations go")
    assert named.document["exposure"]["charts"]


def test_events_cues_marks_and_the_time_off_stay_out(named: report.Page) -> None:
    text = re.sub(r"<[^>]+>", " ", named.html)
    for word in (
        "Talk-over both went on",
        "let them finish",
        "Call marked as hard",
        "battery",
        "Clip off or paused",
    ):
        assert word not in text
    keys = {row["key"] for row in named.document["indicators"]}
    assert keys and keys.isdisjoint({"longest-spell", "longest-monologue", "since-break"})


def test_without_consent_or_after_it_there_is_no_page(store: Store) -> None:
    for name, now in ((history.PLAYED, UNTIL), ("Plover", UNTIL - dt.timedelta(days=9)), ("Nobody", UNTIL)):
        with pytest.raises(NoConsent, match="not agreed to be seen by name"):
            report.named_page(store, name, ZONE, now)


def test_it_reads_no_event(store: Store, named: report.Page) -> None:
    store.connection.begin()
    for table in ("events", "cues", "cue_notes", "marks", "calls", "states", "clocks", "consents"):
        store.connection.execute(f"DELETE FROM {table} WHERE stream = 'events'")
    try:
        again = report.named_page(store, history.PLAYED, ZONE, UNTIL - dt.timedelta(days=20))
    finally:
        store.connection.rollback()
    assert again.document == named.document
