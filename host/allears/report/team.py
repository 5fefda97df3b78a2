"""The team lead's report: load first, then conversation measures of the group. Never a row a person."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.indicators import DEFINITIONS, Result, collect, load
from allears.indicators.statistics import quantile
from allears.report import charts, words
from allears.report.agent import load_tiles
from allears.report.measures import EARLIER_DAYS, Card, card
from allears.report.svg import inline

MIN_GROUP = 5  # fewer people than this are never shown as a group
_CARDS = ("talk-share", "talk-over-rate", "acknowledgement-rate", "dead-air-rate", "response-gap", "opening")
_HEAT_EDGES = (60, 70, 80, 86, 91)  # of the rounded value that the cell shows
_GAP_BIN_S, _GAP_LAST_S = 20, 300
_SPELL_BIN_MIN = 20
HEAT_LEGEND = ("under 60 %", "60 to 69", "70 to 79", "80 to 85", "86 to 90", "over 90 %")


def view(facts: Facts, name: str) -> dict[str, Any]:
    """The page's content; NotEnoughData ("not enough people") for a group under MIN_GROUP."""
    record = collect.team(facts, name)
    people = {row["agent"] for row in record.calls}
    if len(people) < MIN_GROUP:
        raise NotEnoughData(
            f"not enough people in team {name}", f"a team report takes at least {MIN_GROUP} people with calls"
        )
    today = record.dates()[-1]
    recent = record.between(today - dt.timedelta(days=EARLIER_DAYS), today)
    if len({row["agent"] for row in recent.calls}) < MIN_GROUP:
        raise NotEnoughData(
            f"not enough people in team {name} lately", "wait for more pulls, or pull more clips"
        )
    shared = _large_days(recent)
    loads = collect.load_results(recent)
    worked = [row for row in collect.preferred(recent.exposure) if row["gaps"] >= load.GAPS_MIN]
    spells = [row["longest_spell_s"] / 60 for row in worked]
    gaps = [row["gap_s"] for row in collect.preferred(recent.gaps)]
    return {
        "kind": "team",
        "name": name,
        "team": name,
        "people": len({row["agent"] for row in recent.calls}),
        "period": words.span(recent.dates()[0], today),
        "days": len(recent.dates()),
        "calls": len(recent.calls),
        "undated": record.undated,
        "example": any(row["example"] for row in recent.calls),
        "real": any(not row["example"] for row in recent.calls),
        "today": words.date(today),
        "load": load_tiles({key: loads[key] for key in _TILES}),
        "heat": _heat(recent),
        "daily": _daily(recent, shared),
        "gaps": _gap_view(gaps),
        "spells": _spell_view(spells),
        "cards": _cards(recent, shared),
        "hidden_days": len(recent.dates()) - len(shared),
        "definitions": [definition for definition in DEFINITIONS if definition.key not in _PERSONAL],
        "zone": facts.zone.key,
        "results": _shareable({**collect.conversation_results(recent.calls), **loads}),
    }


_TILES = ("occupancy", "busy-half-hours", "gap-between-calls", "call-time-share")
# Extremes that would be one person's: left out of everything a lead sees.
_PERSONAL = ("longest-monologue", "longest-spell", "since-break")


def _shareable(results: dict[str, Result]) -> dict[str, Result]:
    return {key: result for key, result in results.items() if key not in _PERSONAL}


def _large_days(record: collect.Record) -> list[dt.date]:
    """Dates on which MIN_GROUP people or more had calls."""
    people: dict[dt.date, set[str]] = defaultdict(set)
    for row in record.calls:
        people[row["date"]].add(row["agent"])
    return sorted(day for day, found in people.items() if len(found) >= MIN_GROUP)


def _cards(record: collect.Record, days: Sequence[dt.date]) -> list[Card]:
    if not days:
        return []
    chosen = set(days)
    by_day: dict[dt.date, list[dict[str, Any]]] = defaultdict(list)
    for row in record.calls:
        if row["date"] in chosen:
            by_day[row["date"]].append(row)
    results = {day: collect.conversation_results(calls) for day, calls in by_day.items()}
    return [card(key, [(day, results[day][key]) for day in days], days[-1]) for key in _CARDS]


