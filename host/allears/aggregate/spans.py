"""Spans: who was in which state from when to when, and how they are cut at half-hours. People go by number."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from allears.aggregate.walltime import BOOT_KEY, SLOT_MS, slot_number
from allears_core.params import HOP_MS

NAMES = ("who", "owner", "state", "start_ms", "end_ms")
# A state goes by its place here; `call` is talk and hold, `on` the clip listening.
STATES = ("call", "acw", "ready", "break", "pause", "off", "other", "on")
CALL, ON = STATES.index("call"), STATES.index("on")
# States that end a spell of work when they last long enough.
RESTS = tuple(STATES.index(state) for state in ("break", "off", "pause"))


def number_of(word: ir.Value, words: Sequence[str]) -> ir.NumericValue:
    """Place of a word among words, NULL if it is none of them: sorts, groups and joins carry numbers faster."""
    return ibis.cases(*[(word == one, ibis.literal(at, "int8")) for at, one in enumerate(words)])


def state_name(number: ir.Value) -> ir.Value:
    """The state's word."""
    return ibis.cases(*[(number == at, one) for at, one in enumerate(STATES)])


def said(states: ir.Table, boots: ir.Table, ranges: ir.Table) -> ir.Table:
    """Spans of STATE records, each up to the next of its boot. Talk and hold are left to the calls.

    boots, ranges: those of facts.Facts. Records of a boot without a known time drop out.
    """
    states = states.select(*BOOT_KEY, "seq", "hop", state=number_of(states.state, STATES))
    states = states.inner_join(boots, BOOT_KEY)
    states = states.select("number", "seq", "hop", "state")  # the sort carries no more than it must
    window = ibis.window(group_by="number", order_by=["hop", "seq"])
    found = states.mutate(next_hop=states.hop.lead().over(window))
    found = found.filter(found.state.notnull())
    on = [found.number == ranges.number, found.hop >= ranges.from_hop, found.hop < ranges.to_hop]
    dated = found.inner_join(ranges.drop(*BOOT_KEY), on)
    until = ibis.coalesce(dated.next_hop, dated.last_hop)
    dated = dated.filter(dated.offset_ms.notnull(), until > dated.hop)
    start_ms = dated.offset_ms + dated.hop * HOP_MS
    until = ibis.coalesce(dated.next_hop, dated.last_hop)
    return dated.mutate(start_ms=start_ms, end_ms=start_ms + (until - dated.hop) * HOP_MS)


def called(calls: ir.Table) -> ir.Table:
    """Spans of CALL records with start_ms; those of an unknown time drop out."""
    hops = calls.end_hop - calls.start_hop + 1
    spans = calls.select(
        "who", "owner", "start_ms", state=ibis.literal(CALL, "int8"), end_ms=calls.start_ms + hops * HOP_MS
    )
    return spans.filter(spans.start_ms.notnull())


def listening(ranges: ir.Table) -> ir.Table:
    """A span `on` for every boot of a known time: from its first hop to its last."""
    begun = ranges.filter(ranges.from_hop <= 0, ranges.to_hop > 0, ranges.offset_ms.notnull())
    return begun.mutate(
        start_ms=begun.offset_ms,
        end_ms=begun.offset_ms + begun.last_hop * HOP_MS,
        state=ibis.literal(ON, "int8"),
    )


def imported(acd: ir.Table) -> ir.Table:
    """Spans of a switchboard's states: agent, state, start_ms, end_ms."""
    return acd.select(
        "agent",
        state=ibis.ifelse(acd.state.isin(["talk", "hold"]), CALL, number_of(acd.state, STATES)).cast("int8"),
        start_ms=acd.start_utc.epoch_seconds().cast("int64") * 1000,
        end_ms=acd.end_utc.epoch_seconds().cast("int64") * 1000,
    )


def cut(spans: ir.Table, begin_ms: int) -> ir.Table:
    """Spans cut where a half-hour ends, with its number `slot`; begin_ms: the calendar's first slot_ms.

    Most spans lie in one half-hour and are taken as they are; only the others are laid out slot by slot.
    """
    slot = slot_number(spans.start_ms, begin_ms)
    last_slot = slot_number(spans.end_ms - 1, begin_ms)
    inside = spans.filter(slot == last_slot).mutate(slot=slot)
    across = spans.filter(slot < last_slot).mutate(slot=ibis.range(slot, last_slot + 1).unnest())
    slot_ms = across.slot * SLOT_MS + begin_ms
    across = across.mutate(
        start_ms=ibis.greatest(across.start_ms, slot_ms),
        end_ms=ibis.least(across.end_ms, slot_ms + SLOT_MS),
    )
    return ibis.union(inside, across.select(*inside.columns))


def hidden(pieces: ir.Table) -> ir.Table:
    """What of an agent's other states lies under a call, as pieces that end before they start: added, they take away.

    Joined by half-hour, not by agent alone: an agent has thousands of calls, a half-hour has a few.
    """
    calls = pieces.filter(pieces.state == CALL).select("who", "slot", "start_ms", "end_ms")
    others = pieces.filter(pieces.state.notin([CALL, ON]))
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
        start_ms=ibis.least(under.end_ms, under.end_ms_right),
        end_ms=ibis.greatest(under.start_ms, under.start_ms_right),
    )
    return taken.select(*pieces.columns)
