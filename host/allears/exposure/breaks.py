"""Break alignment of a team: how much of its break time is spent with a colleague on break too, against chance."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allears.exposure.engine import Floats
from allears.indicators.result import Definition, Result, not_enough

BREAKS_MIN = 20
MINUTE_MS = 60_000

ALIGNMENT = Definition(
    "break-alignment", "Breaks taken together", "% of break time",
    "minutes of break (of 5 min or more) in which at least one other of the group is on break too / minutes of break; "
    "beside it what chance alone would give, were everybody's breaks of the same length anywhere in their shift",
    "20 breaks on days with five people or more",
    "breaks aligned within a team went with shorter handling times: Waber et al., Productivity Through Coffee Breaks",
)  # fmt: skip


@dataclass(frozen=True)
class Shift:
    """One person's shift of one day, UTC ms, and the breaks in it as (start, end)."""

    start_ms: int
    end_ms: int
    breaks: tuple[tuple[int, int], ...]


def alignment(days: Mapping[dt.date, Sequence[Shift]], least_people: int) -> Result:
    """Break alignment over days on which `least_people` people or more worked."""
    together = chance = total = 0.0
    breaks = 0
    for shifts in days.values():
        if len(shifts) < least_people:
            continue
        worked, resting = _minutes(shifts)
        breaks += sum(len(shift.breaks) for shift in shifts)
        total += resting.sum()
        together += (resting * (resting.sum(axis=0) > 1)).sum()
        chance += _by_chance(worked, resting)
    if breaks < BREAKS_MIN or total == 0:
        return not_enough(ALIGNMENT.key, breaks, BREAKS_MIN, "breaks")
    parts = {"by chance, %": 100 * chance / total, "break time, s": 60 * total}
    return Result(ALIGNMENT.key, 100 * together / total, breaks, "breaks", parts=parts)


def _minutes(shifts: Sequence[Shift]) -> tuple[Floats, Floats]:
    """(people, minutes) of 0 and 1: at work or on break within the shift, and on break."""
    begin = min(shift.start_ms for shift in shifts) // MINUTE_MS
    end = -(-max(shift.end_ms for shift in shifts) // MINUTE_MS)
    worked = np.zeros((len(shifts), end - begin))
    resting = np.zeros_like(worked)
    for row, shift in enumerate(shifts):
        worked[row, shift.start_ms // MINUTE_MS - begin : -(-shift.end_ms // MINUTE_MS) - begin] = 1
        for start, stop in shift.breaks:
            resting[row, round(start / MINUTE_MS) - begin : round(stop / MINUTE_MS) - begin] = 1
    return worked, resting * worked


def _by_chance(worked: Floats, resting: Floats) -> float:
    """Minutes of break that would be shared if each person rested the same time at random minutes of their shift."""
    part = resting.sum(axis=1) / np.maximum(worked.sum(axis=1), 1)
    shared = 0.0
    for row in range(len(worked)):
        others = np.delete(worked * part[:, None], row, axis=0)
        someone = 1 - np.prod(1 - others, axis=0)
        shared += part[row] * (worked[row] * someone).sum()
    return float(shared)
