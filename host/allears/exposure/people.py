"""Working days of one person out of a record of the store."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from allears.aggregate.facts import CLIP, Facts
from allears.aggregate.walltime import local_time
from allears.exposure.charts import DayResults
from allears.exposure.day import WORK_LEAST_S, CallId, Day, Site, call_id, results
from allears.indicators import collect

Row = dict[str, Any]
_MORNING_H, _LATE_H, _NIGHT_H = 4, 10, 16  # local hours that begin a morning, late and night shift


def marked_hard(facts: Facts, pseudonym: str) -> frozenset[CallId]:
    """Calls that an agent marked as hard; empty for a stream without marks (a lead's)."""
    marks = facts.owned("marks")
    rows = facts.rows(marks.filter(marks.agent == pseudonym, marks.mark == "hard-call", marks.call.notnull()))
    return frozenset(call_id(row) for row in rows)


def split(record: collect.Record) -> dict[str, collect.Record]:
    """A group's record as one record a person."""
    people = sorted({row["agent"] for row in (*record.calls, *record.days)})
    parts = {name: _by_agent(getattr(record, name)) for name in _TABLES}
    return {who: collect.Record(**{name: parts[name][who] for name in _TABLES}, undated=0) for who in people}


_TABLES = ("calls", "days", "exposure", "gaps", "half_hours", "rests")


def _by_agent(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["agent"]].append(row)
    return found


def working_days(
    record: collect.Record, marked: frozenset[CallId], site: Site, facts: Facts
) -> list[DayResults]:
    """Results of every day on which one person worked half an hour or more, oldest first."""
    found = []
    for day in days_of(record, marked):
        if day.work_s() < WORK_LEAST_S and not day.calls:
            continue
        found.append(DayResults(day.date, results(day, site), _shift(day, facts)))
    return found


def days_of(record: collect.Record, marked: frozenset[CallId]) -> list[Day]:
    """Days of one person's record, each from the source that counts on it."""
    states = {row["date"]: row for row in collect.preferred(record.days)}
    clip = {row["date"]: row for row in record.days if row["source"] == CLIP}
    declared = {date for _, date, _ in collect.said_by(collect.preferred(record.days))}
    calls, halves, gaps = _by_date(record.calls), _by_date(record.half_hours), _by_date(record.gaps)
    spells = {(row["date"], row["source"]): row["longest_spell_s"] for row in record.exposure}
    found = []
    for date in sorted({*states, *calls}):
        state = states.get(date)
        source = state["source"] if state else CLIP
        on = clip.get(date)
        found.append(
            Day(
                date,
                state,
                date in declared,
                calls[date],
                [row for row in halves[date] if row["source"] == source],
                [row["gap_s"] for row in gaps[date] if row["source"] == source],
                spells.get((date, source)),
                on["on_s"] if on else 0.0,
                on["pause_s"] + on["break_s"] + on["off_s"] if on else 0.0,
                marked,
            )
        )
    return found


def _by_date(rows: Sequence[Row]) -> defaultdict[dt.date, list[Row]]:
    found: defaultdict[dt.date, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["date"]].append(row)
    return found


def _shift(day: Day, facts: Facts) -> int:
    """0 for a shift that begins in the morning, 1 late, 2 in the night; by the first call, else the first half-hour."""
    if day.calls:
        hour = local_time(day.calls[0]["start_ms"], facts.zone).hour
    else:
        hour = min((row["minute"] for row in day.half_hours), default=0) // 60
    return 0 if _MORNING_H <= hour < _LATE_H else 1 if _LATE_H <= hour < _NIGHT_H else 2
