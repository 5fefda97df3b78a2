"""Decisions from logits: one hysteresis a side, and the thresholds that suit the development calls."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt

from allears_core.detect import UNDER_AGENT_Q8
from allears_models import metrics
from allears_models.labels import Mask, hysteresis

Logits = npt.NDArray[np.integer[Any]]

ON_Q8 = range(-256, 385, 64)
WIDTH_Q8 = (0, 64, 128, 256)
HOLD_BOUND = 0.028  # a little under the 3 % that is promised of the customer's side during hold music


def decide(logits: Logits, on_q8: int | Logits, off_q8: int | Logits) -> Mask:
    """Decisions (hops,) of one side's logits (hops,): starts at or above `on_q8`, stops below `off_q8`, each one
    number or one a hop."""
    return hysteresis(logits, on_q8 - 1, off_q8 - 1)


def sides(logits: Logits, thresholds: dict[str, list[int]]) -> Mask:
    """Decisions (hops, 2), agent and customer, of a call's logits (hops, 2 or more): as `allears_core.detect` takes
    them, which lowers the customer's thresholds while the agent speaks."""
    (agent_on, on), (agent_off, off) = thresholds["on_q8"], thresholds["off_q8"]
    agent = decide(logits[:, 0], agent_on, agent_off)
    lower = np.where(agent, UNDER_AGENT_Q8, 0)
    return np.stack([agent, decide(logits[:, 1], on - lower, off - lower)], 1)


def tune(logits: Logits, truth: Mask, hold: Mask, lower: Logits | int = 0) -> tuple[int, int]:
    """(on_q8, off_q8) of one side with the best F1 on calls (calls, hops) of its logits and truth, where both are
    taken `lower` by so much (one number or one a hop).

    Of the pairs, those count that decide speech on at most HOLD_BOUND of the hops in `hold` where the side is
    silent; if none does, all. The grid is coarse on purpose: the thresholds have to serve calls never seen.
    """
    quiet = hold & ~truth
    results = []
    for on, width in itertools.product(ON_Q8, WIDTH_Q8):
        decided = np.stack([decide(row, on, on - width) for row in logits + lower])
        false = float(decided[quiet].mean()) if quiet.any() else 0.0
        results.append((false <= HOLD_BOUND, metrics.f1(decided, truth), (on, on - width)))
    return max(results)[2]
