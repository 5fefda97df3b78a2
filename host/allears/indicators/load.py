"""Load and exposure: how much of the time is taken, and how little of it is rest. Pure functions."""

from collections.abc import Mapping, Sequence

from allears.indicators.result import Result, not_enough
from allears.indicators.statistics import quantile

LEAST_S = 1800.0
GAPS_MIN = 5
HALF_HOURS_MIN = 10
HALF_HOUR_LEAST_S = 600.0
LIMIT_PCT = 85.0
# The state map of occupancy; every other state is excluded and printed.
NUMERATOR = ("call", "acw")
DENOMINATOR = (*NUMERATOR, "ready")
EXCLUDED = ("break", "pause", "other", "off")


def call_time_share(call_s: float, on_s: float, not_worn_s: float) -> Result:
    """Time in calls in % of the time the clip was on; not_worn_s: pause, break and off within it."""
    listening = on_s - not_worn_s
    parts = {"in calls, s": call_s, "clip on, s": on_s, "pause, break and off, s": not_worn_s}
    if listening < LEAST_S:
        return not_enough("call-time-share", max(listening, 0) / 60, LEAST_S / 60, "min on", parts)
    return Result("call-time-share", 100 * (call_s / listening), listening / 60, "min on", parts=parts)


def share(
    key: str,
    numerator_s: float,
    denominator_s: float,
    excluded_s: Mapping[str, float],
    least_s: float = LEAST_S,
) -> Result:
    """numerator / denominator in %, with both and all that is in neither; no value under least_s of denominator."""
    excluded = {f"excluded {state}, s": seconds for state, seconds in excluded_s.items()}
    parts = {"numerator, s": numerator_s, "denominator, s": denominator_s, **excluded}
    if denominator_s < least_s:
        return not_enough(key, denominator_s / 60, least_s / 60, "min in these states", parts)
    return Result(key, 100 * (numerator_s / denominator_s), denominator_s / 60, "min", parts=parts)


def occupancy(states_s: Mapping[str, float], least_s: float = LEAST_S) -> Result:
    """Occupancy in % from seconds by state (call, acw, ready, break, pause, other, off)."""
    numerator = sum(states_s.get(state, 0.0) for state in NUMERATOR)
    denominator = sum(states_s.get(state, 0.0) for state in DENOMINATOR)
    excluded = {state: states_s[state] for state in EXCLUDED if states_s.get(state)}
    return share("occupancy", numerator, denominator, excluded, least_s)


def busy_half_hours(half_hours: Sequence[Mapping[str, float]]) -> Result:
    """Part of the half-hours whose occupancy is above 85 %, in %; half-hours of less than 10 min do not count."""
    found = [occupancy(states, HALF_HOUR_LEAST_S).value for states in half_hours]
    shares = [value for value in found if value is not None]
    if len(shares) < HALF_HOURS_MIN:
        return not_enough("busy-half-hours", len(shares), HALF_HOURS_MIN, "half-hours")
    over = sum(value > LIMIT_PCT for value in shares)
    percent = 100 * over / len(shares)
    return Result("busy-half-hours", percent, len(shares), "half-hours", parts={"over 85 %": float(over)})


def gap_between_calls(gaps_s: Sequence[float]) -> Result:
    """Median gap between calls in s; its 10th percentile is a part."""
    if len(gaps_s) < GAPS_MIN:
        return not_enough("gap-between-calls", len(gaps_s), GAPS_MIN, "gaps")
    parts = {"shortest tenth up to, s": quantile(gaps_s, 0.1)}
    return Result("gap-between-calls", quantile(gaps_s, 0.5), len(gaps_s), "gaps", parts=parts)


def longest_spell(spells_s: Sequence[float]) -> Result:
    """Longest unbroken spell in min over the agent-days whose longest spells are given."""
    if not spells_s:
        return not_enough("longest-spell", 0, 1, "days")
    return Result("longest-spell", max(spells_s) / 60, len(spells_s), "days")


def since_break(
    newest_call_end_ms: int | None, break_end_ms: int | None, spell_start_ms: int | None
) -> Result:
    """Minutes from the last real break (or, without one, from the spell's first call) to the newest call's end."""
    began = break_end_ms if break_end_ms is not None else spell_start_ms
    if newest_call_end_ms is None or began is None:
        return not_enough("since-break", 0, 1, "calls")
    return Result("since-break", max(newest_call_end_ms - began, 0) / 60_000, 1, "calls")
