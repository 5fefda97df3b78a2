"""Working days drawn at random: when calls come, how long they last, what happens in them. Numpy, seeded."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from allears.history.people import Person

SHIFT_S = 8.5 * 3600.0
# Load of the floor by hour of the day: the mean wait between calls is this times _WAIT_S.
_WAIT_S = 98.0
_BUSY = {8: 1.3, 9: 0.85, 10: 0.55, 11: 0.6, 12: 0.95, 13: 0.9, 14: 0.6, 15: 0.65, 16: 0.9, 17: 1.3, 18: 1.6}
_MONDAY = 0.75  # Mondays are busier
# Breaks by seconds into the shift: (about when, about how long).
_BREAKS = ((2.0 * 3600, 720.0), (4.1 * 3600, 2100.0), (6.4 * 3600, 720.0))
_LUNCH_S = 1500.0  # a longer break is never skipped
_SKIPPED = 0.15  # chance that a short one is

Floats = np.ndarray


@dataclass
class Day:
    """One shift in seconds after its start; arrays have one entry a call."""

    date: dt.date
    start: Floats
    length: Floats
    hold: Floats
    acw: Floats
    customer: Floats
    agent: Floats
    breaks: list[tuple[float, float]]
    end: float


def draw_day(rng: np.random.Generator, person: Person, date: dt.date) -> Day:
    """A shift of `person`: calls, after-call work, waits and three breaks that follow one another without overlap."""
    most = 200
    lengths = np.clip(rng.lognormal(np.log(255), 0.55, most), 45, 1500)
    works = np.clip(rng.lognormal(np.log(38), 0.6, most), 6, 300)
    waits = rng.exponential(1.0, most)
    starts, breaks, now, used = [], [], float(rng.uniform(30, 240)), 0
    pending = [(at + rng.normal(0, 900), length * rng.uniform(0.85, 1.25)) for at, length in _BREAKS]
    pending = [taken for taken in pending if taken[1] > _LUNCH_S or rng.random() > _SKIPPED]
    while used < most:
        if pending and now >= pending[0][0]:
            _, length = pending.pop(0)
            breaks.append((now, now + length))
            now += length
        hour = int(person.start_h + now / 3600)
        busy = _BUSY.get(hour, 1.6) * (_MONDAY if date.weekday() == 0 else 1.0) / person.pace
        now += 3 + waits[used] * _WAIT_S * busy
        if now + lengths[used] + works[used] > SHIFT_S:
            break
        starts.append(now)
        now += lengths[used] + works[used]
        used += 1
    return _day(rng, person, date, np.array(starts), lengths[:used], works[:used], breaks)


def _day(
    rng: np.random.Generator,
    person: Person,
    date: dt.date,
    starts: Floats,
    lengths: Floats,
    works: Floats,
    breaks: list[tuple[float, float]],
) -> Day:
    n = len(starts)
    hold = np.where(rng.random(n) < 0.12, lengths * rng.uniform(0.08, 0.25, n), 0.0)
    speech = (lengths - hold) * np.clip(rng.normal(0.86, 0.05, n), 0.6, 0.97)
    share = np.clip(rng.normal(person.share, 0.09, n), 0.15, 0.9)
    end = min(max(starts[-1] + lengths[-1] + works[-1] + 60, SHIFT_S), SHIFT_S + 900)
    return Day(date, starts, lengths, hold, works, speech * (1 - share), speech * share, breaks, float(end))


@dataclass
class Happenings:
    """Events of one day's calls, one entry an event, in order of call and onset; seconds after the call's start."""

    call: np.ndarray
    kind: np.ndarray
    onset: Floats
    duration: Floats
    overlap: Floats


# kind -> (name, mean duration s, spread of its logarithm, overlap as a part of the duration)
_KINDS = (
    ("acknowledgement", 0.45, 0.35, 0.8),
    ("early-answer", 0.9, 0.4, 0.35),
    ("talk-over", 3.4, 0.5, 0.45),
    ("simultaneous-start", 0.8, 0.3, 0.5),
    ("overlap-other", 0.7, 0.4, 0.6),
    ("dead-air", 8.0, 0.4, 0.0),
    ("monologue", 72.0, 0.2, 0.0),
    ("loud-customer", 2.5, 0.4, 0.0),
)
KIND_NAMES = tuple(kind[0] for kind in _KINDS)


def draw_happenings(rng: np.random.Generator, person: Person, day: Day, progress: float) -> Happenings:
    """What happens in the calls of `day`; progress: 0 at the first day of the history, 1 at its last."""
    minutes = day.customer / 60
    talk_overs = person.talk_overs_per_10_min * (1 + (person.improving - 1) * progress)
    rates = (
        person.acknowledgements_per_min * minutes,
        0.32 * minutes,
        talk_overs / 10 * minutes,
        0.12 * minutes,
        0.25 * minutes,
        0.05 * day.length / 60,
        0.35 * (day.agent > 120) * person.share,
        0.02 * minutes,
    )
    calls, kinds = [], []
    for number, rate in enumerate(rates):
        counts = rng.poisson(rate)
        calls.append(np.repeat(np.arange(len(counts)), counts))
        kinds.append(np.full(counts.sum(), number))
    call, kind = np.concatenate(calls), np.concatenate(kinds)
    _, mean, spread, part = (np.array(column) for column in zip(*_KINDS, strict=True))
    duration = mean[kind] * rng.lognormal(0, spread[kind])
    duration = np.where(kind == 0, np.minimum(duration, 0.99), duration)
    duration = np.minimum(duration, day.length[call] * 0.5)
    onset = rng.uniform(2, np.maximum(day.length[call] - duration - 1, 2.1))
    order = np.lexsort((onset, call))
    return Happenings(call[order], kind[order], onset[order], duration[order], (duration * part[kind])[order])
