"""Decisions from logits: one hysteresis a side, and the thresholds that suit the development calls."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from allears_models import metrics
from allears_models.labels import Mask, hysteresis

ON_Q8 = range(-256, 385, 64)
WIDTH_Q8 = (0, 64, 128, 256)
HOLD_BOUND = 0.028  # a little under the 3 % that is promised of the customer's side during hold music


def decide(logits: npt.NDArray[np.int16], on_q8: int, off_q8: int) -> Mask:
    """Decisions (hops,) of one side's logits (hops,), as `allears_core.detect` takes them: starts at or above
    `on_q8`, stops below `off_q8`."""
    return hysteresis(logits, on_q8 - 1, off_q8 - 1)


def tune(logits: npt.NDArray[np.int16], truth: Mask, hold: Mask) -> tuple[int, int]:
    """(on_q8, off_q8) of one side with the best F1 on calls (calls, hops) of its logits and truth.

    Of the pairs, those count that decide speech on at most HOLD_BOUND of the hops in `hold` where the side is
    silent; if none does, all. The grid is coarse on purpose: the thresholds have to serve calls never seen.
    """
    quiet = hold & ~truth
    results = []
    for on, width in itertools.product(ON_Q8, WIDTH_Q8):
        decided = np.stack([decide(row, on, on - width) for row in logits])
        false = float(decided[quiet].mean()) if quiet.any() else 0.0
        results.append((false <= HOLD_BOUND, metrics.f1(decided, truth), (on, on - width)))
    return max(results)[2]
