"""The what-if against the table of the domain, by hand, and for any demand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.staffing import Demand, gap_between_calls_s, needed, scheduled, staffed, what_if

# Calls an hour at 300 s, 80 % in 20 s: load, agents, occupancy, agents when capped at 85 %.
TABLE = [
    (40, 3.3, 6, 55.6, 6),
    (150, 12.5, 17, 73.5, 17),
    (240, 20.0, 25, 80.0, 25),
    (360, 30.0, 36, 83.3, 36),
    (600, 50.0, 57, 87.7, 59),
    (900, 75.0, 83, 90.4, 89),
]


@pytest.mark.parametrize(("calls", "load", "agents", "occupancy", "capped"), TABLE)
def test_the_table(calls: int, load: float, agents: int, occupancy: float, capped: int) -> None:
    plan = what_if(Demand(calls, 300))
    assert round(plan.demand.load, 1) == load
    assert plan.target.agents == agents and round(plan.target.occupancy_pct, 1) == occupancy
    assert plan.capped.agents == capped and plan.capped.occupancy_pct <= 85


@pytest.mark.parametrize(
    ("aht_s", "occupancy", "gap_s"),
    [
        (300, 0.75, 100),
        (300, 0.85, 53),
        (300, 0.90, 33),
        (300, 0.95, 16),
        (180, 0.85, 32),
        (180, 0.9, 20),
        (180, 0.95, 9),
    ],
)
def test_the_gap_between_calls(aht_s: float, occupancy: float, gap_s: float) -> None:
    assert round(gap_between_calls_s(aht_s, occupancy)) == gap_s


def test_too_few_agents_have_no_wait_that_could_be_told() -> None:
    now = staffed(Demand(360, 300), 30)
    assert (now.occupancy_pct, now.gap_s, now.within_pct, now.wait_s) == (100, 0, 0, None)


def test_where_callers_hang_up_fewer_are_needed_and_the_lost_are_told() -> None:
    patient, impatient = needed(Demand(600, 300)), needed(Demand(600, 300, patience_s=120))
    assert impatient.agents < patient.agents
    assert patient.abandoned_pct is None and impatient.abandoned_pct is not None
    assert 0 < impatient.abandoned_pct < 10


@given(st.floats(1, 3000), st.floats(30, 900), st.floats(0, 99), st.sampled_from([None, 60.0, 300.0]))
def test_as_few_as_needed_and_not_one_fewer(
    calls: float, aht_s: float, answer_pct: float, patience_s: float | None
) -> None:
    demand = Demand(calls, aht_s, answer_pct, patience_s=patience_s)
    for cap in (100, 85):
        found = needed(demand, cap)
        assert found.within_pct >= answer_pct and found.occupancy_pct <= cap
        if found.agents > 1:
            fewer = staffed(demand, found.agents - 1)
            assert fewer.within_pct < answer_pct or fewer.occupancy_pct > cap


def test_shrinkage_is_added_on_top() -> None:
    assert (scheduled(70, 30), scheduled(71, 30), scheduled(10, 0)) == (100, 102, 10)


@pytest.mark.parametrize("wrong", [(0, 300), (100, -1), (1e6, 1e5)])
def test_impossible_demand_is_refused(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError):
        Demand(*wrong)
