"""Drift charts as data: each day's value beside what is usual, the slow lines, and what signals."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.exposure import engine
from allears.exposure.catalogue import Measure
from allears.exposure.engine import RULES, Ints
from allears.exposure.limits import LIMITS, Limits
from allears.indicators.result import Result


@dataclass(frozen=True)
class Signal:
    """A day on which a chart left its limits. rules: which of engine.RULES said so."""

    key: str
    date: dt.date
    rules: tuple[str, ...]
    value: float
    centre: float
    z: float


@dataclass(frozen=True)
class Point:
    """One worked day of a chart, in the measure's unit unless said.

    n, n_unit: what the value rests on. The rest is None until there is a baseline. centre: what is usual on such a
    day. usual: the range one spread to either side. limit: a single day beyond it signals. slow: EWMA, slow_limit: its
    limit. z, cusum: in spreads. baseline_days: days of the baseline. rules: which rules signal, empty for none.
    """

    date: dt.date
    value: float
    n: float
    n_unit: str
    centre: float | None = None
    usual: tuple[float, float] | None = None
    limit: float | None = None
    slow: float | None = None
    slow_limit: float | None = None
    z: float | None = None
    cusum: float | None = None
    baseline_days: int = 0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """One measure over time, oldest day first; `missing` says why nothing can be judged yet, empty if it can."""

    measure: Measure
    points: tuple[Point, ...]
    missing: str
    cusum_limit: float = LIMITS.cusum

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Days that signal, oldest first; none for a measure that never does."""
        return tuple(
            Signal(self.measure.key, point.date, point.rules, point.value, point.centre, point.z)
            for point in self.points
            if point.rules and point.centre is not None and point.z is not None
        )

    def document(self) -> dict[str, object]:
        """For `--json`: plain types."""
        return {
            "key": self.measure.key,
            "direction": "more" if self.measure.direction > 0 else "less",
            "signals": self.measure.signals,
            "context": self.measure.context,
            "missing": self.missing or None,
            "points": [_point_document(point) for point in self.points],
        }


def _point_document(point: Point) -> dict[str, object]:
    usual = list(point.usual) if point.usual else None
    return {**vars(point), "date": point.date.isoformat(), "usual": usual, "rules": list(point.rules)}


@dataclass(frozen=True)
class DayResults:
    """What the charts are fed: one worked day's results by key, and its classes (weekday, shift)."""

    date: dt.date
    results: dict[str, Result]
    shift: int = 0


def build(
    days: Sequence[DayResults], measures: Sequence[Measure], limits: Limits = LIMITS
) -> tuple[Chart, ...]:
    """Charts of `measures` over `days` (oldest first), all judged in one pass."""
    values = np.full((len(measures), len(days)), np.nan)
    for column, day in enumerate(days):
        for row, measure in enumerate(measures):
            value = day.results[measure.key].value if measure.key in day.results else None
            values[row, column] = np.nan if value is None else value
    laid_out = np.stack([measure.scale.forward(values[row]) for row, measure in enumerate(measures)])
    tracks = engine.run(
        laid_out,
        classes_of(days, len(measures)),
        np.array([float(measure.direction) for measure in measures]),
        np.array([measure.floor for measure in measures]),
        limits,
    )
    return tuple(_chart(measure, days, tracks, row, limits) for row, measure in enumerate(measures))


def classes_of(days: Sequence[DayResults], series: int) -> Ints:
    """(2, series, days): weekday and shift of each day, the same for every series."""
    kinds = np.array([[day.date.weekday() for day in days], [day.shift for day in days]], np.int64)
    return np.repeat(kinds[:, None, :], series, axis=1)


def _chart(
    measure: Measure, days: Sequence[DayResults], tracks: engine.Tracks, row: int, limits: Limits
) -> Chart:
    points = tuple(
        _point(measure, day, tracks, row, column)
        for column, day in enumerate(days)
        if measure.key in day.results and day.results[measure.key].value is not None
    )
    needed = limits.first_day + 1
    missing = ""
    if len(points) < needed:
        missing = f"not enough data: {len(points)} of {needed} worked days"
    return Chart(measure, points, missing, limits.cusum)


def _point(measure: Measure, day: DayResults, tracks: engine.Tracks, row: int, column: int) -> Point:
    result = day.results[measure.key]
    assert result.value is not None
    if np.isnan(tracks.z[row, column]):
        return Point(day.date, result.value, result.n, result.n_unit)
    centre, spread = tracks.centre[row, column], tracks.spread[row, column] * measure.direction

    def at(z: float) -> float:
        return measure.scale.back(float(centre + spread * z))

    low, high = sorted((at(-1.0), at(1.0)))
    bits = int(tracks.signals[row, column]) if measure.signals else 0
    return Point(
        day.date,
        result.value,
        result.n,
        result.n_unit,
        centre=measure.scale.back(float(centre)),
        usual=(low, high),
        limit=at(tracks.day_limit[row, column]),
        slow=at(tracks.ewma[row, column]),
        slow_limit=at(tracks.ewma_limit[row, column]),
        z=float(tracks.z[row, column]),
        cusum=float(tracks.cusum[row, column]),
        baseline_days=int(tracks.n[row, column]),
        rules=tuple(name for bit, name in enumerate(RULES) if bits >> bit & 1),
    )
