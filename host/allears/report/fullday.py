"""The newest day with an hour or more in calls: its states and its occupancy by half-hour."""

from typing import Any

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time
from allears.i18n import text as _
from allears.indicators import Result, collect, load
from allears.report import charts, vocabulary, words
from allears.report.drawing import Drawing

_FULL_DAY_S = 3600.0  # a day with this much time in calls is worth drawing


def load_tiles(results: dict[str, Result]) -> list[dict[str, Any]]:
    """Tiles of load and exposure figures over the whole period."""
    return [
        {
            "title": words.title(key),
            "unit": words.unit(key),
            "value": words.value(result),
            "basis": words.basis(result) if result.value is not None else "",
            "missing": words.lacking(result),
            "parts": [words.part(name, amount) for name, amount in result.parts.items()],
        }
        for key, result in results.items()
    ]


def full_day(facts: Facts, record: collect.Record) -> dict[str, Any] | None:
    """Content of the panel, or None without such a day."""
    full = [row for row in collect.preferred(record.days) if row["call_s"] >= _FULL_DAY_S]
    if not full:
        return None
    newest = full[-1]
    halves = _half_hours(record, newest)
    figures = collect.load_results(record.between(newest["date"], newest["date"]))
    del figures["busy-half-hours"]  # the bars show them one by one
    return {
        "title": words.date(newest["date"]),
        "source": _("From the imported state log.") if newest["source"] == "acd" else _("From the clip."),
        "strip": _strip(facts, newest),
        "states": _state_list(newest),
        "halves": [
            (words.slot(row["minute"]), words.percent(row["value"]), words.duration(row["n"]))
            for row in halves
        ],
        "bars": _bars(halves) if halves else None,
        "tiles": load_tiles(figures),
    }


def _strip(facts: Facts, day: dict[str, Any]) -> Drawing:
    spans = facts.rows(_spans(facts, day))
    rows = [
        {
            "state": span["state"],
            "start": _naive(facts, span["start_ms"]),
            "end": _naive(facts, span["end_ms"]),
        }
        for span in spans
    ]
    begin = min(local_time(span["start_ms"], facts.zone) for span in spans).replace(minute=0)
    end = max(local_time(span["end_ms"], facts.zone) for span in spans)
    return Drawing(
        "day",
        _("States along the day: in calls, after-call work, ready, break; the sums stand below"),
        charts.day_strip(rows, (begin, end), charts.WIDE),
        charts.day_strip(rows, (begin, end), charts.NARROW),
    )


def _bars(halves: list[dict[str, Any]]) -> Drawing:
    return Drawing(
        "half-hours",
        _("Occupancy by half-hour of this day; the values stand in the table below"),
        charts.occupancy_bars(halves, charts.WIDE),
        charts.occupancy_bars(halves, charts.NARROW),
    )


def _spans(facts: Facts, day: dict[str, Any]) -> Any:
    spans = facts.on_date(facts.spans)
    mine = [
        spans.agent == day["agent"],
        spans.date == day["date"],
        spans.source == day["source"],
    ]
    return spans.filter([*mine, spans.state.isin(list(charts.STATE_COLOURS))]).order_by("start_ms")


def _naive(facts: Facts, utc_ms: int) -> str:
    return local_time(utc_ms, facts.zone).replace(tzinfo=None, microsecond=0).isoformat()


def _half_hours(record: collect.Record, day: dict[str, Any]) -> list[dict[str, Any]]:
    rows = collect.preferred(record.half_hours, collect.said_by(record.days))
    found = []
    for row in rows:
        states = collect.half_hour_states(row)
        n = sum(states[state] for state in load.DENOMINATOR)
        if row["date"] == day["date"] and n >= load.HALF_HOUR_LEAST_S:
            found.append(
                {"minute": row["minute"], "n": n, "value": 100 * (states["call"] + states["acw"]) / n}
            )
    return sorted(found, key=lambda row: row["minute"])


def _state_list(day: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": _(name), "colour": charts.STATE_COLOURS[state], "text": words.duration(day[f"{state}_s"])}
        for state, name in vocabulary.STATES.items()
        if state in charts.STATE_COLOURS and day[f"{state}_s"]
    ]
