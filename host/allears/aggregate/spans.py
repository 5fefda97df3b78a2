"""Spans: who was in which state from when to when, and how they are cut at half-hours. People go by number."""

import ibis
import ibis.expr.types as ir

from allears.aggregate.walltime import LOG_KEY, SLOT_MS, slot_number
from allears_core.params import HOP_MS

NAMES = ("who", "owner", "state", "start_ms", "end_ms")


def said(states: ir.Table, boots: ir.Table, ranges: ir.Table) -> ir.Table:
    """Spans of STATE records, each up to the next of its boot. Talk and hold are left to the calls.

    boots, ranges: those of facts.Facts. Records of a boot without a known time drop out.
    """
    states = states.select(*LOG_KEY, "seq", "hop", "state").inner_join(boots, LOG_KEY)
    states = states.select("number", "who", "owner", "seq", "hop", "state", "last_hop")
    window = ibis.window(group_by="number", order_by=["hop", "seq"])
    found = states.mutate(until=ibis.coalesce(states.hop.lead().over(window), states.last_hop))
    found = found.filter(found.state.notin(["talk", "hold"]), found.until > found.hop)
    dates = ranges.select("number", "from_hop", "to_hop", "offset_ms")
    on = [found.number == dates.number, found.hop >= dates.from_hop, found.hop < dates.to_hop]
    dated = found.inner_join(dates, on)
    start_ms = dated.offset_ms + dated.hop * HOP_MS
    return dated.mutate(start_ms=start_ms, end_ms=start_ms + (dated.until - dated.hop) * HOP_MS)


def listening(ranges: ir.Table) -> ir.Table:
    """A span `on` for every boot of a known time: from its first hop to its last."""
    begun = ranges.filter(ranges.from_hop <= 0, ranges.to_hop > 0)
    return begun.mutate(
        start_ms=begun.offset_ms, end_ms=begun.offset_ms + begun.last_hop * HOP_MS, state=ibis.literal("on")
    )


def imported(acd: ir.Table) -> ir.Table:
    """Spans of a switchboard's states: agent, state, start_ms, end_ms."""
    return acd.select(
        "agent",
        state=ibis.ifelse(acd.state.isin(["talk", "hold"]), "call", acd.state),
        start_ms=acd.start_utc.epoch_seconds().cast("int64") * 1000,
        end_ms=acd.end_utc.epoch_seconds().cast("int64") * 1000,
    )


def cut(spans: ir.Table, begin_ms: int) -> ir.Table:
    """Spans cut where a half-hour ends, with its number `slot`; begin_ms: the calendar's first slot_ms.

    Most spans lie in one half-hour and are taken as they are; only the others are laid out slot by slot.
    """
    numbered = spans.mutate(
        slot=slot_number(spans.start_ms, begin_ms), last_slot=slot_number(spans.end_ms - 1, begin_ms)
    )
    inside = numbered.filter(numbered.slot == numbered.last_slot).drop("last_slot")
    across = numbered.filter(numbered.slot < numbered.last_slot)
    across = across.mutate(slot=ibis.range(across.slot, across.last_slot + 1).unnest()).drop("last_slot")
    slot_ms = across.slot * SLOT_MS + begin_ms
    across = across.mutate(
        start_ms=ibis.greatest(across.start_ms, slot_ms),
        end_ms=ibis.least(across.end_ms, slot_ms + SLOT_MS),
    )
    return ibis.union(inside, across.select(*inside.columns))


def hidden(pieces: ir.Table) -> ir.Table:
    """What of an agent's other states lies under a call, as pieces of weight -1.

    Joined by half-hour, not by agent alone: an agent has thousands of calls, a half-hour has a few.
    """
    calls = pieces.filter(pieces.state == "call").select("who", "slot", "start_ms", "end_ms")
    others = pieces.filter(pieces.state.notin(["call", "on"]))
    under = others.inner_join(
        calls,
        [
            others.who == calls.who,
            others.slot == calls.slot,
            others.start_ms < calls.end_ms,
            calls.start_ms < others.end_ms,
        ],
    )
    taken = under.mutate(
        start_ms=ibis.greatest(under.start_ms, under.start_ms_right),
        end_ms=ibis.least(under.end_ms, under.end_ms_right),
        weight=ibis.literal(-1, "int32"),
    )
    return taken.select(*pieces.columns)
