"""What must hold for every input: limits enclose the value, order does not matter, nothing comes from nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.indicators import conversation, formulas, load
from allears.indicators.definitions import BY_KEY
from allears.indicators.statistics import poisson_interval, quantile, weighted_median

seconds = st.floats(0, 1e6)
values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@given(st.integers(0, 400))
def test_poisson_limits_have_the_probability_they_promise(count: int) -> None:
    low, high = poisson_interval(count)
    assert low <= count <= high

    def at_most(n: int, mean: float) -> float:
        return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n + 1))

    assert at_most(count, high) == pytest.approx(0.025, abs=1e-9)
    if count:
        assert at_most(count - 1, low) == pytest.approx(0.975, abs=1e-9)


@given(values)
def test_quantiles_lie_within_the_values_and_ignore_order(found: list[float]) -> None:
    for part in (0.0, 0.1, 0.5, 1.0):
        assert min(found) <= quantile(found, part) <= max(found)
        assert quantile(found, part) == quantile(found[::-1], part)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 5)), min_size=1, max_size=20))
def test_a_weighted_median_is_the_lower_median_of_the_repeated_values(pairs: list[tuple[int, int]]) -> None:
    repeated = sorted(value for value, weight in pairs for _ in range(weight))
    wanted = repeated[(len(repeated) - 1) // 2]
    assert weighted_median([p[0] for p in pairs], [p[1] for p in pairs]) == wanted


@given(seconds, seconds)
def test_shares_stay_between_0_and_100(agent_s: float, customer_s: float) -> None:
    result = conversation.talk_share(agent_s, customer_s)
    assert (result.value is None) == bool(result.missing)
    assert result.value is None or 0 <= result.value <= 100


@given(st.integers(0, 300), st.floats(1800, 1e6))
def test_a_rate_lies_within_its_interval_and_more_talk_narrows_it(count: int, customer_s: float) -> None:
    once = conversation.talk_over_rate(count, customer_s)
    twice = conversation.talk_over_rate(2 * count, 2 * customer_s)
    assert once.low is not None and once.high is not None and once.value is not None
    assert once.low <= once.value <= once.high
    assert twice.high is not None and twice.high < once.high


@given(st.dictionaries(st.sampled_from(["call", "acw", "ready", "break", "pause", "off", "other"]), seconds))
def test_occupancy_ignores_excluded_states(states: dict[str, float]) -> None:
    result = load.occupancy(states)
    counted = {state: s for state, s in states.items() if state in load.DENOMINATOR}
    assert result.value == load.occupancy(counted).value
    assert result.value is None or 0 <= result.value <= 100 + 1e-9


@given(st.permutations([1.0, 5.0, 9.0, 30.0, 77.0, 3.0]))
def test_order_of_gaps_does_not_matter(gaps: list[float]) -> None:
    assert load.gap_between_calls(gaps).value == 7.0


def test_every_result_has_a_definition() -> None:
    no_time = formulas.Times({}, {}, 0, 0)
    made = [
        conversation.talk_share(1, 1), conversation.talk_share_union(1, 1), conversation.talk_over_rate(0, 1),
        conversation.acknowledgement_rate(0, 1), conversation.dead_air(0, 0, 0), conversation.dead_air_rate(0, 0),
        conversation.longest_monologue([]),
        conversation.response_gap([], []), conversation.response_gap([], [], "response-gap-p90"),
        conversation.opening([], [], []), load.occupancy({}), load.call_time_share(0, 0, 0),
        load.busy_half_hours([]), load.gap_between_calls([]), load.longest_spell([]), load.since_break(None, None, 1),
        formulas.handle_time(no_time), formulas.after_call_work(no_time), formulas.utilisation(no_time),
        formulas.shrinkage(no_time),
    ]  # fmt: skip
    assert {result.key for result in made} == set(BY_KEY)
    assert all(result.missing for result in made)
