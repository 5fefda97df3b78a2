"""Erlang B, C and A against tables, a published case, the chain itself, and what must hold for any queue."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.staffing import erlang

LOADS = st.floats(0.05, 150)
AGENTS = st.integers(1, 160)


@pytest.mark.parametrize(
    ("load", "agents", "lost"),
    # Values that every table of Erlang B prints.
    [(1, 1, 0.5), (2, 2, 0.4), (5, 10, 0.0184), (10, 10, 0.2146), (20, 30, 0.0085), (100, 117, 0.0098)],
)
def test_erlang_b_is_the_tables(load: float, agents: int, lost: float) -> None:
    assert erlang.blocked(load, agents) == pytest.approx(lost, abs=5e-5)


def test_erlang_c_of_a_single_agent_is_the_load_and_of_two_is_by_hand() -> None:
    assert erlang.waiting(0.6, 1) == pytest.approx(0.6)
    # Two agents, load 1: B = 1/5, C = B / (1 - 0.5 (1 - B)) = 1/3.
    assert erlang.waiting(1, 2) == pytest.approx(1 / 3)
    assert erlang.mean_wait_s(1, 2, 300) == pytest.approx(100)
    assert erlang.within(1, 2, 30, 300) == pytest.approx(1 - math.exp(-0.1) / 3)


def test_more_load_than_agents_makes_everybody_wait_without_end() -> None:
    assert erlang.waiting(5, 5) == 1 and erlang.within(5, 5, 1e6, 300) == 0
    assert erlang.mean_wait_s(6, 5, 300) == math.inf


def test_garnett_mandelbaum_and_reiman_2002() -> None:
    """Their comparison: 50 agents, 48 calls a minute, 1 min service; patience without end, and of 2 min."""
    assert erlang.mean_wait_s(48, 50, 60) == pytest.approx(20.8, abs=0.05)
    assert erlang.within(48, 50, 58.1, 60) == pytest.approx(0.9, abs=5e-4)
    assert 48 / 60 * erlang.mean_wait_s(48, 50, 60) == pytest.approx(17, abs=0.5)
    queue = erlang.Impatient(48, 50, 60, 120)
    assert queue.abandons == pytest.approx(0.031, abs=5e-4)
    assert queue.mean_wait_s == pytest.approx(3.7, abs=0.05)
    assert 48 / 60 * queue.mean_wait_s == pytest.approx(3, abs=0.5)
    assert queue.occupancy == pytest.approx(0.93, abs=5e-3)


def chain(load: float, agents: int, aht_s: float, patience_s: float) -> tuple[float, float, float]:
    """P(wait), P(abandon), occupancy from the birth-and-death chain itself."""
    rate, weights = load / aht_s, [1.0]
    while weights[-1] > 1e-18 * sum(weights) or len(weights) < load + agents:
        n = len(weights)
        weights.append(weights[-1] * rate / (min(n, agents) / aht_s + max(n - agents, 0) / patience_s))
    total = math.fsum(weights)
    queue = math.fsum(w * (n - agents) for n, w in enumerate(weights) if n > agents) / total
    busy = math.fsum(w * min(n, agents) for n, w in enumerate(weights)) / total
    return math.fsum(weights[agents:]) / total, queue / patience_s / rate, busy / agents


@pytest.mark.parametrize("load", [0.3, 4.0, 9.5, 12.0, 30.0])
@pytest.mark.parametrize("patience_s", [5, 120, 3000])
def test_erlang_a_is_the_chain(load: float, patience_s: float) -> None:
    queue = erlang.Impatient(load, 10, 300, patience_s)
    assert (queue.wait, queue.abandons, queue.occupancy) == pytest.approx(
        chain(load, 10, 300, patience_s), rel=1e-9
    )


@pytest.mark.parametrize("seconds", [0, 7, 20, 90])
def test_erlang_a_answers_in_time_as_the_waits_of_the_chain_say(seconds: float) -> None:
    """The wait of a patient caller who finds k ahead is k + 1 exponentials; summed here by small steps."""
    load, agents, aht_s, patience_s = 11.0, 10, 300.0, 200.0
    step, steps = 0.02, round(seconds / 0.02)
    queue = erlang.Impatient(load, agents, aht_s, patience_s)
    density = queue.wait * queue._served * math.exp(-queue._log_a)
    answered = 0.0
    for n in range(steps):
        t = (n + 0.5) * step
        height = density * math.exp(
            load / aht_s * patience_s * (1 - math.exp(-t / patience_s)) - agents / aht_s * t
        )
        answered += height * math.exp(-t / patience_s) * step
    assert queue.within(seconds) == pytest.approx(1 - queue.wait + answered, abs=1e-6)


def test_callers_of_endless_patience_are_those_of_erlang_c() -> None:
    queue = erlang.Impatient(20, 25, 300, 1e7)
    assert queue.wait == pytest.approx(erlang.waiting(20, 25), rel=1e-3)
    assert queue.within(20) == pytest.approx(erlang.within(20, 25, 20, 300), rel=1e-3)


@given(LOADS, AGENTS, st.floats(20, 1000), st.floats(1, 5000), st.floats(0, 600))
def test_parts_are_parts_and_what_is_offered_is_answered_or_lost(
    load: float, agents: int, aht_s: float, patience_s: float, seconds: float
) -> None:
    queue = erlang.Impatient(load, agents, aht_s, patience_s)
    for part in (queue.wait, queue.abandons, queue.occupancy, queue.within(seconds)):
        assert 0 <= part <= 1
    assert queue.within(seconds) <= queue.within(seconds + 10) + 1e-9
    assert queue.within(1e7) == pytest.approx(1 - queue.abandons, abs=1e-6)
    more = erlang.Impatient(load, agents + 1, aht_s, patience_s)
    assert more.abandons <= queue.abandons + 1e-9 and more.within(seconds) >= queue.within(seconds) - 1e-9


@given(LOADS, AGENTS, st.floats(20, 1000), st.floats(0, 600))
def test_one_agent_more_never_makes_it_worse(load: float, agents: int, aht_s: float, seconds: float) -> None:
    assert erlang.waiting(load, agents + 1) <= erlang.waiting(load, agents)
    assert erlang.within(load, agents + 1, seconds, aht_s) >= erlang.within(load, agents, seconds, aht_s)


@pytest.mark.parametrize(
    "numbers", [(-1, 3, 1, 1), (0, 3, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, -2), (math.nan, 1, 1, 1)]
)
def test_impossible_numbers_are_refused(numbers: tuple[float, int, float, float]) -> None:
    with pytest.raises(ValueError):
        erlang.Impatient(*numbers)
