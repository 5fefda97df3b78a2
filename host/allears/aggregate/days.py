"""Agent-days: what the half-hours and the calls add up to, with gaps and unbroken spells."""

import ibis
import ibis.expr.types as ir

from allears.aggregate.facts import BREAK_MS, REST_STATES, Facts

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
    halves = facts.half_hours
    kinds = [name for name in halves.columns if name.endswith("_s")]
    days = halves.group_by("agent", "team", "source", "date").agg(
        **{kind: (halves[kind] * 1000).round().cast("int64").sum() / 1000.0 for kind in kinds}
    )
    pressed = facts.on_date(facts.dated("states", "hop").filter(ibis._.source == "button"))
    presses = pressed.group_by("agent", "date").agg(presses=ibis._.count())
    joined = days.left_join(presses, ["agent", "date"])
    return joined.select(*days.columns, presses=joined.presses.fill_null(0))


def day_calls(facts: Facts) -> ir.Table:
    """Sums over the calls that began on a local date, by agent."""
    calls = facts.on_date(facts.calls)
    sums = {name: calls[name].sum() for name in _SUMS}
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
    spells = work.group_by("agent", "source", "spell").agg(
        start_ms=work.start_ms.min(where=work.is_call), end_ms=work.end_ms.max(where=work.is_call)
    )
    spells = facts.on_date(spells.filter(spells.start_ms.notnull()))
    longest = spells.group_by("agent", "source", "date").agg(
        longest_spell_s=((spells.end_ms - spells.start_ms) / 1000.0).max(),
        last_spell_ms=spells.start_ms.max(),
    )
    gapped = gaps(facts)
    gap_sums = gapped.group_by("agent", "source", "date").agg(
        gaps=gapped.count(), median_gap_s=gapped.gap_s.median()
    )
    joined = longest.left_join(gap_sums, ["agent", "source", "date"])
    return joined.select(*longest.columns, gaps=joined.gaps.fill_null(0), median_gap_s=joined.median_gap_s)


def gaps(facts: Facts) -> ir.Table:
    """Every gap between two calls of one shift without a break in between, with the call it leads to."""
    work = facts.kept(_work)
    kept = work.filter(work.gap_ms > SAME_CALL_MS, work.gap_ms < SHIFT_MS)
    return kept.select("agent", "source", "date", "minute", "start_ms", gap_s=kept.gap_ms / 1000.0)


def rests(facts: Facts) -> ir.Table:
    """Every real break: agent, source, date, start_ms, end_ms."""
    work = facts.kept(_work)
    return work.filter(~work.is_call).select("agent", "source", "date", "start_ms", "end_ms")


def _work(facts: Facts) -> ir.Table:
    """Calls and real breaks in order, numbered by spell; gap_ms before a call that follows a call."""
    spans = facts.spans
    is_call = spans.state == "call"
    rest = spans.state.isin(REST_STATES) & (spans.end_ms - spans.start_ms >= BREAK_MS)
    marked = facts.on_date(
        spans.filter(is_call | rest).mutate(is_call=ibis._.state == "call").drop("state", "team")
    )
    rested = marked.filter(~marked.is_call).select("agent", "source", "date").distinct()
    marked = marked.left_join(rested.mutate(has_rest=True), ["agent", "source", "date"])
    marked = marked.drop("agent_right", "source_right", "date_right")
    order = ibis.window(group_by=["agent", "source"], order_by=["start_ms", "end_ms"])
    marked = marked.mutate(
        before_ms=marked.end_ms.lag().over(order), after_call=marked.is_call.lag().over(order)
    )
    gap = marked.start_ms - marked.before_ms
    ends = ~marked.is_call | (marked.has_rest.isnull() & (gap >= BREAK_MS)) | (gap >= SHIFT_MS)
    marked = marked.mutate(
        gap_ms=ibis.ifelse(marked.is_call & marked.after_call, gap, ibis.null("int64")),
        rested=ends.fill_null(False).cast("int64"),
    )
    running = ibis.window(group_by=["agent", "source"], order_by=["start_ms", "end_ms"], following=0)
    return marked.mutate(spell=marked.rested.sum().over(running))


def agent_days(facts: Facts) -> ir.Table:
    """One row an agent, source and local date: states, exposure and, for the clip's rows, the calls' sums."""
    states, exposure = day_states(facts), day_exposure(facts)
    calls = day_calls(facts).mutate(source=ibis.literal("clip")).drop("team", "call_s")
    days = states.left_join(exposure, ["agent", "source", "date"]).drop(
        "agent_right", "source_right", "date_right"
    )
    joined = days.left_join(calls, ["agent", "source", "date"])
    return joined.drop("agent_right", "source_right", "date_right")
