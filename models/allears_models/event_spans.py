"""Tracks (bool, one flag a hop) as spans [first hop, one past the last), and the bursts and turns among them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from allears_core.params import HOP_MS
from allears_core.settings import Settings
from allears_models.labels import Mask
from allears_models.labels import bursts as runs_of

Spans = npt.NDArray[np.int64]  # (n, 2)


def bursts(active: Mask, settings: Settings) -> Spans:
    """One side's bursts: gaps of at most bridge_ms bridged, then what is shorter than min_burst_ms dropped."""
    joined = join(spans_of(active), lambda gap_ms: gap_ms <= settings.bridge_ms)
    return joined[ms(joined[:, 1] - joined[:, 0]) >= settings.min_burst_ms]


def turns(of_bursts: Spans, settings: Settings) -> Spans:
    """One side's turns: bursts with own gaps shorter than turn_gap_ms."""
    return join(of_bursts, lambda gap_ms: gap_ms < settings.turn_gap_ms)


def spans_of(mask: Mask) -> Spans:
    """The runs of True."""
    return np.array(runs_of(mask), np.int64).reshape(-1, 2)


def join(spans: Spans, close: Callable[[Spans], Mask]) -> Spans:
    """Neighbours joined where `close(gaps in ms)` holds."""
    if len(spans) < 2:
        return spans
    apart = ~close(ms(spans[1:, 0] - spans[:-1, 1]))
    return np.stack([spans[np.r_[True, apart], 0], spans[np.r_[apart, True], 1]], axis=1)


def ms(hops):
    """Hops, one or many, as milliseconds."""
    return hops * HOP_MS


def paint(spans: Spans, hops: int) -> Mask:
    """The mask of some spans."""
    edges = np.zeros(hops + 1, np.int64)
    np.add.at(edges, spans[:, 0], 1)
    np.add.at(edges, spans[:, 1], -1)
    return np.cumsum(edges)[:hops] > 0
