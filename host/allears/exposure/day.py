"""One person's working day, and every measure of the exposure set over it. Pure: seconds and counts in, Results out."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from allears.aggregate.days import SHIFT_MS
from allears.aggregate.facts import ACD
from allears.indicators import load
from allears.indicators.result import Result, not_enough
from allears.indicators.statistics import quantile

Row = Mapping[str, Any]
CallId = tuple[str, str, int, int]  # unit, log, boot, number

WORK_LEAST_S = 1800.0
HARD_CALLS_MIN = 5
RECOVERIES_MIN = 2
SHORTEST_GAPS_MIN = 10
DRIFT_CUSTOMER_S = 600.0
DRIFT_CALL_S = 1200.0
DRIFT_CALLS_MIN = 5
JOINT_LEAST_S = 60.0
SLOT_MIN = 30


@dataclass(frozen=True)
class Site:
    """What a site decides: its limit of occupancy, its hours, its planned day, and which calls are called hard."""

    limit_pct: float = load.LIMIT_PCT
    opens_min: int = 7 * 60  # local minute of the day, a whole half-hour
    closes_min: int = 19 * 60
    weekdays: frozenset[int] = frozenset(range(5))  # Monday is 0
    planned_work_min: float = 450.0
    hard_call_s: float = 600.0
    hard_joint_part: float = 0.10


@dataclass(frozen=True)
class Day:
    """A local day of one person.

    calls: rows of facts.calls, oldest first. state: the row of day_states of the source that counts; declared: whether
    it may give an occupancy. half_hours, gaps, spell_s: of the same source. on_s, away_s: the clip on, and of that its
    pauses, breaks and off. marked: calls that the agent marked as hard.
    """

    date: dt.date
    state: Row | None
    declared: bool = False
    calls: Sequence[Row] = ()
    half_hours: Sequence[Row] = ()
    gaps_s: Sequence[float] = ()
    spell_s: float | None = None
    on_s: float = 0.0
    away_s: float = 0.0
    marked: frozenset[CallId] = field(default_factory=frozenset)

    def work_s(self) -> float:
        """Seconds of work, breaks left out: states of an imported log, else the clip on and not away."""
        if self.state is None:
            return 0.0
        if self.state["source"] == ACD:
            return math.fsum(self.state[f"{name}_s"] for name in ("call", "acw", "ready", "other"))
        return max(self.on_s - self.away_s, 0.0)


def call_id(row: Row) -> CallId:
    """Which call a row of calls or marks speaks of."""
    return row["unit"], row["log_id"], row["boot"], row["call"]


def results(day: Day, site: Site) -> dict[str, Result]:
    """Every measure of the set, by key."""
    found: dict[str, Callable[[Day, Site], Result]] = {
        "occupancy": occupancy,
        "busy-half-hours": busy_half_hours,
        "gap-median": gap_median,
        "gap-shortest": gap_shortest,
        "longest-spell": longest_spell,
        "hard-run": hard_run,
        "hard-recovery": hard_recovery,
        "after-hours": after_hours,
        "overtime": overtime,
        "voice-dose": voice_dose,
        "talk-over-drift": talk_over_drift,
        "dead-air-drift": dead_air_drift,
        "acw-drift": acw_drift,
        "cue-burden": cue_burden,
        "off-share": off_share,
    }
    return {key: measure(day, site) for key, measure in found.items()}


def occupancy(day: Day, site: Site) -> Result:
    """Occupancy of the day in %."""
    if day.state is None or not day.declared:
        return not_enough("occupancy", 0, load.LEAST_S / 60, "min in these states")
    return load.occupancy({name: day.state[f"{name}_s"] for name in (*load.DENOMINATOR, *load.EXCLUDED)})


def busy_half_hours(day: Day, site: Site) -> Result:
    """Half-hours above the site's limit in % of those with 10 min or more in the states of occupancy."""
    shares = []
    for row in day.half_hours if day.declared else ():
        base = math.fsum(row[f"{name}_s"] for name in load.DENOMINATOR)
        if base >= load.HALF_HOUR_LEAST_S:
            shares.append(100 * math.fsum(row[f"{name}_s"] for name in load.NUMERATOR) / base)
    if len(shares) < load.HALF_HOURS_MIN:
        return not_enough("busy-half-hours", len(shares), load.HALF_HOURS_MIN, "half-hours")
    over = sum(share > site.limit_pct for share in shares)
    parts = {f"over {site.limit_pct:g} %": float(over)}
    return Result("busy-half-hours", 100 * over / len(shares), len(shares), "half-hours", parts=parts)


