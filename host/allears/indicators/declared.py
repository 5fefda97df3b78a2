"""Time in states that somebody declared: the switchboard's where it covers a day, else the clip's button's."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import ibis

from allears.aggregate.days import day_states
from allears.aggregate.facts import CLIP, Facts
from allears.errors import NotEnoughData
from allears.indicators import state_time
from allears.indicators.collect import Row, said_by
from allears.indicators.state_time import StateTime
from allears.store import Store

# The clip's state, which is the word, -> ours. A call is talk and hold; `on` and `off` are about the clip.
_STATES = {
    "call": "talk",
    "acw": "acw",
    "ready": "ready",
    "break": "break",
    "pause": "break",
    "other": "other",
}


def load(
    store: Store,
    agents: Sequence[str],
    zone: ZoneInfo,
    stream: str,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[StateTime]:
    """Time in states of the agents, oldest first, on the local dates `first` to `last` (None: all there are).

    stream: `events` for the agent's own figures, `summaries` for a lead's. The button counts on days on which it told
    after-call work apart and for which nothing was imported; a contact is then a call of the clip.
    """
    span = state_time.span_of_days(store, agents, zone)
    begin, end = (max(span[0], first or span[0]), min(span[1], last or span[1])) if span else (None, None)
    imported = state_time.load(store, agents, begin, end, zone) if begin and end and begin <= end else []
    covered = {(row.agent, row.date) for row in imported}
    rows = [*imported, *_button(store, agents, zone, stream, covered)]
    kept = [row for row in rows if (not first or row.date >= first) and (not last or row.date <= last)]
    return sorted(kept, key=lambda row: (row.slot_ms, row.agent, row.state, row.word))


def _button(
    store: Store, agents: Sequence[str], zone: ZoneInfo, stream: str, covered: set[tuple[str, dt.date]]
) -> list[StateTime]:
    facts = Facts(store, stream, zone, agents)
    try:
        said = said_by([row for row in facts.rows(day_states(facts)) if row["source"] == CLIP])
    except NotEnoughData:
        return []
    days = {(agent, date) for agent, date, _ in said} - covered
    if not days:
        return []
    halves = [row for row in facts.rows(facts.half_hours) if (row["agent"], row["date"]) in days]
    calls = facts.on_date(facts.calls).group_by("agent", "date", "minute").agg(calls=ibis._.count())
    begun = {(row["agent"], row["date"], row["minute"]): int(row["calls"]) for row in facts.rows(calls)}
    rows = []
    for half in halves:
        if half["source"] == CLIP:
            # The hour that comes twice: its calls count in the first of its half-hours.
            rows += _rows(half, begun.pop((half["agent"], half["date"], half["minute"]), 0))
    return rows


def _rows(half: Row, calls: int) -> list[StateTime]:
    rows = []
    for state, ours in _STATES.items():
        seconds = float(half[f"{state}_s"])
        if seconds > 0 or (state == "call" and calls):
            rows.append(
                StateTime(
                    half["agent"],
                    half["team"] or "",
                    half["date"],
                    half["minute"],
                    half["slot_ms"],
                    ours,
                    state,
                    seconds,
                    seconds if ours in state_time.CONTACT else 0.0,
                    calls if state == "call" else 0,
                    False,
                )
            )
    return rows
