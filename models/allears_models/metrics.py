"""Frame measures: area under the ROC, F1, recall on bursts, delays at onsets and offsets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from allears_models.labels import Mask, bursts

Scores = npt.NDArray[np.floating] | npt.NDArray[np.integer]


def auc(scores: npt.NDArray[np.generic], truth: Mask) -> float:
    """Area under the ROC of scores against truth (ties count half); nan where a class is missing."""
    positive = int(truth.sum())
    negative = len(truth) - positive
    if not positive or not negative:
        return float("nan")
    ranks = stats.rankdata(scores)
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / positive / negative)


def f1(decision: Mask, truth: Mask) -> float:
    """F1 of decisions; nan where there is neither truth nor decision."""
    total = int(decision.sum()) + int(truth.sum())
    return float("nan") if not total else 2 * int((decision & truth).sum()) / total


def burst_recall(decision: Mask, truth: Mask, shortest: int, longest: int) -> tuple[int, int]:
    """(found, all) of the truth's bursts of shortest…longest hops; found: half of the hops are decided."""
    chosen = [(start, end) for start, end in bursts(truth) if shortest <= end - start <= longest]
    return sum(decision[start:end].mean() >= 0.5 for start, end in chosen), len(chosen)


def delays(decision: Mask, truth: Mask, edge: str, window: int = 31) -> list[int]:
    """Hops from each edge ("onset" or "offset") of bursts ≥ 12 hops after ≥ 12 quiet hops to the decision's own.

    Only edges followed within `window` hops by the decision's change are counted; 0 if it had changed before.
    """
    runs, found = bursts(truth), []
    for index, (start, end) in enumerate(runs):
        quiet_before = start - (runs[index - 1][1] if index else 0)
        quiet_after = (runs[index + 1][0] if index + 1 < len(runs) else len(truth)) - end
        if edge == "onset" and end - start >= 12 and quiet_before >= 12:
            hits = np.flatnonzero(decision[start : min(start + window, end)])
        elif edge == "offset" and end - start >= 12 and quiet_after >= 12:
            hits = np.flatnonzero(~decision[end : end + min(window, quiet_after)])
        else:
            continue
        if len(hits):
            found.append(int(hits[0]))
    return found