def gap_median(day: Day, site: Site) -> Result:
    """Median gap between calls in s."""
    return replace(load.gap_between_calls(day.gaps_s), key="gap-median")


def gap_shortest(day: Day, site: Site) -> Result:
    """10th percentile of the gaps between calls in s."""
    if len(day.gaps_s) < SHORTEST_GAPS_MIN:
        return not_enough("gap-shortest", len(day.gaps_s), SHORTEST_GAPS_MIN, "gaps")
    return Result("gap-shortest", quantile(day.gaps_s, 0.1), len(day.gaps_s), "gaps")


def longest_spell(day: Day, site: Site) -> Result:
    """Longest unbroken spell in min."""
    if day.spell_s is None:
        return not_enough("longest-spell", 0, 1, "calls")
    return Result("longest-spell", day.spell_s / 60, max(len(day.calls), 1), "calls")


def is_hard(call: Row, marked: frozenset[CallId], site: Site) -> bool:
    """Whether a call counts as hard: marked by the agent, long, or with much joint speech."""
    speech = call["agent_s"] + call["customer_s"] - call["joint_s"]
    joint = speech >= JOINT_LEAST_S and call["joint_s"] / speech >= site.hard_joint_part
    return call_id(call) in marked or call["call_s"] >= site.hard_call_s or joint


def hard_run(day: Day, site: Site) -> Result:
    """Most hard calls in a row; how many there were is a part."""
    if len(day.calls) < HARD_CALLS_MIN:
        return not_enough("hard-run", len(day.calls), HARD_CALLS_MIN, "calls")
    longest = run = hard = 0
    for call in day.calls:
        run = run + 1 if is_hard(call, day.marked, site) else 0
        hard += run > 0
        longest = max(longest, run)
    return Result("hard-run", float(longest), len(day.calls), "calls", parts={"hard calls": float(hard)})


def hard_recovery(day: Day, site: Site) -> Result:
    """Median time from a hard call's end to the next call of the shift in s; a break in between counts."""
    waits = []
    for call, following in zip(day.calls, day.calls[1:], strict=False):
        wait = following["start_ms"] - call["end_ms"]
        if wait < SHIFT_MS and is_hard(call, day.marked, site):
            waits.append(max(wait, 0) / 1000)
    if len(waits) < RECOVERIES_MIN:
        return not_enough("hard-recovery", len(waits), RECOVERIES_MIN, "hard calls with a call after them")
    return Result("hard-recovery", quantile(waits, 0.5), len(waits), "hard calls")


def after_hours(day: Day, site: Site) -> Result:
    """Minutes of work in half-hours outside the site's hours; from the clip alone only calls and after-call work."""
    work = day.work_s()
    if work < WORK_LEAST_S or day.state is None:
        return not_enough("after-hours", work / 60, WORK_LEAST_S / 60, "min of work")
    names = ("call", "acw", "ready", "other") if day.state["source"] == ACD else ("call", "acw")
    outside = [
        row[f"{name}_s"]
        for row in day.half_hours
        if day.date.weekday() not in site.weekdays or not site.opens_min <= row["minute"] < site.closes_min
        for name in names
    ]
    return Result("after-hours", math.fsum(outside) / 60, work / 60, "min of work")


def overtime(day: Day, site: Site) -> Result:
    """Minutes of work beyond the planned day, 0 where there were fewer."""
    work_min = day.work_s() / 60
    if work_min < WORK_LEAST_S / 60:
        return not_enough("overtime", work_min, WORK_LEAST_S / 60, "min of work")
    parts = {"planned, s": 60 * site.planned_work_min}
    return Result(
        "overtime", max(work_min - site.planned_work_min, 0.0), work_min, "min of work", parts=parts
    )


