"""How far the switchboard's clock is from the clips', from the calls that both saw.

Calls of the same agent are cross-correlated: every difference between a call's begin (and end) on the clip and on the
switchboard votes for an offset, and the true one collects a vote from every call while others get chance votes only.
A clip's call runs from the first word to the last and so lies inside the switchboard's: its begin is late, its end
early. The offset is taken from the middles, and its limits hold both what begins and what ends say, and half a second
where the switchboard writes whole ones.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

REACH_MS = 13 * 3_600_000  # a zone taken for another is off by at most 12 h or 13 h
CALLS_MIN = 10
CLEAR = 2.0  # the winner needs so many times the votes of any other offset
_WINDOW_MS = 8_000
_ASIDE_MS = 60_000  # other peaks count from so far from the winner
_APART_MS = 30_000  # begins and ends of one call further apart than this are not the same call's
_MOST_CALLS = 4_000  # of the switchboard, a voter each; more add time, not certainty

Calls = Sequence[tuple[int, int]]
Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Offset:
    """What to add to the switchboard's times to make them the clips', in ms.

    low_ms, high_ms: limits. calls: calls on which it rests. missing: why there is no estimate, empty if there is one;
    the others are 0 then.
    """

    ms: int = 0
    low_ms: int = 0
    high_ms: int = 0
    calls: int = 0
    missing: str = ""

    @property
    def known(self) -> bool:
        """True if there is an estimate."""
        return not self.missing

    def text(self) -> str:
        """The offset with its uncertainty, in words."""
        if self.missing:
            return self.missing
        low, high = self.low_ms - self.ms, self.high_ms - self.ms
        return f"{self.ms / 1000:+.1f} s ({low / 1000:+.1f} to {high / 1000:+.1f}), from {self.calls} calls"


def estimate(clip: Mapping[str, Calls], acd: Mapping[str, Calls], reach_ms: int = REACH_MS) -> Offset:
    """The offset by the calls (start ms, end ms; UTC) of each agent on the clip and on the switchboard.

    reach_ms: how far off it may be. Needs CALLS_MIN calls that match, and a winner with CLEAR times the votes of any
    other offset.
    """
    pairs = _pairs(clip, acd, reach_ms)
    if not pairs:
        return Offset(missing="no agent has calls both on a clip and in the file")
    votes = np.sort(np.concatenate([each for begins, ends in pairs for each in (begins, ends)]))
    if not votes.size:
        return Offset(missing="no calls of clip and file within reach of one another")
    peak, count = _densest(votes)
    aside = votes[np.abs(votes - peak) > _ASIDE_MS]
    other = _densest(aside)[1] if aside.size else 0
    begins, ends = _matched(clip, acd, peak)
    if begins.size < CALLS_MIN:
        return Offset(
            missing=f"not enough data: {begins.size} of {CALLS_MIN} calls seen by clip and switchboard"
        )
    if count < CLEAR * other:
        return Offset(missing=f"no clear offset: the best fits {count // 2} calls, another {other // 2}")
    middles = np.sort((begins + ends) // 2)
    low, high = _median_limits(middles)
    coarse = _half_step_ms(acd)
    return Offset(
        ms=round(float(np.median(middles))),
        low_ms=min(low, round(float(np.median(ends)))) - coarse,
        high_ms=max(high, round(float(np.median(begins)))) + coarse,
        calls=int(begins.size),
    )


def _half_step_ms(acd: Mapping[str, Calls]) -> int:
    """Half of what the switchboard's times are rounded to: a second, or nothing to speak of."""
    whole = all(time % 1000 == 0 for calls in acd.values() for call in calls for time in call)
    return 500 if whole else 0


def _pairs(clip: Mapping[str, Calls], acd: Mapping[str, Calls], reach_ms: int) -> list[tuple[Array, Array]]:
    """Differences clip less switchboard of begins and of ends, for each agent with calls in both."""
    pairs = []
    left = _MOST_CALLS
    for agent in sorted(set(clip) & set(acd)):
        heard = _array(clip[agent])
        for start, end in _array(acd[agent])[:left]:
            begins, ends = heard[:, 0] - start, heard[:, 1] - end
            pairs.append((begins[np.abs(begins) <= reach_ms], ends[np.abs(ends) <= reach_ms]))
        left = max(left - len(acd[agent]), 0)
    return pairs


def _array(calls: Calls) -> Array:
    return np.array(sorted(calls), dtype=np.int64).reshape(-1, 2)


def _densest(votes: Array) -> tuple[int, int]:
    """Middle of the window that holds most of the sorted votes, and how many."""
    until = np.searchsorted(votes, votes + _WINDOW_MS, side="right")
    counts = until - np.arange(votes.size)
    best = int(np.argmax(counts))
    return int(np.median(votes[best : until[best]])), int(counts[best])


def _matched(clip: Mapping[str, Calls], acd: Mapping[str, Calls], offset: int) -> tuple[Array, Array]:
    """Differences of begin and end for calls that fit one another at about `offset`, each used once."""
    begins: list[int] = []
    ends: list[int] = []
    for agent in sorted(set(clip) & set(acd)):
        heard, told = _array(clip[agent]), _array(acd[agent])
        if not heard.size or not told.size:
            continue
        at = 0
        for start, end in heard:
            while at < len(told) and told[at, 0] + offset < start - _APART_MS:
                at += 1
            if at == len(told):
                break
            late, early = int(start - told[at, 0]), int(end - told[at, 1])
            if abs(late - offset) <= _APART_MS and abs(early - offset) <= _APART_MS:
                begins.append(late)
                ends.append(early)
                at += 1
    return np.array(begins, dtype=np.int64), np.array(ends, dtype=np.int64)


def _median_limits(ordered: Array) -> tuple[int, int]:
    """Distribution-free 95 % limits of the median of sorted values, by the normal approximation of the sign test."""
    n = ordered.size
    reach = 1.96 * math.sqrt(n) / 2
    low = max(math.floor(n / 2 - reach) - 1, 0)
    high = min(math.ceil(n / 2 + reach), n - 1)
    return int(ordered[low]), int(ordered[high])
