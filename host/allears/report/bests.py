"""Own bests and streaks: the agent beside nobody but their own earlier days."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from allears.i18n import plural
from allears.i18n import text as _
from allears.indicators import Result, collect
from allears.report import words

Row = dict[str, Any]
REST_SPELL_S = 2 * 3600.0  # days on which no spell without a break was longer than this
RUN_MIN = 5  # a run of fewer calls is none yet
DAYS_MIN = 5  # days with enough data before one of them is called the best


def bests(record: collect.Record) -> list[dict[str, str]]:
    """title, value, unit, when, now of each own best that there is; over all days of the record, oldest first."""
    found = [
        _run_of_calls(record, _("Calls in a row without a talk-over"), lambda call: not call["talk_overs"]),
        _run_of_calls(
            record,
            _("Openings left whole in a row"),
            lambda call: bool(call["opening_whole"]),
            [call for call in record.calls if call["opening_whole"] is not None],
        ),
        _best_day(record, _("Day with the most acknowledgements"), "acknowledgement-rate", max),
        _best_day(record, _("Day with the fewest talk-overs"), "talk-over-rate", min),
        _rested_days(record),
    ]
    return [best for best in found if best is not None]


def _runs(rows: Sequence[Row], holds: Callable[[Row], bool]) -> list[list[Row]]:
    """Unbroken runs of rows for which `holds`, in order; the last may be empty: the run going on now."""
    runs: list[list[Row]] = [[]]
    for row in rows:
        if holds(row):
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    return runs


def _run_of_calls(
    record: collect.Record, title: str, holds: Callable[[Row], bool], calls: Sequence[Row] | None = None
) -> dict[str, str] | None:
    told = record.calls if calls is None else calls
    runs = _runs(told, holds)
    longest = max(runs, key=len)
    if len(longest) < RUN_MIN:
        return None
    now = len(runs[-1]) if told and holds(told[-1]) else 0
    return {
        "title": title,
        "value": words.count(len(longest)),
        "unit": plural("call", "calls", len(longest)),
        "when": words.span(longest[0]["date"], longest[-1]["date"]),
        "now": plural("now {n} in a row", "now {n} in a row", now),
    }


def _best_day(
    record: collect.Record, title: str, key: str, best: Callable[..., tuple[dt.date, Result]]
) -> dict[str, str] | None:
    """The day with the largest or smallest value among those with enough data."""
    by_day = [
        (day, collect.conversation_results(record.between(day, day).calls)[key]) for day in record.dates()
    ]
    enough = [(day, result) for day, result in by_day if result.value is not None]
    if len(enough) < DAYS_MIN:
        return None
    day, result = best(enough, key=lambda pair: pair[1].value)
    return {
        "title": title,
        "value": words.value(result),
        "unit": words.unit(key),
        "when": words.span(day, day),
        "now": words.basis(result),
    }


def _rested_days(record: collect.Record) -> dict[str, str] | None:
    """Worked days in a row on which no stretch without a break was longer than REST_SPELL_S."""
    days = sorted(collect.preferred(record.exposure), key=lambda row: row["date"])

    def rested(row: Row) -> bool:
        return row["longest_spell_s"] is not None and row["longest_spell_s"] <= REST_SPELL_S

    runs = _runs(days, rested)
    longest = max(runs, key=len)
    if len(longest) < 2:
        return None
    now = len(runs[-1]) if rested(days[-1]) else 0
    return {
        "title": _("Days in a row without a stretch over 2 h between breaks"),
        "value": words.count(len(longest)),
        "unit": plural("day", "days", len(longest)),
        "when": words.span(longest[0]["date"], longest[-1]["date"]),
        "now": plural("now {n} in a row", "now {n} in a row", now),
    }
