"""Nothing costs more than firmware/budget.toml says. A change that does cost more states it there, in the same commit:
python benchmarks/chip.py --write-budget."""

import pytest
from targetbench import figures

MARGIN_PCT = 2


def test_kernels_within_budget(chip):
    allowed = figures.budget()[chip.name]
    measured = {**figures.kernels(chip), **figures.sizes(chip)}
    mine = {name: limit for name, limit in allowed.items() if name in measured}
    assert len(mine) > 5
    assert figures.passed(measured, mine, MARGIN_PCT) == []


@pytest.mark.timeout(600)
def test_turns_within_budget(m33):
    allowed = figures.budget()["m33"]
    measured = figures.turns(m33)
    mine = {name: limit for name, limit in allowed.items() if name in measured}
    assert len(mine) > 5
    assert figures.passed(measured, mine, MARGIN_PCT) == []
    # Only a record may ask anything of the heap, be it given back at once.
    assert measured["turns_without_record"] > 0.98 * figures.TURNS
    assert measured["bytes_asked_without_record"] == 0


def test_a_passed_budget_would_be_noticed():
    assert figures.passed({"a": 102, "b": 5}, {"a": 100, "b": 5}, MARGIN_PCT) == []
    assert figures.passed({"a": 103}, {"a": 100, "c": 1}, MARGIN_PCT) == [
        "a is 103, the budget is 100",
        "c was not measured",
    ]
