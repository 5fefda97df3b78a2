"""The agent's own report: the newest call, talk beside their own earlier days, load, the clip, three questions."""

import datetime as dt
from typing import Any

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time
from allears.errors import NotEnoughData
from allears.indicators import BY_KEY, DEFINITIONS, Result, collect, load
from allears.report import call, charts, logged, words
from allears.report.measures import EARLIER_DAYS, Card, card
from allears.report.svg import inline

_CARDS = ("talk-share", "talk-over-rate", "acknowledgement-rate", "dead-air-rate", "response-gap", "opening")
_FULL_DAY_S = 3600.0  # a day with this much time in calls is worth drawing
QUESTIONS = (
    "Which moment today went the way you wanted, and what did you do in it?",
    "Which call is still on your mind, and what would help you leave it here?",
    "What one thing will you try in tomorrow's first calls?",
)


def view(facts: Facts, pseudonym: str) -> dict[str, Any]:
    """The page's content; NotEnoughData where the store knows no dated call of this agent."""
    record = collect.agent(facts, pseudonym)
    if not record.calls:
        raise NotEnoughData(
            f"the store holds no call of agent {pseudonym} with a known time",
            "check the pseudonym, or pull the agent's clip first",
        )
    shown = call.newest(record.calls)
    today = shown["date"]
    first = today - dt.timedelta(days=EARLIER_DAYS)
    recent = record.between(first, today)
    results = collect.conversation_results(recent.calls)
    loads = {**collect.load_results(recent), "since-break": collect.since_break(record)}
    return {
        "kind": "agent",
        "name": pseudonym,
        "team": shown["team"],
        "period": words.span(recent.dates()[0], today),
        "days": len(recent.dates()),
        "calls": len(recent.calls),
        "undated": record.undated,
        "example": any(row["example"] for row in recent.calls),
        "real": not shown["example"],
        "today": words.date(today),
        "call": call.view(facts, shown),
        "cards": _cards(recent, today),
        "load": load_tiles(loads),
        "day": _full_day(facts, record),
        "marks": logged.marks(facts, pseudonym, first),
        "health": logged.health(facts, pseudonym, first),
        "questions": QUESTIONS,
        "definitions": DEFINITIONS,
        "zone": facts.zone.key,
        "results": {**results, **loads},
    }


def _cards(record: collect.Record, today: dt.date) -> list[Card]:
    days = record.dates()
    by_day = {
        day: collect.conversation_results([row for row in record.calls if row["date"] == day]) for day in days
    }
    return [card(key, [(day, by_day[day][key]) for day in days], today) for key in _CARDS]


def load_tiles(results: dict[str, Result]) -> list[dict[str, Any]]:
    """Tiles of load and exposure figures over the whole period."""
    return [
        {
            "title": BY_KEY[key].title,
            "unit": BY_KEY[key].unit,
            "value": words.value(result),
            "basis": words.basis(result) if result.value is not None else "",
            "missing": result.missing,
            "parts": [words.part(name, amount) for name, amount in result.parts.items()],
        }
        for key, result in results.items()
    ]


def _full_day(facts: Facts, record: collect.Record) -> dict[str, Any] | None:
    """The newest day with an hour or more in calls: its states and its occupancy by half-hour."""
    full = [row for row in collect.preferred(record.days) if row["call_s"] >= _FULL_DAY_S]
    if not full:
        return None
    newest = full[-1]
    spans = facts.rows(_spans(facts, newest))
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
    halves = _half_hours(record, newest)
    figures = collect.load_results(record.between(newest["date"], newest["date"]))
    del figures["busy-half-hours"]  # the bars show them one by one
    return {
        "title": words.date(newest["date"]),
        "source": "the imported state log" if newest["source"] == "acd" else "the clip",
        "strip_wide": inline(charts.day_strip(rows, (begin, end), charts.WIDE)),
        "strip_narrow": inline(charts.day_strip(rows, (begin, end), charts.NARROW)),
        "states": _state_list(newest),
        "halves": [
            (_slot(row["minute"]), f"{row['value']:.0f} %", f"{row['n'] / 60:.0f} min") for row in halves
        ],
        "bars_wide": inline(charts.occupancy_bars(halves, charts.WIDE)) if halves else None,
        "bars_narrow": inline(charts.occupancy_bars(halves, charts.NARROW)) if halves else None,
        "tiles": load_tiles(figures),
    }


def _spans(facts: Facts, day: dict[str, Any]) -> Any:
    spans = facts.on_date(facts.spans)
    mine = [
        spans.agent == day["agent"],
        spans.date == day["date"],
        spans.source == day["source"],
        spans.weight == 1,
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


def _slot(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _state_list(day: dict[str, Any]) -> list[dict[str, str]]:
    names = {"call": "In calls", "acw": "After-call work", "ready": "Ready", "break": "Break"}
    return [
        {"name": name, "colour": charts.STATE_COLOURS[state], "text": words.duration(day[f"{state}_s"])}
        for state, name in names.items()
        if day[f"{state}_s"]
    ]
