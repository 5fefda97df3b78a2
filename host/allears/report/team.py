"""The team lead's report: load first, then conversation measures of the group. Never a row a person."""

import datetime as dt
from typing import Any

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.exposure.breaks import ALIGNMENT
from allears.exposure.team import exposure
from allears.i18n import text as _
from allears.indicators import DEFINITIONS, Result, collect, load
from allears.privacy.ledger import Ledger, Within
from allears.report import exposures, floor, formulas, released, words
from allears.report.fullday import load_tiles
from allears.report.measures import EARLIER_DAYS, conversation_cards
from allears.store import Store

__all__ = ["PERSONAL", "TILES", "view"]
TILES = ("occupancy", "busy-half-hours", "gap-between-calls", "call-time-share")
# Extremes that would be one person's: left out of everything a lead sees.
PERSONAL = ("longest-monologue", "longest-spell", "since-break")


def view(store: Store, facts: Facts, name: str, ledger: Ledger, issued: dt.datetime) -> dict[str, Any]:
    """The page's content, written into the ledger as released; NotEnoughData ("not enough people") for a small group.

    issued: aware.
    """
    record = collect.team(facts, name)
    days = record.dates()
    if days:
        record = record.between(days[-1] - dt.timedelta(days=EARLIER_DAYS), days[-1])
    known = released.release(ledger, "team report", Within(name, facts.zone.key), record, store, issued)
    recent = known.record
    shared = recent.dates()
    today = shared[-1]
    loads = collect.load_results(recent)
    drift = _exposure(facts, name, ledger, issued)
    imported, staffed = formulas.of_team(store, name, (shared[0], today), facts.zone, ledger, issued)
    worked = [row for row in collect.preferred(recent.exposure) if row["gaps"] >= load.GAPS_MIN]
    return {
        "kind": "team",
        "name": name,
        "team": name,
        "people": len({row["agent"] for row in recent.calls}),
        "period": words.span(shared[0], today),
        "days": len(shared),
        "calls": len(recent.calls),
        "undated": record.undated,
        "example": any(row["example"] for row in recent.calls),
        "real": any(not row["example"] for row in recent.calls),
        "today": words.date(today),
        "load": load_tiles({key: loads[key] for key in TILES}),
        "heat": floor.heat(recent),
        "daily": floor.daily(recent, shared),
        "gaps": floor.gap_view([row["gap_s"] for row in collect.preferred(recent.gaps)]),
        "spells": floor.spell_view([row["longest_spell_s"] / 60 for row in worked]),
        **drift,
        "formulas": imported,
        "staffing": staffed,
        "data": {**drift["data"], **({"staffing": staffed["data"]} if staffed else {})},
        "cards": conversation_cards(recent.calls, today),
        "left_out": known.left_out,
        "definitions": [
            *(definition for definition in DEFINITIONS if definition.key not in PERSONAL),
            *drift["explained"],
        ],
        "zone": facts.zone.key,
        "results": _shareable({**collect.conversation_results(recent.calls), **loads}),
    }


def _exposure(facts: Facts, name: str, ledger: Ledger, issued: dt.datetime) -> dict[str, Any]:
    """exposure: charts of the group's means with their limits; breaks: tile of break alignment."""
    try:
        found = exposure(facts, name, ledger, issued)
    except NotEnoughData:
        # Other measures may still be shown.
        return {"exposure": None, "breaks": None, "explained": [], "data": {}}
    tile = {
        "title": _(ALIGNMENT.title),
        "unit": _(ALIGNMENT.unit),
        "value": words.NONE
        if found.break_alignment.value is None
        else words.count(found.break_alignment.value),
        "basis": words.basis(found.break_alignment),
        "missing": words.lacking(found.break_alignment),
        "parts": [words.part(part, amount) for part, amount in found.break_alignment.parts.items()],
    }
    view = exposures.view(found.charts)
    explained = [*view["definitions"], ALIGNMENT]
    return {"exposure": view, "breaks": tile, "explained": explained, "data": {"exposure": found.document()}}


def _shareable(results: dict[str, Result]) -> dict[str, Result]:
    return {key: result for key, result in results.items() if key not in PERSONAL}
