"""A group's record after the ledger: what a report is given is what may be shown."""

import datetime as dt
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from allears import history
from allears.aggregate.facts import Facts
from allears.indicators import collect
from allears.privacy.atoms import MIN_GROUP
from allears.privacy.groups import FAMILY, release
from allears.privacy.ledger import Ledger
from allears.store import Store

ZONE = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def record(_made: Path) -> collect.Record:
    with Store(_made, read_only=True) as store:
        return collect.team(Facts(store, "summaries", ZONE), history.TEAM)


def people(rows: list[dict[str, object]], *keys: str) -> dict[tuple[object, ...], set[object]]:
    found = defaultdict(set)
    for row in rows:
        found[tuple(row[key] for key in keys)].add(row["agent"])
    return found


def test_every_day_and_half_hour_left_has_five_people(record: collect.Record) -> None:
    with Ledger(None) as ledger:
        shown, admitted = release(record, ledger, "team report", NOW)
    assert all(len(who) >= MIN_GROUP for who in people(shown.calls + shown.days, "date").values())
    slots = people(shown.half_hours, "date", "minute")
    assert slots and all(len(who) >= MIN_GROUP for who in slots.values())
    assert len(slots) < len(people(record.half_hours, "date", "minute"))  # the edges of the day are left out
    assert {row["date"] for row in shown.calls} == set(admitted.dates(FAMILY))


def test_a_second_report_of_the_same_is_the_same(record: collect.Record) -> None:
    with Ledger(None) as ledger:
        first = release(record, ledger, "team report", NOW)
        assert release(record, ledger, "team report", NOW) == first


def test_what_the_left_out_half_hours_hold_is_nobodys_alone(record: collect.Record) -> None:
    """Of each day, the half-hours that are not shown were worked by nobody or by five people or more."""
    with Ledger(None) as ledger:
        shown, _ = release(record, ledger, "team report", NOW)
    kept = people(shown.half_hours, "date", "minute").keys()
    left_out: defaultdict[object, set[object]] = defaultdict(set)
    for (date, minute), who in people(record.half_hours, "date", "minute").items():
        if (date, minute) not in kept and any(row["date"] == date for row in shown.days):
            left_out[date] |= who
    assert left_out and all(len(who) >= MIN_GROUP for who in left_out.values())


def test_without_one_person_no_day_is_shown_again(record: collect.Record) -> None:
    def without(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        return [row for row in rows if row["agent"] != "Heron"]

    names = ("calls", "days", "exposure", "gaps", "half_hours", "rests")
    smaller = collect.Record(**{name: without(getattr(record, name)) for name in names}, undated=0)
    with Ledger(None) as ledger:
        shown, _ = release(record, ledger, "team report", NOW)
        again, admitted = release(smaller, ledger, "team report", NOW)
    whole = people(shown.days, "date")
    for (date,), who in people(again.days, "date").items():
        assert whole[date,] == who  # the same five, on a day on which Heron was away
    assert admitted.told_apart
