"""The team lead's report: load first, then conversation measures of the group. Never a row a person."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.indicators import DEFINITIONS, Result, collect, load
from allears.report import floor, words
from allears.report.floor import MIN_GROUP
from allears.report.fullday import load_tiles
from allears.report.measures import EARLIER_DAYS, Card, card

__all__ = ["MIN_GROUP", "view"]
_CARDS = ("talk-share", "talk-over-rate", "acknowledgement-rate", "dead-air-rate", "response-gap", "opening")
_TILES = ("occupancy", "busy-half-hours", "gap-between-calls", "call-time-share")
# Extremes that would be one person's: left out of everything a lead sees.
_PERSONAL = ("longest-monologue", "longest-spell", "since-break")


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
        "heat": floor.heat(recent),
        "daily": floor.daily(recent, shared),
        "gaps": floor.gap_view([row["gap_s"] for row in collect.preferred(recent.gaps)]),
        "spells": floor.spell_view([row["longest_spell_s"] / 60 for row in worked]),
        "cards": _cards(recent, shared),
        "hidden_days": len(recent.dates()) - len(shared),
        "definitions": [definition for definition in DEFINITIONS if definition.key not in _PERSONAL],
        "zone": facts.zone.key,
        "results": _shareable({**collect.conversation_results(recent.calls), **loads}),
    }


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
