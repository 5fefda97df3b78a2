"""A group's record with only what a report may show of it, written down in the release ledger."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from allears.indicators import collect
from allears.privacy.ledger import WHOLE_DAY, Admitted, Ledger, Slice

FAMILY = "group"  # every figure of calls, states, gaps and spells: all of them can be subtracted
Row = Mapping[str, Any]


def release(
    record: collect.Record, ledger: Ledger, what: str, issued: dt.datetime
) -> tuple[collect.Record, Admitted]:
    """The part of a group's record that a report `what` may use, and what was left out; issued: aware.

    Days that may not be shown leave the record whole. Of the others, half-hours that may not be shown leave
    `half_hours`; the day's own rows stay, which the ledger has taken into account.
    """
    slices = _slices(record)
    admitted = ledger.release(what, slices, issued)
    days = set(admitted.dates(FAMILY))

    def whole(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["date"] in days]

    kept = collect.Record(
        calls=whole(record.calls),
        days=whole(record.days),
        exposure=whole(record.exposure),
        gaps=whole(record.gaps),
        half_hours=[row for row in record.half_hours if _slot(row) in admitted.kept],
        rests=whole(record.rests),
        undated=record.undated,
    )
    return kept, admitted


def _slices(record: collect.Record) -> dict[Slice, set[str]]:
    """Who stands behind each day and each half-hour, from whichever source."""
    found: defaultdict[Slice, set[str]] = defaultdict(set)
    for row in (*record.calls, *record.days):
        found[Slice(FAMILY, row["date"], WHOLE_DAY)].add(row["agent"])
    for row in record.half_hours:
        found[_slot(row)].add(row["agent"])
    return dict(found)


def _slot(row: Row) -> Slice:
    return Slice(FAMILY, row["date"], row["minute"])
