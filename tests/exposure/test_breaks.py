"""Break alignment against a day worked out by hand."""

import datetime as dt

import pytest

from allears.exposure.breaks import Shift, alignment

M = 60_000
DAY = dt.date(2026, 3, 2)


def people(*breaks: tuple[int, int], length: int = 100) -> list[Shift]:
    """One person a break, all from minute 0 to `length`."""
    return [Shift(0, length * M, ((start * M, end * M),)) for start, end in breaks]


def test_shared_minutes_by_hand() -> None:
    # Breaks of 20 min at 0, 10, 50, 70 and 70: 10 + 10 shared by the first two, 20 + 20 by the last two, of 100.
    shifts = people((0, 20), (10, 30), (50, 70), (70, 90), (70, 90))
    result = alignment({DAY + dt.timedelta(days=n): shifts for n in range(4)}, 5)
    assert result.value == pytest.approx(60)
    assert result.n == 20
    # By chance: somebody of four others rests, each a fifth of the time: 1 - 0.8^4.
    assert result.parts["by chance, %"] == pytest.approx(100 * (1 - 0.8**4))
    assert result.parts["break time, s"] == 4 * 100 * 60


def test_days_with_few_people_and_few_breaks_are_not_enough() -> None:
    few = people((0, 20), (0, 20), (0, 20), (0, 20))
    assert alignment({DAY: few * 6}, 5).n == 24
    assert alignment({DAY: few}, 5).missing == "not enough data: 0 of 20 breaks"
    assert alignment({}, 5).value is None


def test_all_together_and_never_together() -> None:
    together = {DAY: people(*[(10, 20)] * 20)}
    apart = {DAY: people(*[(5 * n, 5 * n + 5) for n in range(20)])}
    assert alignment(together, 5).value == 100
    assert alignment(apart, 5).value == 0
