"""A year of one agent's shifts, drawn at once: when calls come, how long they last, what is pressed in between."""

from dataclasses import dataclass

import numpy as np

SHIFT_S = 8 * 3600.0
MOST = 96  # calls a day that are drawn; the shift's end cuts them
WAIT_S = 70.0
BREAKS_S = ((2.0 * 3600, 720.0), (4.0 * 3600, 2100.0), (6.2 * 3600, 720.0))  # about when, about how long
HOLD_PART = 0.12  # calls with hold

Floats = np.ndarray


@dataclass(frozen=True)
class Year:
    """Seconds after the day's shift began; one entry a call, ordered by day and time; `day` counts worked days from 0.

    break_start and break_end: (days, breaks). end: (days,), when the shift ends.
    """

    day: np.ndarray
    start: Floats
    end_s: Floats
    hold: Floats
    acw: Floats
    agent: Floats
    customer: Floats
    break_start: Floats
    break_end: Floats
    end: Floats


def draw(rng: np.random.Generator, days: int) -> Year:
    """`days` shifts of one agent: waits, calls, after-call work and three breaks that follow one another.

    An agent has an own pace, length of calls and share of talk; the floor is busier around eleven and on Mondays.
    """
    pace, length_s, share = rng.lognormal(0, 0.12), 390 * rng.lognormal(0, 0.12), rng.normal(0.5, 0.05)
    shape = (days, MOST)
    length = np.clip(rng.lognormal(np.log(length_s), 0.55, shape), 45, 1800)
    acw = np.clip(rng.lognormal(np.log(45), 0.6, shape), 6, 400)
    busy = np.where(np.arange(days) % 5 == 0, 0.75, 1.0)[:, None]
    wait = 3 + rng.exponential(WAIT_S * pace, shape) * busy
    began = np.cumsum(wait + length + acw, axis=1) - length - acw  # breaks not yet put in
    at = np.array([at for at, _ in BREAKS_S]) + rng.normal(0, 900, (days, len(BREAKS_S)))
    long = np.array([long for _, long in BREAKS_S]) * rng.uniform(0.85, 1.25, (days, len(BREAKS_S)))
    late = (
        began[:, :, None] - wait[:, :, None] >= at[:, None, :]
    )  # the break lies before the wait for this call
    start = began + (late * long[:, None, :]).sum(axis=2)
    keep = start + length + acw < SHIFT_S
    keep &= np.cumsum(~keep, axis=1) == 0
    first_late = np.argmax(late & keep[:, :, None], axis=1)
    taken = (late & keep[:, :, None]).any(axis=1)
    break_end = np.take_along_axis(start - wait, first_late, axis=1)
    break_start = np.where(taken, break_end - long, np.nan)
    day, _ = np.nonzero(keep)
    n = len(day)
    hold = np.where(rng.random(n) < HOLD_PART, length[keep] * rng.uniform(0.08, 0.25, n), 0.0)
    speech = (length[keep] - hold) * np.clip(rng.normal(0.86, 0.05, n), 0.6, 0.97)
    part = np.clip(rng.normal(share, 0.09, n), 0.15, 0.9)
    return Year(
        day, start[keep], start[keep] + length[keep], hold, acw[keep], speech * part, speech * (1 - part),
        break_start, np.where(taken, break_end, np.nan), np.full(days, SHIFT_S),
    )  # fmt: skip
