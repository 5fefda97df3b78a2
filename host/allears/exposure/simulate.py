"""Agents without any change, and agents with a known one: made-up days to measure false signals and delays by.

The days are harder on the charts than textbook noise: each day hangs on the one before, the measures of one person
hang together, tails are heavy or skewed, some measures are zero on most days, weekdays and shifts differ, people are
away for single days and for holidays, and some measures lack a value on many days.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allears.exposure.catalogue import Measure
from allears.exposure.engine import Floats, Ints

FACTOR = 0.4  # part of a day's fresh noise that one person's measures share
MEMORY = (0.0, 0.6)  # correlation of a day with the worked day before, drawn for each person and measure
WEEKDAY, SHIFT = 0.5, 0.5  # how much weekdays and shifts differ, in day-to-day sigma
AWAY = 0.04  # chance of a single day away
HOLIDAY = 1 / 60  # chance that a holiday begins on a day
HOLIDAY_DAYS = (5, 16)
ALTERNATES = 0.3  # part of the people whose shift changes every week
WEEK_DAYS = 5


@dataclass(frozen=True)
class Habit:
    """Days of one measure: `shape` of the noise, its middle and day-to-day spread in the measure's unit.

    Middle and spread differ between people by a fifth. lacking: part of the days without a value.
    """

    shape: str
    middle: float
    spread: float
    lacking: float = 0.0


# heavy: Student's t with 5 degrees of freedom; log: log-normal; counts: Poisson over a mean that moves; halves: busy
# half-hours of a day's; rare: zero on three days in four.
HABITS = {
    "occupancy": Habit("heavy", 78, 5),
    "busy-half-hours": Habit("halves", 40, 14, 0.05),
    "gap-median": Habit("log", 75, 25),
    "gap-shortest": Habit("log", 14, 6, 0.05),
    "longest-spell": Habit("log", 125, 35),
    "hard-run": Habit("counts", 1.6, 0.95),
    "hard-recovery": Habit("log", 70, 40, 0.3),
    "after-hours": Habit("rare", 0, 35),
    "overtime": Habit("rare", 0, 30),
    "voice-dose": Habit("normal", 88, 20),
    "talk-over-drift": Habit("heavy", 0.1, 1.2, 0.15),
    "dead-air-drift": Habit("heavy", 0.2, 2.5, 0.1),
    "acw-drift": Habit("heavy", 1, 9, 0.05),
    "cue-burden": Habit("counts", 2.2, 1.15),
    "off-share": Habit("rare", 0, 8),
}
_HALVES = 15  # half-hours of a day
_COUNTED = 2  # a count is one over so many hours or halves of a day


@dataclass(frozen=True)
class Crew:
    """values: (agents, measures, days) in each measure's unit, NaN where there is none; worked: (agents, days).

    classes: (2, agents, days), weekday and shift.
    """

    values: Floats
    classes: Ints
    worked: NDArray[np.bool_]


def draw(
    rng: np.random.Generator,
    measures: Sequence[Measure],
    agents: int,
    days: int,
    shift: Floats | float = 0.0,
    memory: tuple[float, float] = MEMORY,
) -> Crew:
    """Seeded days of people whose work does not change, but for `shift`.

    shift: (measures, days) or a number: what is added in day-to-day sigma towards more exposure. memory: range of the
    correlation from one worked day to the next.
    """
    noise = _noise(rng, (agents, len(measures)), days, memory)
    weekday = np.broadcast_to(np.arange(days) % WEEK_DAYS, (agents, days))
    late = np.where(rng.random(agents) < ALTERNATES, 1, 0)[:, None] * ((np.arange(days) // WEEK_DAYS) % 2)
    size = (agents, len(measures))
    noise = noise + rng.normal(0, WEEKDAY, (*size, WEEK_DAYS))[:, :, np.arange(days) % WEEK_DAYS]
    noise = noise + rng.normal(0, SHIFT, size)[:, :, None] * late[:, None]
    added = np.broadcast_to(np.asarray(shift, float), (len(measures), days))
    values = np.empty_like(noise)
    for at, measure in enumerate(measures):
        habit = HABITS[measure.key]
        person = rng.uniform(0.8, 1.25, (agents, 1))
        values[:, at] = _shaped(rng, habit, noise[:, at], measure.direction * added[at], person)
    worked = ~_away(rng, agents, days)
    lacking = np.array([HABITS[measure.key].lacking for measure in measures])
    gone = ~worked[:, None] | (rng.random(values.shape) < lacking[None, :, None])
    return Crew(np.where(gone, np.nan, values), np.stack([weekday, late]), worked)


def _noise(rng: np.random.Generator, size: tuple[int, int], days: int, memory: tuple[float, float]) -> Floats:
    """Standard normal days, correlated from day to day and from measure to measure; size: (agents, measures)."""
    kept = rng.uniform(*memory, size)
    common = rng.normal(size=(size[0], days))
    noise = np.empty((*size, days))
    state = rng.normal(size=size)
    for day in range(days):
        fresh = np.sqrt(FACTOR) * common[:, day, None] + np.sqrt(1 - FACTOR) * rng.normal(size=size)
        state = kept * state + np.sqrt(1 - kept**2) * fresh
        noise[:, :, day] = state
    return noise


def _shaped(rng: np.random.Generator, habit: Habit, noise: Floats, added: Floats, person: Floats) -> Floats:
    """Values of one measure, (agents, days), from standard noise.

    added: (days,) in the measure's own day-to-day spread; person: (agents, 1) factor of middle and spread.
    """
    middle, spread = habit.middle * person, habit.spread
    if habit.shape == "heavy":
        return middle + spread * person * (noise / np.sqrt(rng.chisquare(5, noise.shape) / 5) + added)
    if habit.shape == "log":
        return middle * np.exp(habit.spread / habit.middle * (noise + added))
    if habit.shape == "counts":
        mean = np.maximum(middle * (1 + 0.2 * noise) + spread * added, 0.05)
        return rng.poisson(mean * _COUNTED) / _COUNTED
    if habit.shape == "halves":
        share = np.clip((middle + spread * (0.6 * noise + added)) / 100, 0.02, 0.98)
        return 100 * rng.binomial(_HALVES, share) / _HALVES
    if habit.shape == "rare":
        return spread * person * np.maximum(noise + added - 0.75, 0)
    return middle + spread * (noise + added)


def _away(rng: np.random.Generator, agents: int, days: int) -> NDArray[np.bool_]:
    away = rng.random((agents, days)) < AWAY
    for agent, day in np.argwhere(rng.random((agents, days)) < HOLIDAY):
        away[agent, day : day + rng.integers(*HOLIDAY_DAYS)] = True
    return away
