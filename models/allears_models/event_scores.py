"""Events and cues of a call against its truth: matches, counts, and figures with bootstrap intervals by call.

A call becomes a Counter of counts and a list of cue latencies; every figure is a ratio of sums of those counts, so
that any set of calls, and any resample of it, is scored by adding up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from allears_core.params import HOP_MS
from allears_models.event_answer import Answer, Cue
from allears_models.event_truth import EVENT_KINDS, ONSET_KINDS, Event, Moment, Truth

TOLERANCES_MS = (200, 500)
NOTHING = "(nothing)"
EARLY_MS = 500  # a cue this much before the moment still means it
LATE_MS = {"talk-over": 2000, "dead-air": 2000, "monologue": 2000, "talk-share": 10000, "positive": 2000}
SHARE_EARLY_MS = 10000  # the share creeps over its limit: a few wrong hops move the crossing by seconds
EPISODE_MS = 45000  # crossings closer than the spacing between cues are one moment
HOPS_PER_HOUR = 3600 * 1000 / HOP_MS


@dataclass
class CallScore:
    """One call's counts by name, and (cue kind, ms from the moment to the decision) of every cue in its place."""

    counts: Counter[str] = field(default_factory=Counter)
    latencies: list[tuple[str, int]] = field(default_factory=list)


def match(expected: Sequence[int], found: Sequence[int], early: int, late: int) -> list[tuple[int, int]]:
    """Pairs of indices, one to one, with `-early <= found - expected <= late`: as many as can be, nearest first."""
    if not expected or not found:
        return []
    apart = np.subtract.outer(np.array(found), np.array(expected)).T
    allowed = (apart >= -early) & (apart <= late)
    cost = np.where(allowed, np.abs(apart), 1e6)
    rows, columns = linear_sum_assignment(cost)
    return [
        (int(row), int(column)) for row, column in zip(rows, columns, strict=True) if allowed[row, column]
    ]


def score_call(truth: Truth, answer: Answer) -> CallScore:
    """Hold one answer against the truth of its call."""
    score = CallScore()
    score.counts["calls"] = 1
    score.counts["hops"] = len(truth.agent)
    score.counts["talk_hops"] = truth.talk_hops
    for tolerance_ms in TOLERANCES_MS:
        _score_events(truth.events, answer.events, tolerance_ms, score.counts)
    _score_classes(truth.events, answer.events, score.counts)
    _score_hold(truth, answer, score.counts)
    for kind in LATE_MS:
        _score_cues(kind, truth.moments, answer.cues, score)
    _score_firm(truth.moments, answer.cues, score)
    score.counts["withdrawn"] = sum(cue.withdrawn for cue in answer.cues)
    _score_frames(truth, answer, score.counts)
    return score


def _score_events(expected: list[Event], found: list[Event], tolerance_ms: int, counts: Counter[str]) -> None:
    tolerance = tolerance_ms // HOP_MS
    for kind in EVENT_KINDS:
        wanted = [event for event in expected if event.kind == kind]
        given = [event for event in found if event.kind == kind]
        pairs = match(
            [event.onset for event in wanted], [event.onset for event in given], tolerance, tolerance
        )
        name = f"event/{kind}/{tolerance_ms}"
        counts[f"{name}/hit"] += len(pairs)
        counts[f"{name}/truth"] += len(wanted)
        counts[f"{name}/found"] += len(given)
        if kind == "talk-over":
            same = sum(wanted[row].subtype == given[column].subtype for row, column in pairs)
            counts[f"subtype/{tolerance_ms}/same"] += same


def _score_classes(expected: list[Event], found: list[Event], counts: Counter[str]) -> None:
    """Confusion of the onset classes: matched by onset alone, whatever the class, within the wider tolerance."""
    tolerance = TOLERANCES_MS[-1] // HOP_MS
    wanted = [event for event in expected if event.kind in ONSET_KINDS]
    given = [event for event in found if event.kind in ONSET_KINDS]
    pairs = match([event.onset for event in wanted], [event.onset for event in given], tolerance, tolerance)
    for row, column in pairs:
        counts[f"class/{wanted[row].kind}/{given[column].kind}"] += 1
    for row in set(range(len(wanted))) - {row for row, _ in pairs}:
        counts[f"class/{wanted[row].kind}/{NOTHING}"] += 1
    for column in set(range(len(given))) - {column for _, column in pairs}:
        counts[f"class/{NOTHING}/{given[column].kind}"] += 1


