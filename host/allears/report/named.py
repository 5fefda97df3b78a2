"""What a lead may see of one agent who agreed to it: load and conversation sums from session summaries, no event."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.exposure.agent import named
from allears.indicators import DEFINITIONS, collect
from allears.privacy import consent
from allears.report import exposures, words
from allears.report.fullday import load_tiles
from allears.report.measures import EARLIER_DAYS, conversation_cards
from allears.report.team import PERSONAL, TILES
from allears.store import Store
from allears_core.records import SUMMARIES


def view(store: Store, pseudonym: str, zone: ZoneInfo, now: dt.datetime) -> dict[str, Any]:
    """The page's content; now: aware. NoConsent unless the agent's consent is in force, NotEnoughData without calls."""
    until = consent.require(store, pseudonym, now).until
    assert until is not None
    record = collect.agent(Facts(store, SUMMARIES, zone, [pseudonym]), pseudonym)
    if not record.calls:
        raise NotEnoughData(
            f"the store holds no summary of agent {pseudonym} with a known time",
            "pull their clip with `allears pull --stream summaries`",
        )
    today = record.dates()[-1]
    recent = record.between(today - dt.timedelta(days=EARLIER_DAYS), today)
    found = named(store, pseudonym, zone, now)
    drift = exposures.view(found.charts)
    loads = {key: value for key, value in collect.load_results(recent).items() if key in TILES}
    talk = collect.conversation_results(recent.calls)
    return {
        "kind": "named",
        "name": pseudonym,
        "team": recent.calls[-1]["team"],
        "until": words.day(until.astimezone(zone).date()),
        "period": words.span(recent.dates()[0], today),
        "days": len(recent.dates()),
        "calls": len(recent.calls),
        "undated": record.undated,
        "example": any(row["example"] for row in recent.calls),
        "real": any(not row["example"] for row in recent.calls),
        "today": words.date(today),
        "load": load_tiles(loads),
        "exposure": drift,
        "cards": conversation_cards(recent.calls, today),
        "definitions": [*(d for d in DEFINITIONS if d.key not in PERSONAL), *drift["definitions"]],
        "zone": zone.key,
        "results": {key: value for key, value in {**talk, **loads}.items() if key not in PERSONAL},
        "data": {"exposure": found.document()},
    }
