"""Decisions from logits: one hysteresis a side, and the thresholds that suit the development calls."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from allears_models import metrics
from allears_models.labels import Mask, hysteresis

ON_Q8 = range(-256, 385, 64)
WIDTH_Q8 = (0, 128, 256, 384)


def decide(logits: npt.NDArray[np.int16], on_q8: int, off_q8: int) -> Mask:
    """Decisions (hops,) of one side's logits (hops,), as `allears_core.detect` takes them: starts at or above
    `on_q8`, stops below `off_q8`."""
    return hysteresis(logits, on_q8 - 1, off_q8 - 1)


def tune(logits: npt.NDArray[np.int16], truth: Mask) -> tuple[int, int]:
    """(on_q8, off_q8) with the best F1 on calls (calls, hops) of one side's logits and truth.

    The grid is coarse on purpose (a quarter of a logit): the thresholds have to serve calls never seen.
    """
    best, chosen = -1.0, (0, 0)
    for on, width in itertools.product(ON_Q8, WIDTH_Q8):
        score = metrics.f1(np.stack([decide(row, on, on - width) for row in logits]), truth)
        if score > best:
            best, chosen = score, (on, on - width)
    return chosen
