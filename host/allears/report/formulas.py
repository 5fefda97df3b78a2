"""The same imported time by every formula of occupancy in use, and what counting breaks or coaching would do to it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from allears.errors import NotEnoughData
from allears.i18n import text as _
from allears.indicators import formulas, release, state_time
from allears.indicators.occupancy import Occupancy, occupancy
from allears.indicators.state_time import StateTime
from allears.privacy.ledger import Ledger, Within
from allears.report import staffing, vocabulary, words
from allears.report.fullday import load_tiles
from allears.store import Store

Days = tuple[dt.date, dt.date]  # first and last local day


def of_agent(store: Store, pseudonym: str, days: Days, zone: ZoneInfo) -> dict[str, Any] | None:
    """One agent's imported time, or None where there is none."""
    return _view(state_time.load(store, [pseudonym], *days, zone), days)


def of_team(
    store: Store, team: str, days: Days, zone: ZoneInfo, ledger: Ledger, issued: dt.datetime
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """A team's imported time on the days and half-hours that the ledger lets out, and what staffing they ask for.

    None for either where there is none.
    """
    names = [name for name, of in state_time.teams(store).items() if of == team]
    rows = state_time.load(store, names, *days, zone)
    try:
        known = release.shown(ledger, Within(team, zone.key), rows, True, issued)
    except NotEnoughData:
        return None, None  # the rest of the report stands without
    return _view(known.days, days), staffing.panel(known.halves)


def _view(rows: list[StateTime], days: Days) -> dict[str, Any] | None:
    found = occupancy(rows, *days)
    if found.result.value is None:
        return None
    times = {
        "handle-time": found.handle_time,
        "after-call-work": found.after_call_work,
        "utilisation": found.utilisation,
        "shrinkage": found.shrinkage,
    }
    return {
        "tiles": load_tiles(times),
        "results": times,
        "differ": found.formulas_differ,
        "rows": _formulas(found),
        "sensitivity": _sensitivity(found),
    }


def _formulas(found: Occupancy) -> list[tuple[str, str, str]]:
    """(formula, value, what it divides), lowest value first."""
    return [
        (
            _(formulas.BY_KEY[key].title),
            words.NONE if reading.value is None else words.per_cent(words.number(reading.value)),
            _(formulas.BY_KEY[key].text),
        )
        for reading in found.readings
        for key in reading.keys
    ]


def _sensitivity(found: Occupancy) -> list[tuple[str, str, str, str]]:
    """(what was excluded, how long, occupancy if it were waiting, occupancy if it were work)."""
    return [
        (
            _word(item.state, item.word),
            words.duration(item.seconds),
            words.percent(item.as_idle_pct),
            words.percent(item.as_work_pct),
        )
        for item in found.sensitivity
    ]


def _word(state: str, word: str) -> str:
    """The switchboard's own word, or ours where it has none of its own."""
    return _(vocabulary.STATES[state]) if word.casefold() == state else word
