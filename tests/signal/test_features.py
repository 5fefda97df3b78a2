"""The integer features measure what they say: compared with floating point and with known sounds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.signal import features
from allears.signal.features import extract

EDGES = np.array(list(features.tables.BAND_EDGES))


def noise(hops: int, rms: float, seed: int = 0) -> np.ndarray:
    samples = np.random.default_rng(seed).normal(0, rms, (hops * 128, 2))
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)


def float_bands(pcm: np.ndarray) -> np.ndarray:
    """The same measure in floating point, (frames, 2, 24) in Q8 log2, from the second frame on."""
    x = pcm.astype(float)
    y = x - 15 / 16 * np.vstack([np.zeros((1, 2)), x[:-1]])
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(256) / 256))[:, None] * 2**14
    rows = []
    for start in range(0, len(y) - 255, 128):
        power = np.abs(np.fft.fft(y[start : start + 256] * window, axis=0) / 256) ** 2
        rows.append([[power[a:b, c].sum() for a, b in pairwise(EDGES)] for c in (0, 1)])
    return 256 * np.log2(np.array(rows)) - features.BAND_OFFSET_Q8


def test_bands_follow_floating_point():
    """No bias, and 99 of 100 within 0.1 dB at the top; at the bottom 16-bit rounding may show, below 2 dB."""
    pcm = noise(400, 800)
    error_db = (extract(pcm).bands[1:] - float_bands(pcm)) * 3.01 / 256
    assert np.abs(np.median(error_db, axis=(0, 1))).max() < 0.1
    spread = np.percentile(np.abs(error_db), 99, axis=(0, 1))
    assert spread[0] < 2 and (spread[8:] < 0.2).all() and (spread[16:] < 0.1).all()


@pytest.mark.parametrize("bin_number", [2, 7, 20, 50, 92, 120])
def test_tone_stands_in_its_band_on_its_channel(bin_number):
    n = np.arange(128 * 8)
    tone = np.rint(8000 * np.cos(2 * np.pi * bin_number / 256 * n)).astype(np.int16)
    bands = extract(np.stack([tone, np.zeros_like(tone)], axis=1)).bands[4]
    assert np.argmax(bands[0]) == np.searchsorted(EDGES, bin_number, side="right") - 1
    assert not bands[1].any()


@pytest.mark.parametrize("dbfs", [-80, -44, -28, -6])
def test_level_is_the_level(dbfs):
    pcm = noise(300, 32768 * 10 ** (dbfs / 20))
    level = extract(pcm).level_q8.astype(float) / 256
    power = np.mean(pcm.astype(float) ** 2) / 2**30
    assert abs(10 * np.log10(np.mean(10 ** (level / 10))) - 10 * np.log10(power)) < 0.05


def test_ends_of_the_level_scale():
    full = extract(np.full((128, 2), -32768, np.int16))
    assert full.level_q8.tolist() == [[0, 0]] and full.peak.tolist() == [[32767, 32767]]
    silent = extract(np.zeros((256, 2), np.int16))
    assert (silent.level_q8 == -24576).all() and not silent.peak.any() and not silent.bands.any()


def test_silence_leaves_no_trace_after_one_hop():
    pcm = np.concatenate([noise(4, 5000), np.zeros((512, 2), np.int16)])
    bands = extract(pcm).bands
    assert bands[4].any()  # the window still holds the last loud hop
    assert not bands[6:].any()  # and then only zeros, and the one sample of pre-emphasis before them


@given(st.integers(0, 2**32 - 1), st.integers(1, 1400))
@settings(max_examples=10, deadline=None)
def test_a_frame_depends_on_the_past_only(seed, hops):
    """Cutting a recording changes no frame before the cut, wherever chunks begin."""
    pcm = noise(1400, 300, seed)
    whole, part = extract(pcm), extract(pcm[: hops * 128 + 77])
    assert len(part.bands) == hops
    assert (part.bands == whole.bands[:hops]).all() and (part.level_q8 == whole.level_q8[:hops]).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_swapped_channels_give_nearly_swapped_bands(seed):
    """The channels share a transform; rounding may differ by a little, leakage would differ by a lot."""
    pcm = noise(3, 2000, seed)
    bands, swapped = extract(pcm).bands[2], extract(pcm[:, ::-1].copy()).bands[2]
    assert np.abs(bands - swapped[::-1]).max() < 128  # 1.5 dB, in the weakest band


def test_transform_stays_in_16_bits_for_the_worst_inputs():
    """Corners of the allowed range, turned as each bin turns: nothing can be larger after the transform."""
    turns = np.exp(2j * np.pi * np.outer(np.arange(256), np.arange(256)) / 256)
    re = np.where(turns.real >= 0, 2**14 + 126, -(2**14)).astype(np.int32)
    im = np.where(turns.imag >= 0, 2**14 + 126, -(2**14)).astype(np.int32)
    out = np.stack(features._transform(re, im))
    assert np.abs(out).max() < 23400
    constant = np.full((256, 1), -(2**14), np.int32)
    assert np.abs(np.stack(features._transform(constant, constant))).max() < 23400


def test_log2_is_exact_at_powers_and_never_above():
    powers = 2 ** np.arange(38, dtype=np.int64)
    assert (features.log2_q8(powers) == 256 * np.arange(38)).all()
    values = np.random.default_rng(0).integers(1, 2**37, 10000)
    error = 256 * np.log2(values) - features.log2_q8(values)
    assert error.min() >= 0 and error.max() < 2.45


@pytest.mark.parametrize("bad", [np.zeros((256, 2)), np.zeros(256, np.int16), np.zeros((256, 1), np.int16)])
def test_other_arrays_are_refused(bad):
    with pytest.raises(ValueError, match="int16 samples of shape"):
        extract(bad)


def test_less_than_a_hop_gives_no_frame():
    assert extract(np.zeros((127, 2), np.int16)).bands.shape == (0, 2, 24)
