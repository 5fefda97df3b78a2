"""Charts against a case worked out by hand, and what must hold for every series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from allears.exposure import engine
from allears.exposure.limits import LIMITS

NAN = np.nan
# Ten baseline days, five of guard, then today. Median 5.5, MAD 2.5; the 90th percentile is 9.1.
BASELINE = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
SPREAD = 1.4826 * 2.5 * (1 + 4 / 10)


def run(values: list[float], direction: float = 1.0, floor: float = 0.1) -> engine.Tracks:
    row = np.array([values])
    classes = np.zeros((1, *row.shape), np.int64)
    return engine.run(row, classes, np.array([direction]), np.array([floor]))


def test_the_sixteenth_day_is_the_first_that_is_judged() -> None:
    tracks = run([*BASELINE, 5, 5, 5, 5, 5, 16.5])
    assert np.isnan(tracks.z[0, :15]).all() and tracks.n[0, 15] == 10
    assert tracks.centre[0, 15] == pytest.approx(5.5)
    assert tracks.spread[0, 15] == pytest.approx(SPREAD)
    assert tracks.z[0, 15] == pytest.approx(11 / SPREAD)  # 2.12
    assert tracks.ewma[0, 15] == pytest.approx(0.2 * 2.0)  # capped at 2
    assert tracks.ewma_limit[0, 15] == pytest.approx(3.8 * 0.2)
    assert tracks.cusum[0, 15] == pytest.approx(2.0 - 0.5)
    assert tracks.signals[0, 15] == 0


def test_a_day_signals_when_it_is_far_out_and_beyond_every_day_before() -> None:
    at = 5.5 + 4.6 * SPREAD
    assert run([*BASELINE, 5, 5, 5, 5, 5, at]).signals[0, 15] == 1
    assert run([*BASELINE, 5, 5, 5, 5, 5, 5.5 + 4.4 * SPREAD]).signals[0, 15] == 0
    # One day of the baseline has been as far out: the same value is nothing new.
    assert run([*BASELINE[:-1], at, 5, 5, 5, 5, 5, at]).signals[0, 15] == 0


def test_a_lasting_change_signals_once_and_begins_anew() -> None:
    flat = [*BASELINE, *BASELINE[::-1], 5, 6, 5, 6, 5]
    tracks = run([*flat, *[13.0] * 12])
    days = np.flatnonzero(tracks.signals[0])
    assert len(days) >= 1 and days[0] > len(flat)
    assert tracks.signals[0, days[0]] & 0b1110  # a slow chart, not a single day
    assert tracks.cusum[0, days[0] + 1] <= LIMITS.cap - LIMITS.cusum_slack


def test_less_exposure_never_signals() -> None:
    flat = [*BASELINE, *BASELINE[::-1]]
    assert not run([*flat, *[-40.0] * 10]).signals.any()
    assert run([*flat, *[-40.0] * 10], direction=-1.0).signals.any()


def test_the_run_rule_counts_days_in_a_row() -> None:
    quiet = [*BASELINE, *BASELINE[::-1], *[5.5] * 12]
    tracks = run([*quiet, *[9.8] * 6])
    assert ((tracks.z[0, -6:] > 1) & (tracks.z[0, -6:] < 1.5)).all()
    assert list(tracks.signals[0, -6:]) == [0, 0, 0, 0, 0, 1 << engine.RULES.index("run")]


def test_a_weekday_that_is_always_heavier_is_usual_for_that_weekday() -> None:
    days = 35
    weekday = np.arange(days) % 5
    values = np.array([[10.0 + (n % 3) + 8 * (n % 5 == 0) for n in range(days)]])
    told = engine.run(values, weekday[None, None, :], np.ones(1), np.full(1, 0.1))
    plain = engine.run(values, np.zeros((1, 1, days), np.int64), np.ones(1), np.full(1, 0.1))
    monday, tuesday = 30, 31
    # Six Mondays of the baseline lie 7 or 8 higher than the other days; half of it is believed (6 days of doubt).
    assert told.centre[0, monday] - told.centre[0, tuesday] == pytest.approx(4, abs=1)
    assert plain.centre[0, monday] - plain.centre[0, tuesday] == pytest.approx(0, abs=0.5)


def test_a_measure_that_never_moves_takes_the_floor_for_its_spread() -> None:
    tracks = run([0.0] * 20 + [0.4], floor=2.0)
    assert tracks.spread[0, 20] == 2.0
    assert tracks.z[0, 20] == pytest.approx(0.2)


series = arrays.arrays(float, (3, 45), elements=st.one_of(st.just(NAN), st.floats(-50, 50, width=32)))


def of(values: np.ndarray, classes: np.ndarray | None = None) -> engine.Tracks:
    kinds = np.zeros((1, *values.shape), np.int64) if classes is None else classes
    return engine.run(values, kinds, np.ones(len(values)), np.full(len(values), 0.5))


@settings(max_examples=40, deadline=None)
@given(series, st.integers(20, 44))
def test_a_day_knows_nothing_of_later_days_and_a_series_nothing_of_another(
    values: np.ndarray, upto: int
) -> None:
    whole, part, alone = of(values), of(values[:, :upto]), of(values[1:2])
    for name in ("z", "ewma", "cusum", "signals"):
        np.testing.assert_array_equal(getattr(whole, name)[:, :upto], getattr(part, name))
        np.testing.assert_array_equal(getattr(whole, name)[1:2], getattr(alone, name))


@settings(max_examples=40, deadline=None)
@given(series)
def test_days_without_a_value_are_skipped_and_not_filled_in(values: np.ndarray) -> None:
    row = values[:1]
    kept = row[:, ~np.isnan(row[0])]
    if kept.size:
        np.testing.assert_allclose(of(row).z[:, ~np.isnan(row[0])], of(kept).z)
    assert np.isnan(of(row).z[:, np.isnan(row[0])]).all()


@settings(max_examples=40, deadline=None)
@given(series, st.floats(-20, 20))
def test_only_the_distance_from_usual_counts(values: np.ndarray, moved: float) -> None:
    np.testing.assert_allclose(of(values).z, of(values + moved).z, atol=1e-6)
    assert np.nanmin(of(values).spread, initial=1) >= 0.5
    assert np.nanmin(of(values).cusum, initial=0) >= 0