def voice_dose(day: Day, site: Site) -> Result:
    """Minutes of the agent's speech."""
    if not day.calls:
        return not_enough("voice-dose", 0, 1, "calls")
    return Result(
        "voice-dose", math.fsum(call["agent_s"] for call in day.calls) / 60, len(day.calls), "calls"
    )


def thirds(calls: Sequence[Row]) -> tuple[list[Row], list[Row], int, int]:
    """Calls that begin in the first and in the last third from the first call's start to the last one's end.

    Beside them where the first third ends and the last begins, UTC ms.
    """
    if not calls:
        return [], [], 0, 0
    begin, end = calls[0]["start_ms"], max(call["end_ms"] for call in calls)
    first_end, last_begin = begin + (end - begin) // 3, end - (end - begin) // 3
    first = [call for call in calls if call["start_ms"] < first_end]
    return first, [call for call in calls if call["start_ms"] >= last_begin], first_end, last_begin


def _drift(key: str, day: Day, count: str, base: str, per_s: float, least_s: float, unit: str) -> Result:
    """Rate of `count` per `per_s` of `base` in the last third less that in the first."""
    first, last, _, _ = thirds(day.calls)
    early, late = (math.fsum(call[base] for call in part) for part in (first, last))
    if min(early, late) < least_s:
        return not_enough(key, min(early, late) / 60, least_s / 60, unit)
    rates = [
        per_s * math.fsum(call[count] for call in part) / seconds
        for part, seconds in ((first, early), (last, late))
    ]
    parts = {"first third": rates[0], "last third": rates[1]}
    return Result(key, rates[1] - rates[0], (early + late) / 60, unit, parts=parts)


def talk_over_drift(day: Day, site: Site) -> Result:
    """Talk-overs per 10 min of customer talk, last third of the shift less first."""
    unit = "min of customer talk in either third"
    return _drift("talk-over-drift", day, "talk_overs", "customer_s", 600.0, DRIFT_CUSTOMER_S, unit)


def dead_air_drift(day: Day, site: Site) -> Result:
    """Long joint silences per h in calls, last third of the shift less first."""
    unit = "min in calls in either third"
    return _drift("dead-air-drift", day, "dead_air_count", "call_s", 3600.0, DRIFT_CALL_S, unit)


def acw_drift(day: Day, site: Site) -> Result:
    """After-call work per call in s, last third of the shift less first; after-call work is taken by half-hour."""
    first, last, first_end, last_begin = thirds(day.calls)
    few = min(len(first), len(last)) if day.declared else 0
    if few < DRIFT_CALLS_MIN or day.state is None or day.state["acw_s"] <= 0:
        return not_enough("acw-drift", few, DRIFT_CALLS_MIN, "calls in either third")
    middle = SLOT_MIN * 30_000
    early = math.fsum(row["acw_s"] for row in day.half_hours if row["slot_ms"] + middle < first_end) / len(
        first
    )
    late = math.fsum(row["acw_s"] for row in day.half_hours if row["slot_ms"] + middle >= last_begin) / len(
        last
    )
    parts = {"first third, s": early, "last third, s": late}
    return Result("acw-drift", late - early, len(first) + len(last), "calls", parts=parts)


def cue_burden(day: Day, site: Site) -> Result:
    """Cues shown per h in calls."""
    seconds = math.fsum(call["call_s"] for call in day.calls)
    if seconds < WORK_LEAST_S:
        return not_enough("cue-burden", seconds / 60, WORK_LEAST_S / 60, "min in calls")
    cues = math.fsum(call["cues"] for call in day.calls)
    return Result("cue-burden", 3600 * cues / seconds, seconds / 60, "min in calls", parts={"cues": cues})


def off_share(day: Day, site: Site) -> Result:
    """Part of the working day in % in which the clip did not listen."""
    imported = day.state is not None and day.state["source"] == ACD
    base = day.work_s() if imported else day.on_s
    if base < WORK_LEAST_S:
        return not_enough("off-share", base / 60, WORK_LEAST_S / 60, "min of work")
    listened = min(max(day.on_s - day.away_s, 0.0), base)
    return Result("off-share", 100 * (1 - listened / base), base / 60, "min of work")
