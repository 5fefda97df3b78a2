"""Events added up: to the call, the half-hour and the agent-day. The agent's stream only; a lead's holds no event."""

import ibis
import ibis.expr.types as ir

from allears.aggregate.facts import Facts, exact_count, exact_sum
from allears.aggregate.spans import number_of
from allears.aggregate.walltime import BOOT_KEY, midnight_ms, slot_number
from allears_core import records
from allears_core.params import HOP_MS

# kind -> what its columns begin with: talk_over_count, talk_over_s …
PREFIXES = {kind: kind.replace("-", "_") for kind in records.EVENT_KINDS}
COUNTS = tuple(f"{prefix}_count" for prefix in PREFIXES.values())
LASTING = ("talk-over", "dead-air", "monologue", "loud-customer")  # kinds of which the length is of use
SECONDS = tuple(f"{PREFIXES[kind]}_s" for kind in LASTING)


def by_call(facts: Facts) -> ir.Table:
    """One row a call in which anything happened: its key, counts, seconds of the lasting kinds and of overlap."""
    happened = facts.kept(_happened)
    sums = happened.group_by("number", "call").agg(**_added(happened, "overlap_s"))
    calls = sums.select("number", "call", **_told(sums, "overlap_s"))
    return calls.inner_join(facts.boots.select(*BOOT_KEY, "number"), "number").drop("number")


def by_half_hour(facts: Facts) -> ir.Table:
    """Counts by kind and seconds of the lasting ones, by agent and the local half-hour in which the events begin."""
    happened = facts.kept(_happened).filter(ibis._.slot.notnull())
    happened = happened.inner_join(facts.boots.select("number", "owner"), "number")
    sums = happened.group_by("owner", "slot").agg(**_added(happened))
    halves = sums.select("owner", "slot", **_told(sums))
    dated = halves.inner_join(facts.slots.drop("slot_end_ms"), "slot").drop("slot")
    return dated.inner_join(facts.owners.drop("who"), "owner").drop("owner")


def _happened(facts: Facts) -> ir.Table:
    """By call and half-hour: counts, and hops under the names of seconds; slot is NULL for an unknown time.

    Both as whole float64, which are added up exactly and without being cast again.
    """
    numbered = facts.log("events")
    numbered = numbered.mutate(kind=number_of(numbered.kind, records.EVENT_KINDS))
    events = facts.placed(numbered, "onset_hop")
    events = events.mutate(slot=slot_number(events.start_ms, midnight_ms(facts.days[0], facts.zone)))
    hops = events.duration_hops.cast("float64")
    kinds = {kind: events.kind == number for number, kind in enumerate(records.EVENT_KINDS)}
    counts = {f"{PREFIXES[kind]}_count": found.cast("float64").sum() for kind, found in kinds.items()}
    lasting = {f"{PREFIXES[kind]}_s": hops.sum(where=kinds[kind]).fill_null(0) for kind in LASTING}
    return events.group_by("number", "call", "slot").agg(
        **counts, **lasting, overlap_s=events.overlap_hops.cast("float64").sum()
    )


def _added(rows: ir.Table, *more: str) -> dict[str, ir.Value]:
    return {name: rows[name].sum() for name in (*COUNTS, *SECONDS, *more)}


def _told(sums: ir.Table, *more: str) -> dict[str, ir.Value]:
    """Counts as whole numbers, hops as seconds."""
    counts: dict[str, ir.Value] = {name: sums[name].cast("int64") for name in COUNTS}
    return counts | {name: sums[name] * HOP_MS / 1000.0 for name in (*SECONDS, *more)}


def by_day(facts: Facts) -> ir.Table:
    """Counts by kind and seconds of the lasting ones, by agent and local date."""
    halves = facts.kept(by_half_hour)
    counts = {name: exact_count(halves[name]) for name in COUNTS}
    seconds = {name: exact_sum(halves[name]) for name in SECONDS}
    return halves.group_by("agent", "team", "date").agg(**counts, **seconds)


def cues_by_day(facts: Facts) -> ir.Table:
    """Cues shown and held back, by agent and local date."""
    cues = facts.on_date(facts.dated("cues", "at_hop"))
    shown = cues.suppressed == ibis.literal("")
    return cues.group_by("agent", "team", "date").agg(
        cues_shown=cues.count(where=shown), cues_held_back=cues.count(where=~shown)
    )
