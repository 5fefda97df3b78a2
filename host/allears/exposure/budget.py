"""Measures of the charts themselves: false signals where nothing changed, and delays where something did."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.exposure import engine, simulate
from allears.exposure.catalogue import MEASURES, Measure
from allears.exposure.engine import RULES
from allears.exposure.limits import LIMITS, MONTH_DAYS, Limits

SIGNALLING = tuple(measure for measure in MEASURES if measure.signals)
MONTHS = 5  # of each simulated person: charts begin early in the second, as they do for a new agent
_BATCH = 500  # people at once: keeps memory small
_DAYS = MONTHS * MONTH_DAYS
_BEFORE, _AFTER = 70, 42  # days before and after a known change


@dataclass(frozen=True)
class FalseSignals:
    """months: agent-months on which at least one chart was judged. rate: signals of all charts an agent-month; a
    measure that signals by several rules on one day counts once. low, high: 95 % interval over people. first, later:
    rates in a person's first judged month and from the third on. by_rule, by_measure: parts of the rate."""

    months: float
    rate: float
    low: float
    high: float
    first: float
    later: float
    by_rule: dict[str, float]
    by_measure: dict[str, float]


@dataclass(frozen=True)
class Delay:
    """Of the charts of all people and measures: median_days to the first signal after the change, in days with a
    value (inf where half of them never signal), and found: part that signal within a month of worked days."""

    median_days: float
    found: float


def false_signals(
    seed: int, months: int, limits: Limits = LIMITS, memory: tuple[float, float] = simulate.MEMORY
) -> FalseSignals:
    """Simulate people without any change until `months` agent-months are judged."""
    rng = np.random.default_rng(seed)
    counted: list[np.ndarray] = []  # per person: months, signals, first-month and later ones, rules, measures
    while sum(part[:, 0].sum() for part in counted) < months:
        crew = simulate.draw(rng, SIGNALLING, _BATCH, _DAYS, memory=memory)
        counted.append(_count(crew, limits))
    table = np.concatenate(counted)
    total, signals = table[:, 0].sum(), table[:, 1].sum()
    rate = signals / total
    error = (
        1.96 * np.sqrt(np.sum((table[:, 1] - rate * table[:, 0]) ** 2)) / total
    )  # ratio estimate over people
    rules = table[:, 6 : 6 + len(RULES)].sum(axis=0) / total
    measures = table[:, 6 + len(RULES) :].sum(axis=0) / total
    return FalseSignals(
        float(total), float(rate), float(rate - error), float(rate + error),
        float(table[:, 3].sum() / table[:, 2].sum()), float(table[:, 5].sum() / table[:, 4].sum()),
        {name: float(part) for name, part in zip(RULES, rules, strict=True)},
        {measure.key: float(part) for measure, part in zip(SIGNALLING, measures, strict=True)},
    )  # fmt: skip


def _count(crew: simulate.Crew, limits: Limits) -> np.ndarray:
    agents, measures, days = crew.values.shape
    tracks = judge(crew, SIGNALLING, limits)
    bits = tracks.signals.reshape(agents, measures, days)
    judged = (tracks.n.reshape(agents, measures, days) > 0).any(axis=1)
    number = np.cumsum(judged, axis=1)
    fired = (bits > 0).sum(axis=1)
    first, later = judged & (number <= MONTH_DAYS), judged & (number > 2 * MONTH_DAYS)
    columns = [judged.sum(axis=1) / MONTH_DAYS, fired.sum(axis=1)]
    for part in (first, later):
        columns += [part.sum(axis=1) / MONTH_DAYS, (fired * part).sum(axis=1)]
    columns += [(bits >> bit & 1).sum(axis=(1, 2)) for bit in range(len(RULES))]
    columns += [(bits[:, at] > 0).sum(axis=1) for at in range(measures)]
    return np.stack(columns, axis=1)


def judge(crew: simulate.Crew, measures: Sequence[Measure], limits: Limits = LIMITS) -> engine.Tracks:
    """Charts of everybody, series in the order (person, measure)."""
    agents, count, days = crew.values.shape
    laid_out = [measure.scale.forward(crew.values[:, at]) for at, measure in enumerate(measures)]
    return engine.run(
        np.stack(laid_out, axis=1).reshape(agents * count, days),
        np.repeat(crew.classes, count, axis=1),
        np.tile([float(measure.direction) for measure in measures], agents),
        np.tile([measure.floor for measure in measures], agents),
        limits,
    )


def delay(seed: int, agents: int, size: float, ramp_days: int = 1, limits: Limits = LIMITS) -> Delay:
    """Delay after every measure moves by `size` day-to-day spreads, at once or over `ramp_days`."""
    days = _BEFORE + _AFTER
    moved = size * np.clip(np.arange(1 - _BEFORE, days - _BEFORE + 1) / ramp_days, 0, 1)
    crew = simulate.draw(
        np.random.default_rng(seed), SIGNALLING, agents, days, np.tile(moved, (len(SIGNALLING), 1))
    )
    fired = judge(crew, SIGNALLING, limits).signals.reshape(crew.values.shape)[:, :, _BEFORE:] > 0
    number = np.cumsum(~np.isnan(crew.values[:, :, _BEFORE:]), axis=2)
    first = np.where(
        fired.any(axis=2), np.take_along_axis(number, fired.argmax(axis=2)[..., None], 2)[..., 0], np.inf
    )
    return Delay(float(np.median(first)), float((first <= MONTH_DAYS).mean()))
