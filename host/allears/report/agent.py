"""The agent's own report: today, the week, own bests, load, events to contest, the clip, three questions."""

import datetime as dt
from typing import Any

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.exposure.agent import exposure
from allears.i18n import noted
from allears.i18n import text as _
from allears.indicators import DEFINITIONS, collect
from allears.report import bests, call, contest, exposures, formulas, logged, week, words
from allears.report.fullday import full_day, load_tiles
from allears.report.measures import EARLIER_DAYS, conversation_cards
from allears.store import Store

QUESTIONS = (
    noted("Which moment today went the way you wanted, and what did you do in it?"),
    noted("Which call is still on your mind, and what would help you leave it here?"),
    noted("What one thing will you try in tomorrow's first calls?"),
)


def view(store: Store, facts: Facts, pseudonym: str) -> dict[str, Any]:
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
    found = exposure(facts, pseudonym)
    drift = exposures.view(found.charts)
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
        "today_facts": week.today(record, today),
        "week": week.week(record, today),
        "call": call.view(facts, shown),
        "cards": conversation_cards(recent.calls, today),
        "bests": bests.bests(record.between(record.dates()[0], today)),
        "load": load_tiles(loads),
        "day": full_day(facts, record),
        "exposure": drift,
        "formulas": formulas.of_agent(store, pseudonym, (recent.dates()[0], today), facts.zone),
        "contest": contest.doubtful(store, facts, pseudonym, today),
        "marks": logged.marks(facts, pseudonym, first),
        "health": logged.health(facts, pseudonym, first),
        "questions": [_(question) for question in QUESTIONS],
        "definitions": [*DEFINITIONS, *drift["definitions"]],
        "zone": facts.zone.key,
        "results": {**results, **loads},
        "data": {"exposure": found.document()},
    }
