"""Spans: who was in which state from when to when, and how they are cut at half-hours."""

import ibis
import ibis.expr.types as ir

from allears.aggregate.walltime import LOG_KEY, SLOT_MS, dated, slot_number
from allears_core.params import HOP_MS

NAMES = ("agent", "team", "state", "start_ms", "end_ms", "source")


def said(states: ir.Table, last_hops: ir.Table) -> ir.Table:
    """Spans of dated STATE records, each up to the next of its boot. Talk and hold are left to the calls."""
    states = states.inner_join(last_hops, LOG_KEY)
    window = ibis.window(group_by=LOG_KEY, order_by=[states.hop, states.seq])
    until = ibis.coalesce(states.hop.lead().over(window), states.last_hop)
    found = states.mutate(end_ms=states.start_ms + (until - states.hop) * HOP_MS)
    return found.filter(found.state.notin(["talk", "hold"]), found.end_ms > found.start_ms)


def listening(last_hops: ir.Table, ranges: ir.Table, units: ir.Table) -> ir.Table:
    """A span `on` for every boot: from its first hop to its last."""
    begun = dated(last_hops.mutate(first_hop=0), ranges, "first_hop")
    on = begun.filter(begun.start_ms.notnull()).inner_join(units, ["unit", "log_id"])
    return on.mutate(end_ms=on.start_ms + on.last_hop * HOP_MS, state=ibis.literal("on"))


def cut(spans: ir.Table, begin_ms: int) -> ir.Table:
    """Spans cut where a half-hour ends, with its number `slot`; begin_ms: the calendar's first slot_ms."""
    first = slot_number(spans.start_ms, begin_ms)
    last = slot_number(spans.end_ms - 1, begin_ms)
    numbered = spans.mutate(slot=ibis.range(first, last + 1).unnest())
    slot_ms = numbered.slot * SLOT_MS + begin_ms
    return numbered.mutate(
        start_ms=ibis.greatest(numbered.start_ms, slot_ms),
        end_ms=ibis.least(numbered.end_ms, slot_ms + SLOT_MS),
    )


def hidden(pieces: ir.Table) -> ir.Table:
    """What of other states lies under a call, as pieces of weight -1. Joined by half-hour, not by agent alone:
    an agent has thousands of calls, a half-hour a few."""
    calls = pieces.filter(pieces.state == "call").select("agent", "slot", "start_ms", "end_ms")
    others = pieces.filter(pieces.state.notin(["call", "on"]))
    under = others.inner_join(
        calls,
        [
            others.agent == calls.agent,
            others.slot == calls.slot,
            others.start_ms < calls.end_ms,
            calls.start_ms < others.end_ms,
        ],
    )
    taken = under.mutate(
        start_ms=ibis.greatest(under.start_ms, under.start_ms_right),
        end_ms=ibis.least(under.end_ms, under.end_ms_right),
        weight=-1,
    )
    return taken.select(*pieces.columns)