def _score_hold(truth: Truth, answer: Answer, counts: Counter[str]) -> None:
    """Dead air and talk-over found in hold music: a silence mostly of music, an onset within it."""
    counts["hold_hops"] = int(truth.hold.sum())
    for event in answer.events:
        within = truth.hold[event.onset : max(event.end, event.onset + 1)]
        if event.kind == "dead-air" and within.mean() > 0.5:
            counts["hold/dead-air"] += 1
        if event.kind == "talk-over" and within[:1].any():
            counts["hold/talk-over"] += 1
    wrong = [cue for cue in answer.cues if not cue.suppressed and cue.kind in ("talk-over", "dead-air")]
    counts["hold/cues"] = sum(bool(truth.hold[cue.hop]) for cue in wrong)


def episodes(moments: Sequence[Moment], kind: str) -> list[Moment]:
    """The moments of a kind; crossings of the talk share that follow closely on each other count once."""
    chosen = [moment for moment in moments if moment.kind == kind]
    if kind != "talk-share":
        return chosen
    apart = EPISODE_MS // HOP_MS
    return [
        m
        for m, before in zip(chosen, [None, *chosen], strict=False)
        if not before or m.hop - before.hop > apart
    ]


def _score_cues(kind: str, moments: list[Moment], cues: list[Cue], score: CallScore) -> None:
    """Cues that the budget suppressed are left out, with the moments that they answer."""
    wanted = episodes(moments, kind)
    given = [cue for cue in cues if cue.kind == kind]
    early_ms = SHARE_EARLY_MS if kind == "talk-share" else EARLY_MS
    pairs = match(
        [m.hop for m in wanted], [c.hop for c in given], early_ms // HOP_MS, LATE_MS[kind] // HOP_MS
    )
    right = [(row, column) for row, column in pairs if not given[column].suppressed]
    counts, name = score.counts, f"cue/{kind}"
    counts[f"{name}/right"] += len(right)
    shown = sum(not cue.suppressed for cue in given)
    counts[f"{name}/shown"] += shown
    counts[f"{name}/false"] += shown - len(right)
    counts[f"{name}/due"] += len(wanted) - (len(pairs) - len(right))
    counts[f"{name}/suppressed"] += sum(bool(cue.suppressed) for cue in given)
    counts[f"decision/{kind}/right"] += len(pairs)
    counts[f"decision/{kind}/made"] += len(given)
    counts[f"decision/{kind}/due"] += len(wanted)
    for row, column in pairs:
        score.latencies.append((kind, (given[column].hop - wanted[row].hop) * HOP_MS))


