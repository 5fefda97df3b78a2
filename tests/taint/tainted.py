"""Marked sound, everything that could be made of it on its way, and the search for any of that in other bytes.

A trace is eight bytes in a row of something that the clip holds while it hears: samples in whatever form, features,
levels hop by hop, logits. The sound is noisy all through, so that eight such bytes stand nowhere by chance.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from allears.signal import features
from allears.signal.network import Network

TRACE_BYTES = 8
LEAST_DISTINCT = 4  # different bytes in a trace; less is what padding and small numbers look like
MARK = 900  # amplitude of the noise under everything: -31 dBFS
Windows = npt.NDArray[np.uint64]


def mark(pcm: npt.NDArray[np.int16], seed: int = 7) -> npt.NDArray[np.int16]:
    """The call with noise of its own in every sample of both channels."""
    noise = np.random.default_rng(seed).integers(-MARK, MARK + 1, pcm.shape)
    return np.clip(pcm.astype(np.int32) + noise, -32768, 32767).astype(np.int16)


def forms(pcm: npt.NDArray[np.int16]) -> Iterator[tuple[str, bytes, int]]:
    """(name, bytes, bytes a value) of every form that the sound takes or could be kept in."""
    heard = features.extract(pcm)
    yield "samples of both channels", pcm.tobytes(), 2
    for name, one in (("mouth", pcm[:, 0]), ("ear", pcm[:, 1])):
        wide = one.astype(np.int32)
        yield f"samples at the {name}", one.tobytes(), 2
        yield f"samples at the {name}, high byte first", one.astype(">i2").tobytes(), 2
        yield f"samples at the {name} of 8 bits", (one >> 8).astype(np.int8).tobytes(), 1
        yield f"samples at the {name} by G.711", mu_law(wide).tobytes(), 1
        yield f"differences of samples at the {name}", np.diff(wide).astype(np.int16).tobytes(), 2
        yield f"half the samples at the {name}", one[::2].tobytes(), 2
    for side, name in enumerate(("mouth", "ear")):
        bands = heard.bands[:, side]
        yield f"bands at the {name}", np.ascontiguousarray(bands).tobytes(), 2
        yield f"a band at the {name} over time", np.ascontiguousarray(bands.T).tobytes(), 2
        yield f"level at the {name}, hop by hop", heard.level_q8[:, side].tobytes(), 2
        yield f"peak at the {name}, hop by hop", heard.peak[:, side].tobytes(), 2
    yield "logits, hop by hop", Network.load().run(heard.bands).astype(np.int16).tobytes(), 2


def mu_law(samples: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    """ITU-T G.711 mu-law bytes of 16-bit samples."""
    magnitude = np.minimum(np.abs(samples), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = magnitude >> (exponent + 3) & 15
    return (~((samples < 0) << 7 | exponent << 4 | mantissa) & 255).astype(np.uint8)


def windows(data: bytes, step: int) -> Windows:
    """Every run of TRACE_BYTES in `data` that begins at a multiple of `step`, as one number, without the dull ones."""
    flat = np.frombuffer(data, np.uint8)
    if len(flat) < TRACE_BYTES:
        return np.zeros(0, np.uint64)
    rows = np.lib.stride_tricks.sliding_window_view(flat, TRACE_BYTES)[::step]
    ordered = np.sort(rows, axis=1)
    distinct = 1 + (np.diff(ordered, axis=1) != 0).sum(axis=1)
    rows = np.ascontiguousarray(rows[distinct >= LEAST_DISTINCT])
    return np.asarray(rows.view(np.uint64)[:, 0])


class Search:
    """Looks for any trace of one sound."""

    def __init__(self, pcm: npt.NDArray[np.int16]):
        self.traces = {name: np.unique(windows(data, step)) for name, data, step in forms(pcm)}

    def found(self, data: bytes) -> list[str]:
        """Names of the forms of which `data` holds a trace, wherever in it."""
        seen = windows(data, 1)
        return [name for name, traces in self.traces.items() if _any_in(seen, traces)]


def _any_in(seen: Windows, ascending: Windows) -> bool:
    at = np.minimum(np.searchsorted(ascending, seen), len(ascending) - 1)
    return bool(len(ascending)) and bool((ascending[at] == seen).any())
