"""The floor's load for a team lead: heat map, occupancy by day, gaps, unbroken spells. Groups only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from allears.i18n import noted, weekdays
from allears.i18n import text as _
from allears.indicators import collect, load
from allears.indicators.statistics import quantile
from allears.privacy.atoms import MIN_GROUP
from allears.report import charts, trends, words
from allears.report.drawing import Drawing

_HEAT_EDGES = (60, 70, 80, 86, 91)  # of the rounded value that the cell shows
_GAP_BIN_S, _GAP_LAST_S = 20, 300
_SPELL_BIN_MIN = 20
HEAT_LEGEND = (
    noted("under 60 %"),
    noted("60 to 69"),
    noted("70 to 79"),
    noted("80 to 85"),
    noted("86 to 90"),
    noted("over 90 %"),
)


def heat(record: collect.Record) -> dict[str, Any] | None:
    """Occupancy by weekday and half-hour over the period, MIN_GROUP people or more in every cell."""
    sums: dict[tuple[int, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    people: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in collect.preferred(record.half_hours, collect.said_by(record.days)):
        key = row["date"].weekday(), row["minute"]
        for state, seconds in collect.half_hour_states(row).items():
            sums[key][state] += seconds
        if sum(row[f"{state}_s"] for state in load.DENOMINATOR) > 0:
            people[key].add(row["agent"])
    keys = [key for key in sums if len(people[key]) >= MIN_GROUP]
    if not keys:
        return None
    cells = [_cell(key, sums.get(key, {}), len(people.get(key, ()))) for key in _grid(keys)]
    return {
        "chart": Drawing(
            "heat-map",
            _("Heat map of occupancy by weekday and half-hour; the values stand in the table below"),
            charts.heat_map(cells, charts.WIDE),
            charts.heat_map(cells, charts.NARROW),
        ),
        "legend": [{"colour": f"heat-{bin_}", "text": _(name)} for bin_, name in enumerate(HEAT_LEGEND, 1)],
        "columns": sorted({cell["weekday"] for cell in cells}, key=weekdays().index),
        "rows": [(slot, *said) for slot, said in _heat_table(cells)],
    }


def _grid(keys: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every weekday and half-hour between the first and the last that occurs."""
    slots = range(min(slot for _day, slot in keys), max(slot for _day, slot in keys) + 1, 30)
    return [(day, slot) for slot in slots for day in sorted({day for day, _slot in keys})]


def _cell(key: tuple[int, int], states: dict[str, float], people: int) -> dict[str, Any]:
    weekday, minute = key
    result = load.occupancy(states) if people >= MIN_GROUP else None
    value = None if result is None or result.value is None else round(result.value)
    if value is not None:
        said = words.percent(value)
    else:
        said = _("fewer than 5 people") if 0 < people < MIN_GROUP else words.NONE
    return {
        "weekday": weekdays()[weekday],
        "slot": words.slot(minute),
        "bin": 0 if value is None else 1 + sum(value >= edge for edge in _HEAT_EDGES),
        "text": "" if value is None else str(value),
        "said": said,
    }


def _heat_table(cells: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    rows: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        rows[cell["slot"]].append(cell["said"])
    return sorted(rows.items())


def daily(record: collect.Record, days: Sequence[dt.date]) -> dict[str, Any] | None:
    """Occupancy of the group by day, on days that may be shown."""
    points: list[dict[str, Any]] = []
    for day in days:
        result = collect.load_results(record.between(day, day))["occupancy"]
        if result.value is not None:
            points.append({"date": day.isoformat(), "value": result.value, "day": day, "result": result})
    if len(points) < 2:
        return None
    drawn = [{"date": point["date"], "value": point["value"]} for point in points]
    return {
        "chart": Drawing(
            "daily",
            _("Occupancy of the team by day; the values stand in the table below"),
            trends.daily_line(drawn, load.LIMIT_PCT, charts.WIDE),
            trends.daily_line(drawn, load.LIMIT_PCT, charts.NARROW),
        ),
        "rows": [(words.date(p["day"]), words.percent(p["value"]), words.basis(p["result"])) for p in points],
    }


def gap_view(gaps: Sequence[float]) -> dict[str, Any] | None:
    """Distribution of gaps between calls; None for too few."""
    if len(gaps) < load.GAPS_MIN:
        return None
    bins = _bins(gaps, _GAP_BIN_S, _GAP_LAST_S)
    middle = quantile(gaps, 0.5)
    marks = [{"at": middle, "text": _("median {n} s", n=words.count(middle))}]
    return {
        "n": len(gaps),
        "short": words.count(quantile(gaps, 0.1)),
        "chart": Drawing(
            "gaps",
            _("Distribution of gaps between calls in seconds; the counts stand in the table below"),
            charts.histogram(bins, marks, _("seconds"), 400, 60),
        ),
        "rows": [
            (_("{low} to {high} s", low=row["low"], high=row["high"]), words.count(row["n"])) for row in bins
        ],
        "beyond": words.count(sum(gap >= _GAP_LAST_S for gap in gaps)),
    }


def spell_view(spells: Sequence[float]) -> dict[str, Any] | None:
    """Distribution of the longest unbroken spells of working days, min; None for too few."""
    if len(spells) < load.GAPS_MIN:
        return None
    last = (int(quantile(spells, 0.98)) // _SPELL_BIN_MIN + 1) * _SPELL_BIN_MIN
    bins = _bins(spells, _SPELL_BIN_MIN, last)
    middle = quantile(spells, 0.5)
    marks = [{"at": middle, "text": _("median {n} min", n=words.count(middle))}]
    return {
        "n": len(spells),
        "median": words.count(middle),
        "long": words.count(quantile(spells, 0.9)),
        "chart": Drawing(
            "spells",
            _(
                "Distribution of the longest unbroken spell of a working day in minutes; "
                "the counts stand in the table below"
            ),
            charts.histogram(bins, marks, _("minutes"), 400, 60),
        ),
        "rows": [
            (_("{low} to {high} min", low=row["low"], high=row["high"]), words.count(row["n"]))
            for row in bins
        ],
    }


def _bins(found: Sequence[float], step: int, last: int) -> list[dict[str, int]]:
    """Counts by bin; neighbours are put together until a bin holds MIN_GROUP values or none."""
    bins: list[dict[str, int]] = []
    for low in range(0, last, step):
        n = sum(low <= value < low + step for value in found)
        if bins and 0 < bins[-1]["n"] < MIN_GROUP:
            bins[-1] = {**bins[-1], "high": low + step, "n": bins[-1]["n"] + n}
        else:
            bins.append({"low": low, "high": low + step, "n": n})
    while len(bins) > 1 and 0 < bins[-1]["n"] < MIN_GROUP:
        end = bins.pop()
        bins[-1] = {**bins[-1], "high": end["high"], "n": bins[-1]["n"] + end["n"]}
    return bins
