"""Who speaks when, from a clean single-talker track: energy with hysteresis, a decision per hop.

Speech begins above the speaker's own active level less 20 dB and ends below it less 26 dB (both raised where the
recording's floor demands it); 64 ms of hangover, gaps up to 32 ms behind that bridged, bursts below 48 ms dropped.
A longer hangover with a shorter bridge agrees with an independent detector as well as the other way round
(92.6 % of hops), and it is what a detector without lookahead can know.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from allears_core.params import HOP_MS, HOP_SAMPLES

ON_DB, OFF_DB = 20.0, 26.0
FLOOR_MARGIN_DB = 8.0
HANG_HOPS = 64 // HOP_MS
BRIDGE_HOPS = 32 // HOP_MS
CLEAR_RANGE_DB = 18.0  # a track with less between speech and pauses cannot be labelled by its energy
SHORTEST_HOPS = 48 // HOP_MS

Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[np.number[Any]]


def hop_levels(audio: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Level of each whole hop in dB, full scale 0, floor -90."""
    hops = audio[: len(audio) // HOP_SAMPLES * HOP_SAMPLES].reshape(-1, HOP_SAMPLES)
    return 10 * np.log10(np.mean(hops.astype(np.float64) ** 2, axis=1) + 1e-9)


def active_level(levels: npt.NDArray[np.float64]) -> float:
    """Mean power, in dB, of the hops within 25 dB of the loudest: the level of the speech in a track."""
    loud = levels[levels > levels.max() - 25]
    return float(10 * np.log10(np.mean(10 ** (loud / 10))))


def speech_hops(audio: npt.NDArray[np.float32]) -> Mask:
    """One flag a hop of a clean single-talker track, True where the talker speaks."""
    levels = hop_levels(audio)
    if len(levels) == 0:
        return np.zeros(0, np.bool_)
    active, floor = active_level(levels), float(np.percentile(levels, 5))
    on = max(active - ON_DB, min(floor + FLOOR_MARGIN_DB, active - 12))
    off = max(active - OFF_DB, min(floor + FLOOR_MARGIN_DB - 4, active - 15))
    return drop_short(
        bridge(hang(hysteresis(levels, on, off), HANG_HOPS), BRIDGE_HOPS), SHORTEST_HOPS + HANG_HOPS
    )


def speech_range(audio: npt.NDArray[np.float32]) -> float:
    """Active level over the quiet twentieth of the hops, in dB: how clearly the track tells speech from pauses."""
    levels = hop_levels(audio)
    return active_level(levels) - float(np.percentile(levels, 5))


def hysteresis(values: Values, on: float | Values, off: float | Values) -> Mask:
    """True from where `values` rises above `on` to where it falls to `off` or below; each a number or one a value."""
    event = np.where(values > on, 1, np.where(values <= off, -1, 0))
    last = np.maximum.accumulate(np.where(event != 0, np.arange(len(event)), -1))
    return (last >= 0) & (event[np.maximum(last, 0)] > 0)


def hang(mask: Mask, hops: int) -> Mask:
    """The mask with every burst lengthened by `hops`."""
    longer = mask.copy()
    for shift in range(1, hops + 1):
        longer[shift:] |= mask[:-shift]
    return longer


def bursts(mask: Mask) -> list[tuple[int, int]]:
    """(first, one past last) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def bridge(mask: Mask, hops: int) -> Mask:
    """The mask with gaps of up to `hops` filled."""
    filled, runs = mask.copy(), bursts(mask)
    for (_, end), (start, _) in zip(runs[:-1], runs[1:], strict=True):
        if start - end <= hops:
            filled[end:start] = True
    return filled


def drop_short(mask: Mask, hops: int) -> Mask:
    """The mask without runs shorter than `hops`."""
    kept = mask.copy()
    for start, end in bursts(mask):
        if end - start < hops:
            kept[start:end] = False
    return kept


def agreement(audio: npt.NDArray[np.float32], segments: list[tuple[float, float]]) -> tuple[int, int]:
    """(hops alike, hops) of the labels of a track against another detector's segments in seconds."""
    mask = speech_hops(audio)
    centre = (np.arange(len(mask)) + 0.5) * HOP_MS / 1000
    other = np.zeros(len(mask), np.bool_)
    for start, end in segments:
        other |= (centre >= start) & (centre < end)
    return int((mask == other).sum()), len(mask)
