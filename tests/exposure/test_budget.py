"""The false-signal budget, on fewer agent-months than benchmarks/exposure.py counts."""

from dataclasses import replace

from allears.exposure import budget
from allears.exposure.limits import BUDGET_PER_MONTH, LIMITS


def test_at_most_one_false_signal_an_agent_month_over_the_whole_set() -> None:
    found = budget.false_signals(seed=11, months=1500)
    assert found.months >= 1500
    assert found.rate > 0.2 and found.high <= BUDGET_PER_MONTH
    assert found.first <= BUDGET_PER_MONTH and found.later <= BUDGET_PER_MONTH


def test_the_textbooks_limits_would_break_it() -> None:
    """Guards the test above: with the limits for independent days the same simulation is far over budget."""
    textbook = replace(LIMITS, shewhart=3.0, beyond=-99.0, ewma=2.7, cusum=4.0, cap=4.0)
    assert budget.false_signals(seed=11, months=300, limits=textbook).rate > 2 * BUDGET_PER_MONTH


def test_a_known_shift_is_noticed() -> None:
    found = budget.delay(seed=12, agents=60, size=2.0)
    assert found.median_days <= 10 and found.found >= 0.85
    slow = budget.delay(seed=12, agents=60, size=2.0, ramp_days=20)
    assert found.median_days < slow.median_days <= 25
