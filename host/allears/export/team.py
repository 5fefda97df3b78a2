"""Sums of a group, from session summaries: only days and half-hours that the release ledger lets out."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from allears.aggregate.facts import Facts
from allears.export import tables
from allears.export.agent import result_row
from allears.export.table import Column, Filled, fill
from allears.indicators import collect, load
from allears.privacy.ledger import Ledger, Within, beside
from allears.report.released import release
from allears.report.team import PERSONAL
from allears.store import Store
from allears_core.records import SUMMARIES

Row = dict[str, Any]


def team_tables(store: Store, name: str, zone: ZoneInfo, issued: dt.datetime) -> tuple[list[Filled], int]:
    """The tables of tables.TEAM_TABLES and how many days and half-hours were withheld.

    issued: aware; written into the ledger beside the store. NotEnoughData for a group of fewer than five.
    """
    record = collect.team(Facts(store, SUMMARIES, zone), name)
    with Ledger(beside(store.path)) as ledger:
        shown = release(ledger, "team export", Within(name, zone.key), record, store, issued)
    days, halves = _declared(shown.record, "days"), _declared(shown.record, "half_hours")
    filled = [
        fill(tables.TEAM_CALLS, _calls(shown.record.calls)),
        fill(tables.TEAM_STATES, _sums(days, ("date",), tables.SECONDS[:-1])),
        fill(tables.TEAM_HALF_HOURS, _sums(halves, ("date", "minute"), tables.SECONDS[:-1])),
        fill(tables.TEAM_RESULTS, _results(shown.record)),
    ]
    return filled, shown.left_out


def _calls(calls: list[Row]) -> Iterator[Row]:
    counted = ({**call, "calls": 1} for call in calls)
    return _sums(counted, ("date",), (Column("calls", "integer", ""), *tables.CALL_SUMS))


def _declared(record: collect.Record, rows: str) -> list[Row]:
    """Rows of states that somebody declared, one source an agent-day, with time in the states of occupancy."""
    kept = collect.preferred(getattr(record, rows), collect.said_by(record.days))
    return [row for row in kept if any(row[f"{state}_s"] for state in load.DENOMINATOR)]


def _sums(rows: Iterable[Row], by: tuple[str, ...], columns: tuple[Column, ...]) -> Iterator[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in by)].append(row)
    for key in sorted(groups):
        found = groups[key]
        yield {
            **dict(zip(by, key, strict=True)),
            "people": len({row["agent"] for row in found}),
            **{column.name: math.fsum(row[column.name] or 0 for row in found) for column in columns},
        }


def _results(record: collect.Record) -> Iterator[Row]:
    found = {**collect.conversation_results(record.calls), **collect.load_results(record)}
    return (result_row(result) for key, result in found.items() if key not in PERSONAL)