def _heat(record: collect.Record) -> dict[str, Any] | None:
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
        "wide": inline(charts.heat_map(cells, charts.WIDE)),
        "narrow": inline(charts.heat_map(cells, charts.NARROW)),
        "legend": [{"colour": f"heat-{bin_}", "text": text} for bin_, text in enumerate(HEAT_LEGEND, 1)],
        "columns": sorted({cell["weekday"] for cell in cells}, key=words.WEEKDAYS.index),
        "rows": _heat_table(cells),
    }


def _grid(keys: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every weekday and half-hour between the first and the last that occurs."""
    slots = range(min(slot for _, slot in keys), max(slot for _, slot in keys) + 1, 30)
    return [(day, slot) for slot in slots for day in sorted({day for day, _ in keys})]


def _cell(key: tuple[int, int], states: dict[str, float], people: int) -> dict[str, Any]:
    weekday, minute = key
    result = load.occupancy(states) if people >= MIN_GROUP else None
    value = None if result is None or result.value is None else round(result.value)
    return {
        "weekday": words.WEEKDAYS[weekday],
        "slot": f"{minute // 60:02}:{minute % 60:02}",
        "bin": 0 if value is None else 1 + sum(value >= edge for edge in _HEAT_EDGES),
        "text": "" if value is None else str(value),
        "said": f"{value:.0f} %"
        if value is not None
        else "fewer than 5 people"
        if 0 < people < MIN_GROUP
        else "–",
    }


def _heat_table(cells: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    rows: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        rows[cell["slot"]].append(cell["said"])
    return sorted(rows.items())


def _daily(record: collect.Record, days: Sequence[dt.date]) -> dict[str, Any] | None:
    points: list[dict[str, Any]] = []
    for day in days:
        result = collect.load_results(record.between(day, day))["occupancy"]
        if result.value is not None:
            points.append({"date": day.isoformat(), "value": result.value, "day": day, "result": result})
    if len(points) < 2:
        return None
    drawn = [{"date": point["date"], "value": point["value"]} for point in points]
    return {
        "wide": inline(charts.daily_line(drawn, load.LIMIT_PCT, charts.WIDE)),
        "narrow": inline(charts.daily_line(drawn, load.LIMIT_PCT, charts.NARROW)),
        "rows": [
            (words.date(p["day"]), words.value(p["result"]) + " %", words.basis(p["result"])) for p in points
        ],
    }


def _gap_view(gaps: Sequence[float]) -> dict[str, Any] | None:
    if len(gaps) < load.GAPS_MIN:
        return None
    bins = _bins(gaps, _GAP_BIN_S, _GAP_LAST_S)
    marks = [{"at": quantile(gaps, 0.5), "text": f"median {quantile(gaps, 0.5):.0f} s"}]
    return {
        "n": words.count(len(gaps)),
        "short": f"{quantile(gaps, 0.1):.0f}",
        "wide": inline(charts.histogram(bins, marks, "seconds", 400, 60)),
        "rows": _bin_rows(bins, "s"),
        "beyond": words.count(sum(gap >= _GAP_LAST_S for gap in gaps)),
    }


def _spell_view(spells: Sequence[float]) -> dict[str, Any] | None:
    if len(spells) < load.GAPS_MIN:
        return None
    last = (int(quantile(spells, 0.98)) // _SPELL_BIN_MIN + 1) * _SPELL_BIN_MIN
    bins = _bins(spells, _SPELL_BIN_MIN, last)
    middle = quantile(spells, 0.5)
    return {
        "n": words.count(len(spells)),
        "median": f"{middle:.0f}",
        "long": f"{quantile(spells, 0.9):.0f}",
        "wide": inline(
            charts.histogram(bins, [{"at": middle, "text": f"median {middle:.0f} min"}], "minutes", 400, 60)
        ),
        "rows": _bin_rows(bins, "min"),
    }


def _bins(found: Sequence[float], step: int, last: int) -> list[dict[str, float]]:
    return [
        {"low": low, "high": low + step, "n": sum(low <= value < low + step for value in found)}
        for low in range(0, last, step)
    ]


def _bin_rows(bins: Sequence[dict[str, float]], unit: str) -> list[tuple[str, str]]:
    return [(f"{row['low']:.0f} to {row['high']:.0f} {unit}", words.count(row["n"])) for row in bins]
