"""The control charts of many series at once: robust z, EWMA, CUSUM and run rule, each day against the days before.

A series is one measure of one person (or group): one value a worked day, NaN where there is none. Days without a
value are skipped, not filled in. Everything is one-sided: only more exposure than usual can signal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allears.exposure.limits import LIMITS, Limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAD_TO_SIGMA = 1.4826  # of a normal distribution
P90_TO_SIGMA = 1.2816
RULES = ("day", "ewma", "cusum", "run")  # bit n of Tracks.signals is rule n


@dataclass(frozen=True)
class Tracks:
    """What the charts say; arrays are (series, days), NaN where a day cannot be judged.

    centre, spread: of the baseline, in the unit of the values; n: its days. z: distance from the centre in spreads,
    positive for more exposure. day_limit: z a single day
    signals beyond. ewma and ewma_limit: in spreads. cusum: in spreads. signals: bits of RULES, 0 for none.
    """

    centre: Floats
    spread: Floats
    n: Ints
    z: Floats
    day_limit: Floats
    ewma: Floats
    ewma_limit: Floats
    cusum: Floats
    signals: Ints


def run(values: Floats, classes: Ints, direction: Floats, floor: Floats, limits: Limits = LIMITS) -> Tracks:
    """Charts of every series.

    values: (series, days). classes: (kinds, series, days) whole numbers from 0, each kind a way of telling days apart
    (weekday, shift). direction: (series,) 1 where more is more exposure, -1 where less is. floor: (series,) smallest
    spread in the unit of the values: a change below it is nobody's exposure.
    """
    state = _State(values.shape[0], classes.shape[0], direction, floor, limits)
    tracks = _empty(*values.shape)
    for day in range(values.shape[1]):
        rows = np.flatnonzero(~np.isnan(values[:, day]))
        if rows.size:
            state.step(tracks, day, rows, values[rows, day], classes[:, rows, day])
    return tracks


def _empty(series: int, days: int) -> Tracks:
    def blank() -> Floats:
        return np.full((series, days), np.nan)

    def zeros() -> Ints:
        return np.zeros((series, days), np.int64)

    return Tracks(blank(), blank(), zeros(), blank(), blank(), blank(), blank(), blank(), zeros())


class _State:
    """What the charts remember between days: the newest values of each series and the running sums."""

    def __init__(self, series: int, kinds: int, direction: Floats, floor: Floats, limits: Limits):
        self._limits = limits
        self._direction, self._floor = direction, floor
        held = limits.window + limits.guard
        self._past = np.full((series, held), np.nan)
        self._past_class = np.zeros((kinds, series, held), np.int64)
        self._seen = np.zeros(series, np.int64)
        self._ewma = np.zeros(series)
        self._steps = np.zeros(series, np.int64)
        self._cusum = np.zeros(series)
        self._run = np.zeros(series, np.int64)

    def step(self, tracks: Tracks, day: int, rows: Ints, values: Floats, classes: Ints) -> None:
        """One day of the series `rows`; classes: (kinds, rows)."""
        limits = self._limits
        judged = self._seen[rows] >= limits.first_day
        some = rows[judged]
        if some.size:
            self._judge(tracks, day, some, values[judged], classes[:, judged])
        self._past[rows] = np.roll(self._past[rows], -1, axis=1)
        self._past[rows, -1] = values
        self._past_class[:, rows] = np.roll(self._past_class[:, rows], -1, axis=2)
        self._past_class[:, rows, -1] = classes
        self._seen[rows] += 1

    def _judge(self, tracks: Tracks, day: int, rows: Ints, values: Floats, classes: Ints) -> None:
        limits = self._limits
        window = self._past[rows, : limits.window]
        window_class = self._past_class[:, rows, : limits.window]
        direction = self._direction[rows]
        centre, spread, n, most = baseline(
            window, window_class, classes, direction, self._floor[rows], limits
        )
        z = direction * (values - centre) / spread
        day_limit = np.maximum(limits.shewhart, most / spread + limits.beyond)
        signals = self._accumulate(rows, z, day_limit)
        tracks.centre[rows, day], tracks.spread[rows, day], tracks.n[rows, day] = centre, spread, n
        tracks.z[rows, day], tracks.day_limit[rows, day] = z, day_limit
        tracks.ewma[rows, day], tracks.cusum[rows, day] = self._ewma[rows], self._cusum[rows]
        tracks.ewma_limit[rows, day] = self._ewma_limit(rows)
        tracks.signals[rows, day] = signals
        self._restart(rows[signals > 0])

    def _accumulate(self, rows: Ints, z: Floats, day_limit: Floats) -> Ints:
        """Rules that fire today."""
        limits = self._limits
        capped = np.clip(z, -limits.cap, limits.cap)
        self._ewma[rows] += limits.ewma_weight * (capped - self._ewma[rows])
        self._steps[rows] += 1
        self._cusum[rows] = np.maximum(0, self._cusum[rows] + capped - limits.cusum_slack)
        self._run[rows] = np.where(z > limits.run_z, self._run[rows] + 1, 0)
        fired = (
            z > day_limit,
            self._ewma[rows] > self._ewma_limit(rows),
            self._cusum[rows] > limits.cusum,
            self._run[rows] >= limits.run_days,
        )
        return sum(
            (hit.astype(np.int64) << bit for bit, hit in enumerate(fired)), np.zeros(len(rows), np.int64)
        )

    def _ewma_limit(self, rows: Ints) -> Floats:
        """Limit that widens with the days since the chart (re)started (Montgomery, eq. 9.25)."""
        weight = self._limits.ewma_weight
        grown = 1 - (1 - weight) ** (2 * self._steps[rows])
        limit: Floats = self._limits.ewma * np.sqrt(weight / (2 - weight) * grown)
        return limit

    def _restart(self, rows: Ints) -> None:
        """After a signal the charts begin anew, so that one change is told once."""
        self._ewma[rows] = 0
        self._steps[rows] = 0
        self._cusum[rows] = 0
        self._run[rows] = 0


def baseline(
    window: Floats, window_class: Ints, today: Ints, direction: Floats, floor: Floats, limits: Limits = LIMITS
) -> tuple[Floats, Floats, Ints, Floats]:
    """(centre, spread, days, furthest) of each row's window (rows, days), NaN where it has no value.

    window_class: (kinds, rows, days), today: (kinds, rows). The centre is the median, moved by how days of today's
    class usually differ, shrunk towards nothing for a class with few days. The spread is the largest of 1.4826 MAD,
    the distance from the median to the heavier side's 90th percentile over 1.2816, and the floor; wider for a short
    baseline.
    """
    n = np.sum(~np.isnan(window), axis=1)
    centre = _quantile(window, n, 0.5)
    rest = window - centre[:, None]
    for kind in range(window_class.shape[0]):
        offsets = _class_offsets(rest, window_class[kind], limits)
        rows = np.arange(len(rest))
        rest = rest - offsets[rows[:, None], window_class[kind]]
        known = np.minimum(today[kind], offsets.shape[1] - 1)
        centre = centre + np.where(today[kind] < offsets.shape[1], offsets[rows, known], 0.0)
    middle = _quantile(rest, n, 0.5)
    around = direction[:, None] * (rest - middle[:, None])
    spread = np.maximum(
        MAD_TO_SIGMA * _quantile(np.abs(around), n, 0.5), _quantile(around, n, 0.9) / P90_TO_SIGMA
    )
    most = np.nanmax(around, axis=1)
    return centre + middle, np.maximum(spread * (1 + limits.spread_days / n), floor), n, most


def _class_offsets(rest: Floats, classes: Ints, limits: Limits) -> Floats:
    """(rows, classes): median distance of each class's days from the centre, shrunk by class_days days of nothing."""
    count = int(classes.max()) + 1
    offsets = np.zeros((len(rest), count))
    for number in range(count):
        mine = np.where(classes == number, rest, np.nan)
        days = np.sum(~np.isnan(mine), axis=1)
        some = np.flatnonzero(days)
        if some.size:
            usual = _quantile(mine[some], days[some], 0.5)
            offsets[some, number] = usual * days[some] / (days[some] + limits.class_days)
    return offsets


def _quantile(values: Floats, n: Ints, part: float) -> Floats:
    """Quantile of each row's `n` values, linear between order statistics; NaN are left out (they sort last)."""
    ordered = np.sort(values, axis=1)
    at = (n - 1) * part
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, n - 1)
    rows = np.arange(len(values))
    low, high = ordered[rows, below], ordered[rows, above]
    result: Floats = low + (high - low) * (at - below)
    return result
