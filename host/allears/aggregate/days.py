"""Agent-days: what the half-hours and the calls add up to, with gaps and unbroken spells."""

import ibis
import ibis.expr.types as ir

from allears.aggregate import spans
from allears.aggregate.facts import BREAK_MS, Facts, exact_count, exact_sum

SHIFT_MS = 3 * 3_600_000  # calls further apart than this belong to two shifts
SAME_CALL_MS = 1000  # a switchboard logs talk and hold of one call back to back: no gap
_SUMS = (
    "call_s",
    "agent_s",
    "customer_s",
    "joint_s",
    "hold_s",
    "dead_air_s",
    "dead_air_count",
    "talk_overs",
    "acknowledgements",
    "early_answers",
    "customer_turns",
    "gap_count",
    "cues",
)


def day_states(facts: Facts) -> ir.Table:
    """Seconds of each state by agent, source and local date, with the number of button presses that set one."""
    halves = facts.numbered_half_hours
    kinds = [name for name in halves.columns if name.endswith("_s")]
    sums = halves.group_by("owner", "acd", "date").agg(**{kind: exact_sum(halves[kind]) for kind in kinds})
    days = facts.named(sums, "owner").select("agent", "team", "source", "date", *kinds)
    pressed = facts.on_date(facts.dated("states", "hop").filter(ibis._.source == "button"))
    presses = pressed.group_by("agent", "date").agg(presses=ibis._.count())
    joined = days.left_join(presses, ["agent", "date"])
    return joined.select(*days.columns, presses=joined.presses.fill_null(0))


def day_calls(facts: Facts) -> ir.Table:
    """Sums over the calls that began on a local date, by agent."""
    calls = facts.on_date(facts.calls)
    sums = {
        name: exact_sum(calls[name]) if name.endswith("_s") else exact_count(calls[name]) for name in _SUMS
    }
    return calls.group_by("agent", "team", "date").agg(
        calls=calls.count(), longest_agent_s=calls.longest_agent_s.max(), **sums
    )


def day_exposure(facts: Facts) -> ir.Table:
    """Gaps between calls and unbroken spells by agent, source and the local date they begin on.

    A gap runs from one call's end to the next one's start, after-call work included, within a shift and without a
    break in between.
    A spell runs from the first to the last call between two breaks of 5 min or more; on a day for which a source
    knows no break at all, a gap of 5 min or more counts as one.
    """
    work = facts.kept(_work)
    spells = work.group_by("lane", "spell").agg(
        start_ms=work.start_ms.min(where=work.is_call), end_ms=work.end_ms.max(where=work.is_call)
    )
    spells = facts.on_date(spells.filter(spells.start_ms.notnull()))
    longest = spells.group_by("lane", "date").agg(
        longest_spell_s=((spells.end_ms - spells.start_ms) / 1000.0).max(),
        last_spell_ms=spells.start_ms.max(),
    )
    gapped = _gapped(work)
    gap_sums = gapped.group_by("lane", "date").agg(gaps=gapped.count(), median_gap_s=gapped.gap_s.median())
    joined = longest.left_join(gap_sums, ["lane", "date"])
    counted = joined.select(*longest.columns, gaps=joined.gaps.fill_null(0), median_gap_s=joined.median_gap_s)
    return _named(facts, counted)


def gaps(facts: Facts) -> ir.Table:
    """Every gap between two calls of one shift without a break in between, with the call it leads to."""
    return _named(facts, _gapped(facts.kept(_work)))


def _gapped(work: ir.Table) -> ir.Table:
    kept = work.filter(work.gap_ms > SAME_CALL_MS, work.gap_ms < SHIFT_MS)
    return kept.select("lane", "date", "minute", "start_ms", gap_s=kept.gap_ms / 1000.0)


def rests(facts: Facts) -> ir.Table:
    """Every real break: agent, source, date, start_ms, end_ms."""
    work = facts.kept(_work)
    return _named(facts, work.filter(~work.is_call).select("lane", "date", "start_ms", "end_ms"))


def _work(facts: Facts) -> ir.Table:
    """Calls and real breaks in order, numbered by spell; gap_ms before a call that follows a call.

    lane: who and source in one number, which the sorts go by.
    """
    known = facts.numbered_spans
    is_call = known.state == spans.CALL
    rest = known.state.isin(spans.RESTS) & (known.end_ms - known.start_ms >= BREAK_MS)
    lane = known.who * 2 + known.acd.cast("int64")
    kept = known.filter(is_call | rest).mutate(is_call=is_call, lane=lane)
    marked = facts.on_date(kept.select("lane", "start_ms", "end_ms", "is_call"))
    rested = marked.filter(~marked.is_call).select("lane", "date").distinct().mutate(has_rest=True)
    marked = marked.left_join(rested, ["lane", "date"]).drop("lane_right", "date_right")
    order = ibis.window(group_by="lane", order_by=["start_ms", "end_ms"])
    marked = marked.mutate(
        before_ms=marked.end_ms.lag().over(order), after_call=marked.is_call.lag().over(order)
    )
    gap = marked.start_ms - marked.before_ms
    ends = ~marked.is_call | (marked.has_rest.isnull() & (gap >= BREAK_MS)) | (gap >= SHIFT_MS)
    marked = marked.select(
        "lane", "start_ms", "end_ms", "is_call", "date", "minute",
        gap_ms=ibis.ifelse(marked.is_call & marked.after_call, gap, ibis.null("int64")),
        rested=ends.fill_null(False).cast("float64"),  # a running sum of whole numbers takes twice as long
    )  # fmt: skip
    running = ibis.window(group_by="lane", order_by=["start_ms", "end_ms"], following=0)
    return marked.mutate(spell=marked.rested.sum().over(running)).drop("rested")


def _named(facts: Facts, rows: ir.Table) -> ir.Table:
    """Rows with agent and source for their lane."""
    return facts.named(rows.mutate(who=rows.lane // 2, acd=rows.lane % 2 == 1), "who").drop("lane", "who")


def agent_days(facts: Facts) -> ir.Table:
    """One row an agent, source and local date: states, exposure and, for the clip's rows, the calls' sums."""
    states, exposure = facts.kept(day_states), facts.kept(day_exposure)
    calls = facts.kept(day_calls).mutate(source=ibis.literal("clip")).drop("team", "call_s")
    days = states.left_join(exposure, ["agent", "source", "date"]).drop(
        "agent_right", "source_right", "date_right"
    )
    joined = days.left_join(calls, ["agent", "source", "date"])
    return joined.drop("agent_right", "source_right", "date_right")
