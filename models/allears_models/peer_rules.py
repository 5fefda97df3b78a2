"""From another detector's scores to decisions: one threshold a side, with or without an energy-ratio gate in front.

Thresholds and gates are the best for the calls they are fitted on, so a table on those calls favours the peers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allears_models import metrics, peers

Scores = npt.NDArray[np.float32]
Ratios = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """A detector's threshold for agent and customer, and the gate of each in dB (None: no gate)."""

    name: str
    detector: str
    thresholds: tuple[float, float]
    gates_db: tuple[float, float] | None


def scores_of(detector: str, audio: list[npt.NDArray[np.int16]]) -> Scores:
    """Scores (calls, hops, 2) of calls of one length, int16 (samples, 2) each."""
    if detector == "Silero VAD":
        flat = peers.silero_batch(np.concatenate([pcm.T for pcm in audio]))
        return flat.reshape(len(audio), 2, -1).transpose(0, 2, 1)
    one = peers.DETECTORS[detector]
    return np.stack([np.stack([one(pcm[:, side].copy()) for side in range(2)], 1) for pcm in audio])


def ratios_of(audio: list[npt.NDArray[np.int16]]) -> Ratios:
    """Mouth over ear level (calls, hops) in dB, as the gate reads it."""
    return np.stack([peers.level_ratio_db(pcm) for pcm in audio])


def fit(detector: str, scores: Scores, ratios: Ratios, speech: Mask) -> list[Rule]:
    """The detector's best rule without and with a gate for calls whose truth is `speech` (calls, hops, 2)."""
    plain = tuple(best_threshold(scores[..., side], speech[..., side]) for side in range(2))
    gates = tuple(best_gate(scores[..., side], ratios, speech[..., side], side) for side in range(2))
    behind = tuple(
        best_threshold(peers.gated(scores[..., side], ratios, side, gates[side]), speech[..., side])
        for side in range(2)
    )
    return [
        Rule(detector, detector, (plain[0], plain[1]), None),
        Rule(detector + " + gate", detector, (behind[0], behind[1]), (gates[0], gates[1])),
    ]


def judge(rule: Rule, scores: Scores, ratios: Ratios) -> tuple[Scores, Mask]:
    """(scores, decisions), each (calls, hops, 3): agent, customer, and both where both sides are."""
    sides = [scores[..., side] for side in range(2)]
    if rule.gates_db is not None:
        sides = [peers.gated(sides[side], ratios, side, rule.gates_db[side]) for side in range(2)]
    decided = [sides[side] >= rule.thresholds[side] for side in range(2)]
    return (
        np.stack([*sides, np.minimum(sides[0], sides[1])], 2),
        np.stack([*decided, decided[0] & decided[1]], 2),
    )


def best_threshold(scores: Scores, truth: Mask) -> float:
    """The threshold with the best F1, out of 49 quantiles of the scores."""
    levels = np.unique(np.quantile(scores, np.linspace(0.02, 0.98, 49)))
    return float(max(levels, key=lambda level: np.nan_to_num(metrics.f1(scores >= level, truth))))


def best_gate(scores: Scores, ratios: Ratios, truth: Mask, side: int) -> float:
    """The gate in dB that gives one side's scores the highest AUC."""

    def value(limit: float) -> float:
        return metrics.auc(peers.gated(scores, ratios, side, limit).ravel(), truth.ravel())

    return max((float(limit) for limit in peers.GATE_RANGE_DB), key=value)
