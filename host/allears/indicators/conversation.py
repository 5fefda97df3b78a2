"""Conversation measures of one call, one day or any sum of calls. Pure functions; speech in seconds."""

from collections.abc import Sequence

from allears.indicators.result import Result, not_enough
from allears.indicators.statistics import poisson_interval, quantile, weighted_median

SHARE_MIN_S = 60.0
RATE_MIN_S = 1800.0
ACKNOWLEDGEMENT_MIN_S = 600.0
RESPONSES_MIN = 10
OPENINGS_MIN = 5


def talk_share(agent_s: float, customer_s: float) -> Result:
    """Agent's part of all speech in %, joint speech counted for both (the clip's live rule)."""
    speech = agent_s + customer_s
    parts = {"agent's speech, s": agent_s, "customer's speech, s": customer_s}
    if speech < SHARE_MIN_S:
        return not_enough("talk-share", speech, SHARE_MIN_S, "s of speech", parts)
    return Result("talk-share", 100 * (agent_s / speech), speech, "s of speech", parts=parts)


def talk_share_union(agent_s: float, conversation_s: float) -> Result:
    """Agent's speech in % of the conversation, first to last word; with the other side it need not add up to 100."""
    parts = {"agent's speech, s": agent_s, "conversation, s": conversation_s}
    if conversation_s < SHARE_MIN_S:
        return not_enough("talk-share-union", conversation_s, SHARE_MIN_S, "s of conversation", parts)
    return Result(
        "talk-share-union", 100 * (agent_s / conversation_s), conversation_s, "s of conversation", parts=parts
    )


def talk_over_rate(talk_overs: int, customer_s: float) -> Result:
    """Talk-overs per 10 min of customer talk."""
    return _rate("talk-over-rate", "talk-overs", talk_overs, customer_s, 600.0, RATE_MIN_S)


def acknowledgement_rate(acknowledgements: int, customer_s: float) -> Result:
    """Acknowledgements per minute of customer talk."""
    return _rate(
        "acknowledgement-rate", "acknowledgements", acknowledgements, customer_s, 60.0, ACKNOWLEDGEMENT_MIN_S
    )


def _rate(
    key: str,
    what: str,
    count: int,
    seconds: float,
    per_s: float,
    least_s: float,
    names: tuple[str, str] = ("customer's speech, s", "min of customer talk"),
) -> Result:
    """`count` per `per_s` of `seconds` with its exact interval; names: of the seconds as a part and as n."""
    part, unit = names
    parts = {what: float(count), part: seconds}
    if seconds < least_s:
        return not_enough(key, seconds / 60, least_s / 60, unit, parts)
    low, high = (limit * per_s / seconds for limit in poisson_interval(count))
    return Result(key, count * per_s / seconds, seconds / 60, unit, low=low, high=high, parts=parts)


def dead_air(count: int, seconds: float, calls: int) -> Result:
    """Number of long joint silences; their seconds and the calls they were in are parts."""
    parts = {"silence, s": seconds, "calls": float(calls)}
    if calls < 1:
        return not_enough("dead-air", 0, 1, "calls", parts)
    return Result("dead-air", float(count), calls, "calls", parts=parts)


def dead_air_rate(count: int, call_s: float) -> Result:
    """Long joint silences per hour in calls."""
    return _rate(
        "dead-air-rate", "silences", count, call_s, 3600.0, RATE_MIN_S, ("in calls, s", "min in calls")
    )


def longest_monologue(longest_s: Sequence[float]) -> Result:
    """Longest talk of the agent; longest_s: the longest of each call."""
    if not longest_s:
        return not_enough("longest-monologue", 0, 1, "calls")
    return Result("longest-monologue", max(longest_s), len(longest_s), "calls")


def response_gap(gaps_s: Sequence[float], responses: Sequence[int], key: str = "response-gap") -> Result:
    """Median over calls of each call's gap, weighted by its responses.

    key: `response-gap` for the calls' medians, `response-gap-p90` for their 90th percentiles.
    """
    total = sum(responses)
    if total < RESPONSES_MIN:
        return not_enough(key, total, RESPONSES_MIN, "responses")
    return Result(key, weighted_median(gaps_s, responses), total, "responses")


def opening(whole: Sequence[bool], first_word_s: Sequence[float], share_pct: Sequence[float]) -> Result:
    """How many openings were left whole; medians of first word and share in the first 20 s are parts."""
    parts = {}
    if first_word_s:
        parts["agent's first word, s"] = quantile(first_word_s, 0.5)
    if share_pct:
        parts["talk share in the first 20 s, %"] = quantile(share_pct, 0.5)
    if len(whole) < OPENINGS_MIN:
        return not_enough("opening", len(whole), OPENINGS_MIN, "calls", parts)
    return Result("opening", 100 * sum(whole) / len(whole), len(whole), "calls", parts=parts)
