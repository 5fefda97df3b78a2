"""Time in imported states, by agent, half-hour and the switchboard's own word: what occupancy is computed from."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from allears.aggregate.walltime import SLOT_MS, calendar, local_date, midnight_ms, slot_number
from allears.store import Store

NO_STATE = "none"  # between two states of one shift in which the file has none
HOLE_MS = 3 * 3_600_000  # a hole as long as this lies between two shifts
CONTACT = ("talk", "hold", "acw")


@dataclass(frozen=True)
class StateTime:
    """Time of one agent in one state within one local half-hour: it begins at `slot_ms` (UTC), `minute` of the day.

    word: the switchboard's own for the state. handled_s: seconds times contacts in hand. begins: contacts that began.
    rebuilt: the time of day is not known, only the date.
    """

    agent: str
    team: str
    date: dt.date
    minute: int
    slot_ms: int
    state: str
    word: str
    seconds: float
    handled_s: float
    begins: int
    rebuilt: bool


def teams(store: Store) -> dict[str, str]:
    """Team of every agent with a clip or imported states: the clip's owner's, else the one that a file named last."""
    rows = store.connection.execute(
        "SELECT coalesce(u.agent, a.agent), coalesce(u.team, a.team, '') FROM "
        "(SELECT pseudonym AS agent, max(nullif(team, '')) AS team FROM units GROUP BY pseudonym) u FULL JOIN "
        "(SELECT agent, arg_max(team, end_utc) AS team FROM acd_states GROUP BY agent) a ON a.agent = u.agent "
        "ORDER BY 1"
    ).fetchall()
    return {str(agent): str(team) for agent, team in rows}


def span_of_days(store: Store, agents: Sequence[str], zone: ZoneInfo) -> tuple[dt.date, dt.date] | None:
    """First and last local date on which one of the agents has an imported state; None if none has."""
    states = _states(store, agents)
    found = _rows(store, states.aggregate(first=states.start_ms.min(), last=states.end_ms.max()))
    if found[0]["first"] is None:
        return None
    return local_date(found[0]["first"], zone), local_date(found[0]["last"] - 1, zone)


def load(
    store: Store, agents: Sequence[str], first: dt.date, last: dt.date, zone: ZoneInfo
) -> list[StateTime]:
    """Time in states of the agents on the local dates `first` to `last`, both included, oldest first.

    States are cut at half-hours of `zone`, so at midnight as well. A hole of less than three hours between two states
    of an agent is a state of its own, NO_STATE.
    """
    begin, end = midnight_ms(first, zone), midnight_ms(last + dt.timedelta(days=1), zone)
    states = _states(store, agents)
    states = states.filter(states.end_ms > begin - HOLE_MS, states.start_ms < end + HOLE_MS)
    both = ibis.union(states, _holes(states))
    # By number, not by comparing times: a join on ranges would take every state to every half-hour.
    numbers = ibis.range(slot_number(both.start_ms, begin), slot_number(both.end_ms - 1, begin) + 1)
    pieces = both.mutate(slot=numbers.unnest())
    slot_ms = pieces.slot * SLOT_MS + begin
    part = ibis.least(pieces.end_ms, slot_ms + SLOT_MS) - ibis.greatest(pieces.start_ms, slot_ms)
    here = (pieces.start_ms >= slot_ms).ifelse(pieces.begins, 0)
    pieces = pieces.mutate(ms=part, handled=part * pieces.contacts, here=here)
    summed = pieces.group_by("agent", "slot", "state", "word", "rebuilt").agg(
        ms=pieces.ms.sum(), handled=pieces.handled.sum(), begins=pieces.here.sum()
    )
    slots = calendar(first, last, zone).drop("slot_end_ms")
    slots = slots.mutate(slot=slot_number(slots.slot_ms, begin))
    summed = summed.inner_join(slots, "slot")
    of = teams(store)
    return [
        StateTime(
            row["agent"],
            of.get(row["agent"], ""),
            row["date"],
            row["minute"],
            row["slot_ms"],
            row["state"],
            row["word"],
            row["ms"] / 1000,
            row["handled"] / 1000,
            row["begins"],
            row["rebuilt"],
        )
        for row in _rows(store, summed.order_by("slot_ms", "agent", "state", "word", "rebuilt"))
    ]


def _states(store: Store, agents: Sequence[str]) -> ir.Table:
    acd = ibis.duckdb.from_connection(store.connection).table("acd_states")
    acd = acd.filter(acd.agent.isin(sorted(agents)))
    epoch = ibis.timestamp("1970-01-01")
    contact = acd.state.isin(CONTACT)
    return acd.select(
        "agent",
        "state",
        word=ibis.coalesce(acd.reason, acd.state),
        start_ms=acd.start_utc.delta(epoch, unit="millisecond").cast("int64"),
        end_ms=acd.end_utc.delta(epoch, unit="millisecond").cast("int64"),
        contacts=ibis.coalesce(acd.contacts, contact.cast("int32")).cast("int64"),
        # Who counted nothing has one contact for every talk: that of an export without ids.
        begins=ibis.coalesce(acd.begins, (acd.state == "talk").cast("int32")).cast("int64"),
        rebuilt=ibis.coalesce(acd.rebuilt, False),
    )


def _holes(states: ir.Table) -> ir.Table:
    """What lies between two states of an agent, shorter than HOLE_MS."""
    order = ibis.window(group_by="agent", order_by=["start_ms", "end_ms"])
    holes = states.mutate(start_ms=states.end_ms.lag().over(order), end_ms=states.start_ms)
    length = holes.end_ms - holes.start_ms
    zero = ibis.literal(0, "int64")
    holes = holes.filter(length > 0, length < HOLE_MS)
    return holes.mutate(
        state=ibis.literal(NO_STATE), word=ibis.literal(NO_STATE), contacts=zero, begins=zero
    ).select(*states.columns)


def _rows(store: Store, table: ir.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ibis.duckdb.from_connection(store.connection).to_pyarrow(table).to_pylist()
    return found


def people(times: Iterable[StateTime]) -> set[str]:
    """Agents with a state in `times`."""
    return {time.agent for time in times if time.state != NO_STATE}