def _score_firm(moments: list[Moment], cues: list[Cue], score: CallScore) -> None:
    """Of the dead-air cues shown in their place: did those grow firm that had to, and only those."""
    soft = [moment for moment in moments if moment.kind == "dead-air"]
    firm = {moment.onset: moment.hop for moment in moments if moment.kind == "dead-air-firm"}
    given = [cue for cue in cues if cue.kind == "dead-air" and not cue.suppressed]
    late = LATE_MS["dead-air"] // HOP_MS
    for row, column in match([m.hop for m in soft], [c.hop for c in given], EARLY_MS // HOP_MS, late):
        due, made = soft[row].onset in firm, given[column].firm >= 0
        score.counts["firm/due"] += due
        score.counts["firm/made"] += made
        score.counts["firm/right"] += due and made


def _score_frames(truth: Truth, answer: Answer, counts: Counter[str]) -> None:
    for name in ("agent", "customer"):
        wanted, given = getattr(truth, name), getattr(answer, name)
        counts[f"frame/{name}/miss"] += int((wanted & ~given).sum())
        counts[f"frame/{name}/false"] += int((given & ~wanted).sum())
        counts[f"frame/{name}/speech"] += int(wanted.sum())


@dataclass(frozen=True)
class Figure:
    """A ratio of sums of counts over calls with its 95 % interval; nan where there was nothing to divide by."""

    value: float
    low: float
    high: float
    n: float  # the denominator: how many, or hours


class Summary:
    """Figures over a set of calls. The interval is a percentile bootstrap over calls; where nothing at all was
    counted it reaches to 3 / n (the rule of three)."""

    def __init__(self, scores: Sequence[CallScore], resamples: int = 1000, seed: int = 0) -> None:
        self.scores = list(scores)
        self._keys = sorted({key for score in scores for key in score.counts})
        table = [[score.counts[key] for key in self._keys] for score in scores]
        self._table = np.array(table, np.float64).reshape(len(self.scores), len(self._keys))
        rng = np.random.default_rng(seed)
        count = max(len(self.scores), 1)
        self._weights = rng.multinomial(count, np.full(count, 1 / count), resamples)[:, : len(self.scores)]

    def total(self, *keys: str) -> float:
        """Sum of some counts over all calls."""
        return float(sum(self._column(key).sum() for key in keys))

    def _column(self, key: str) -> npt.NDArray[np.float64]:
        return self._table[:, self._keys.index(key)] if key in self._keys else np.zeros(len(self.scores))

    def ratio(self, above: Sequence[str], below: Sequence[str], factor: float = 1.0) -> Figure:
        """factor · sum(above) / sum(below)."""
        over = sum(self._column(key) for key in above)
        under = sum(self._column(key) for key in below)
        total = float(np.sum(under))
        if not total:
            return Figure(float("nan"), float("nan"), float("nan"), 0.0)
        bottom = self._weights @ under
        drawn = factor * (self._weights @ over)[bottom > 0] / bottom[bottom > 0]
        low, high = np.percentile(drawn, (2.5, 97.5))
        if not np.sum(over):
            high = min(3 / total, 1.0 if factor == 1 else 3.0) * factor
        return Figure(factor * float(np.sum(over)) / total, float(low), float(high), total / factor)

    def f1(self, kind: str, tolerance_ms: int) -> Figure:
        """F1 of the events of a kind."""
        name = f"event/{kind}/{tolerance_ms}"
        return self.ratio([f"{name}/hit"] * 2, [f"{name}/truth", f"{name}/found"])

    def called(self, kind: str, wrongly: str) -> Figure:
        """Share of the truth's events of an onset class that were given another class."""
        return self.ratio(
            [f"class/{kind}/{wrongly}"], [f"class/{kind}/{name}" for name in (*ONSET_KINDS, NOTHING)]
        )

    def cue(self, kinds: Sequence[str], what: str) -> Figure:
        """precision, recall, or false: cues without a moment per hour of talk."""
        right, shown = [f"cue/{kind}/right" for kind in kinds], [f"cue/{kind}/shown" for kind in kinds]
        if what == "precision":
            return self.ratio(right, shown)
        if what == "recall":
            return self.ratio(right, [f"cue/{kind}/due" for kind in kinds])
        return self.ratio([f"cue/{kind}/false" for kind in kinds], ["talk_hops"], HOPS_PER_HOUR)

    def latency(self, kinds: Sequence[str], percent: float) -> Figure:
        """A percentile of the latencies in ms, resampled by call."""
        by_call = [[ms for kind, ms in score.latencies if kind in kinds] for score in self.scores]
        everything = np.array([ms for call in by_call for ms in call], np.float64)
        if not len(everything):
            return Figure(float("nan"), float("nan"), float("nan"), 0.0)
        owner = np.repeat(np.arange(len(by_call)), [len(call) for call in by_call])
        drawn = []
        for weights in self._weights:
            sample = np.repeat(everything, weights[owner])
            if len(sample):
                drawn.append(np.percentile(sample, percent))
        low, high = np.percentile(drawn, (2.5, 97.5))
        return Figure(
            float(np.percentile(everything, percent)), float(low), float(high), float(len(everything))
        )
