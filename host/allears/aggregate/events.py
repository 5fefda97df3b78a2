"""Events added up: to the call, the half-hour and the agent-day. The agent's stream only; a lead's holds no event."""

import ibis
import ibis.expr.types as ir

from allears.aggregate.facts import Facts, exact_count, exact_sum
from allears.aggregate.walltime import LOG_KEY, midnight_ms, slot_number
from allears_core import records
from allears_core.params import HOP_MS

CALL_KEY = (*LOG_KEY, "call")
# kind -> what its columns begin with: talk_over_count, talk_over_s …
PREFIXES = {kind: kind.replace("-", "_") for kind in records.EVENT_KINDS}
COUNTS = tuple(f"{prefix}_count" for prefix in PREFIXES.values())
LASTING = ("talk-over", "dead-air", "monologue", "loud-customer")  # kinds of which the length is of use
SECONDS = tuple(f"{PREFIXES[kind]}_s" for kind in LASTING)


def by_call(facts: Facts) -> ir.Table:
    """One row a call in which anything happened: its key, counts, seconds of the lasting kinds and of overlap."""
    happened = facts.kept(_happened)
    calls = happened.group_by("number", "call").agg(**_added(happened, "overlap_s"))
    return calls.inner_join(facts.boots.select(*LOG_KEY, "number"), "number").drop("number")


def by_half_hour(facts: Facts) -> ir.Table:
    """Counts by kind and seconds of the lasting ones, by agent and the local half-hour in which the events begin."""
    happened = facts.kept(_happened)
    halves = happened.filter(happened.slot.notnull()).group_by("owner", "slot").agg(**_added(happened))
    dated = halves.inner_join(facts.slots.drop("slot_end_ms"), "slot").drop("slot")
    return dated.inner_join(facts.owners.drop("who"), "owner").drop("owner")


def _happened(facts: Facts) -> ir.Table:
    """Counts and seconds by call and half-hour; slot is NULL where the boot has no known time."""
    events = facts.log("events").select(
        *LOG_KEY, "call", "kind", "onset_hop", "duration_hops", "overlap_hops"
    )
    events = events.inner_join(facts.boots.select(*LOG_KEY, "number", "owner"), LOG_KEY)
    events = events.select("number", "owner", "call", "kind", "onset_hop", "duration_hops", "overlap_hops")
    ranges = facts.boot_ranges.select("number", "from_hop", "to_hop", "offset_ms")
    hop = events.onset_hop
    dated = events.left_join(
        ranges, [events.number == ranges.number, hop >= ranges.from_hop, hop < ranges.to_hop]
    ).drop("number_right")
    begin_ms = midnight_ms(facts.days[0], facts.zone)
    slot = slot_number(dated.offset_ms + dated.onset_hop * HOP_MS, begin_ms)
    return dated.group_by("number", "owner", "call", slot=slot).agg(
        **_sums(dated), overlap_s=dated.overlap_hops.cast("float64").sum() * HOP_MS / 1000.0
    )


def _sums(rows: ir.Table) -> dict[str, ir.Value]:
    """Counts of every kind, seconds of the lasting ones: whole hops, which float64 adds up exactly."""
    hops = rows.duration_hops.cast("float64")
    counts = {f"{PREFIXES[kind]}_count": rows.count(where=rows.kind == kind) for kind in PREFIXES}
    seconds = {
        f"{PREFIXES[kind]}_s": hops.sum(where=rows.kind == kind).fill_null(0) * HOP_MS / 1000.0
        for kind in LASTING
    }
    return {**counts, **seconds}


def _added(rows: ir.Table, *more: str) -> dict[str, ir.Value]:
    """Sums of counts, and of seconds as whole ms."""
    return {
        **{name: exact_count(rows[name]) for name in COUNTS},
        **{name: exact_sum(rows[name]) for name in (*SECONDS, *more)},
    }


def by_day(facts: Facts) -> ir.Table:
    """Counts by kind and seconds of the lasting ones, by agent and local date."""
    halves = facts.kept(by_half_hour)
    return halves.group_by("agent", "team", "date").agg(**_added(halves))


def cues_by_day(facts: Facts) -> ir.Table:
    """Cues shown and held back, by agent and local date."""
    cues = facts.on_date(facts.dated("cues", "at_hop"))
    shown = cues.suppressed == ibis.literal("")
    return cues.group_by("agent", "team", "date").agg(
        cues_shown=cues.count(where=shown), cues_held_back=cues.count(where=~shown)
    )
