"""Sound features, version 1: the definition to the bit.

The clip's kernels (`firmware/allears_clip/kernels/features_*.py`) equal this module; they are not
close to it. Everything is an integer, `>>` is always the arithmetic shift (rounding towards minus
infinity), and no intermediate value leaves -2**30 ... 2**30 - 1 (S apart), so that a small int of MicroPython
or a 32-bit register carries it.

Input: int16 samples x[n], 8 kHz, two channels (0 mouth, 1 ear). Frame k ends with sample
128 k + 127; its hop is its last 128 samples, its window the hop before and this one, 256 samples.
Samples before the first are 0.

Level of the hop (`level_q8`, dBFS in Q8), from the samples as they are:
  S = sum of x^2, exact (<= 2**37; the clip keeps the sums of x^2 >> 15 and of x^2 & 32767 apart)
  L = log2_q8(S) - 256 * 37                      log2 of the mean square over full scale, Q8, <= 0
  level = (L * 12330) >> 12                      12330 / 4096 = 3.01025 dB a bit
  level = max(level, -24576)                     floor -96 dBFS; S = 0 gives the floor
Peak of the hop: max |x|, with |-32768| saturated to 32767.

Bands (`bands`, log2 of power in Q8), from the window, channel by channel:
  1. y[n] = x[n] - ((15 * x[n-1]) >> 4)          pre-emphasis by 15/16; |y| <= 63487 (17 bits)
  2. v[n] = y[n] * w[n]                          Hann window in Q14; |v| < 2**30, nothing dropped
  3. bits = bit length of the OR over the window of (v ^ (v >> 31)), i.e. of v or its complement
     s = max(0, bits - 14);  u[n] = v[n] >> s    block floating point: -2**14 <= u < 2**14
     u[n] += HALVING_LOSS[n] for n < 64          127, 63, 31, 31, ...: what the floors of step 4 will take
  4. Z = FFT(u_mouth + j u_ear) / 256, one complex transform for both channels: radix-2 decimation
     in time, input in bit-reversed order, eight stages. A butterfly with the Q14 twiddle w:
       t  = (wr*br - wi*bi + 8192) >> 14,  (wr*bi + wi*br + 8192) >> 14
       a' = (a + t) >> 1,  b' = (a - t) >> 1     component by component
     1 and -i are exact in Q14, so a kernel may skip those products and still be equal.
  5. For bins k = 2 ... 120, with P = Z[k] and Q = Z[256 - k], component by component:
       mouth = (Pr + Qr) >> 1,  (Pi - Qi) >> 1
       ear   = (Pi + Qi) >> 1,  (Qr - Pr) >> 1
     power = re^2 + im^2
  6. p = sum of power over the bins of a band (24 bands, `tables.BAND_EDGES`)
  7. band = log2_q8(p + 1) + 512 * s - 256 * 16, and 0 where that is negative.
     A channel whose window is all zero (bits = 0) has 0 in every band, whatever rounding leaves there.

log2_q8(p) for p >= 1: n = bit length - 1, i = the 8 bits below the leading one (cut off, not
rounded), 256 * n + LOG2_Q8[i]. It is never above 256 * log2(p), and at most 1.44 + 1 below.

Ranges. A band lies in 0 ... 11519; a step of 256 is 3.01 dB; 0 is about the rounding noise of
16-bit samples in the narrowest band, and white noise of 1 LSB rms stands at 300 (low bands) ... 1900 (high).

Why nothing overflows. Components of u are <= 2**14 + 127, so |z| < 23352. |w| <= 1 + 2**-15, the
rounding of t and the floor move a component by less than 1 each, so a stage takes a magnitude M to
at most M (1 + 2**-15) + 1.5 * sqrt(2): after eight stages |Z| < 23400, components fit int16, and the
two products of a complex multiplication stay together below 23400 * 16385 < 2**29. For step 6, a
channel's spectrum has (Parseval) sum |U|^2 = sum u^2 / 256 <= (2**14 + 127)^2 over its 256 bins, and
an error below 24 in each: a band is at most (2**14 + 127 + 24 * 16)^2 < 2**29.

Why HALVING_LOSS. Without it the floors of step 4 add up on the lowest bins (-1/4 a stage, all in
phase) and hide there what is 40 dB weaker than the loudest part of the frame; it costs 64 additions a channel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allears.signal import tables
from allears_core.params import BANDS, CHANNELS, HOP_SAMPLES, WINDOW_SAMPLES

FEATURE_VERSION = tables.FEATURE_VERSION
LEVEL_FLOOR_Q8 = -96 * 256
BAND_OFFSET_Q8 = 16 * 256

_MANTISSA_BITS = 14
_DB_PER_BIT_Q12 = 12330
_LOG2_FULL_SCALE_SUM = 37  # 128 samples of -32768: 2**7 * 2**30
_CHUNK_FRAMES = 512  # a chunk's arrays (256 x 512 x int32) stay in the cache

_Int32 = npt.NDArray[np.int32]
_Int64 = npt.NDArray[np.int64]
_Int16 = npt.NDArray[np.int16]


def _int16_table(data: bytes) -> _Int32:
    return np.frombuffer(data, dtype="<i2").astype(np.int32)


_WINDOW = _int16_table(tables.WINDOW_Q14)[:, None]
_TWIDDLE_RE = _int16_table(tables.TWIDDLES_Q14)[0::2]
_TWIDDLE_IM = _int16_table(tables.TWIDDLES_Q14)[1::2]
_BIT_REVERSED = np.frombuffer(tables.BIT_REVERSED, dtype=np.uint8).astype(np.intp)
_HALVING_LOSS = np.zeros((WINDOW_SAMPLES, 1), np.int32)
_HALVING_LOSS[: len(tables.HALVING_LOSS), 0] = list(tables.HALVING_LOSS)
_LOG2 = np.frombuffer(tables.LOG2_Q8, dtype=np.uint8).astype(np.int32)
_EDGES = [int(edge) for edge in tables.BAND_EDGES]


@dataclass(frozen=True)
class Features:
    """What the clip knows of the sound, one row a hop; entry k covers samples 128 k ... 128 k + 127."""

    bands: _Int16
    """(frames, 2, 24): log2 of band power in Q8, 0 ... 11519; [:, 0] mouth, [:, 1] ear."""
    level_q8: _Int16
    """(frames, 2): level of the hop in dBFS, Q8, -24576 ... 0."""
    peak: _Int16
    """(frames, 2): largest magnitude in the hop, 0 ... 32767."""


def log2_q8(values: npt.NDArray[np.integer]) -> _Int32:
    """log2 in Q8, cut off, of integers 1 ... 2**52; see the module's text for the definition."""
    exponent = np.frexp(values.astype(np.float64))[1] - 1  # exact: every such integer is a float64
    up = np.maximum(8 - exponent, 0)
    down = np.maximum(exponent - 8, 0)
    mantissa = ((values.astype(np.int64) << up) >> down) & 0xFF
    return (256 * exponent + _LOG2[mantissa]).astype(np.int32)


def extract(pcm: npt.NDArray[np.int16]) -> Features:
    """Features of a two-channel recording, from a reset state.

    pcm: int16, shape (samples, 2), 8 kHz, column 0 mouth and 1 ear. There are samples // 128 frames;
    samples behind the last whole hop are not used. ValueError for another type or shape.
    """
    if pcm.dtype != np.int16 or pcm.ndim != 2 or pcm.shape[1] != CHANNELS:
        raise ValueError(f"features need int16 samples of shape (n, 2), not {pcm.dtype} {pcm.shape}")
    frames = len(pcm) // HOP_SAMPLES
    features = Features(
        bands=np.zeros((frames, CHANNELS, BANDS), np.int16),
        level_q8=np.zeros((frames, CHANNELS), np.int16),
        peak=np.zeros((frames, CHANNELS), np.int16),
    )
    for start in range(0, frames, _CHUNK_FRAMES):
        stop = min(start + _CHUNK_FRAMES, frames)
        samples = _with_past(pcm, start, stop)
        hops = samples[HOP_SAMPLES + 1 :].reshape(-1, HOP_SAMPLES, CHANNELS)
        features.level_q8[start:stop] = _levels(hops)
        features.peak[start:stop] = np.minimum(np.abs(hops).max(axis=1), 32767)
        features.bands[start:stop] = _bands(samples)
    return features


def _with_past(pcm: _Int16, start: int, stop: int) -> _Int32:
    """Samples of hops start ... stop - 1 as int32, with the hop and the one sample before them."""
    past = HOP_SAMPLES + 1
    first = start * HOP_SAMPLES - past
    samples = np.zeros((past + (stop - start) * HOP_SAMPLES, CHANNELS), np.int32)
    samples[max(-first, 0) :] = pcm[max(first, 0) : stop * HOP_SAMPLES]
    return samples


def _levels(hops: _Int32) -> _Int32:
    """(frames, 128, 2) samples -> (frames, 2) dBFS in Q8."""
    total = (hops.astype(np.int64) ** 2).sum(axis=1)
    log2 = log2_q8(np.maximum(total, 1)) - 256 * _LOG2_FULL_SCALE_SUM
    level = np.maximum((log2 * _DB_PER_BIT_Q12) >> 12, LEVEL_FLOOR_Q8)
    return np.where(total == 0, LEVEL_FLOOR_Q8, level)


def _bands(samples: _Int32) -> _Int32:
    """Samples with their past (`_with_past`) -> (frames, 2, 24) log powers. Inside, frames come last."""
    emphasised = samples[1:] - ((15 * samples[:-1]) >> 4)
    mouth, mouth_bits = _windowed(emphasised[:, 0])
    ear, ear_bits = _windowed(emphasised[:, 1])
    re, im = _transform(mouth, ear)
    mouth_power, ear_power = _split_power(re, im)
    bands = np.stack([_log_bands(mouth_power, mouth_bits), _log_bands(ear_power, ear_bits)])
    return bands.transpose(2, 0, 1)


def _windowed(emphasised: _Int32) -> tuple[_Int32, _Int32]:
    """Steps 2 and 3 of one channel: (256, frames) mantissas and (frames,) bit lengths before the shift."""
    halves = emphasised.reshape(-1, HOP_SAMPLES)
    v = np.ascontiguousarray(np.concatenate([halves[:-1], halves[1:]], axis=1).T) * _WINDOW
    magnitude = np.bitwise_or.reduce(v ^ (v >> 31), axis=0)
    bits = np.frexp(magnitude.astype(np.float64))[1].astype(np.int32)
    return (v >> _shift(bits)) + _HALVING_LOSS, bits


def _shift(bits: _Int32) -> _Int32:
    return np.maximum(bits - _MANTISSA_BITS, 0)


def _transform(re: _Int32, im: _Int32) -> tuple[_Int32, _Int32]:
    """Step 4: the scaled complex transform over the first axis of two (256, frames) arrays."""
    re, im = re[_BIT_REVERSED], im[_BIT_REVERSED]
    half = 1
    while half < WINDOW_SAMPLES:
        step = WINDOW_SAMPLES // (2 * half)
        wr, wi = _TWIDDLE_RE[::step, None], _TWIDDLE_IM[::step, None]
        shape = (step, 2, half, re.shape[1])
        ar, br = re.reshape(shape)[:, 0], re.reshape(shape)[:, 1]
        ai, bi = im.reshape(shape)[:, 0], im.reshape(shape)[:, 1]
        tr = (wr * br - wi * bi + 8192) >> 14
        ti = (wr * bi + wi * br + 8192) >> 14
        re = np.stack([(ar + tr) >> 1, (ar - tr) >> 1], axis=1).reshape(re.shape)
        im = np.stack([(ai + ti) >> 1, (ai - ti) >> 1], axis=1).reshape(im.shape)
        half *= 2
    return re, im


def _split_power(re: _Int32, im: _Int32) -> tuple[_Int32, _Int32]:
    """Step 5: power of mouth and ear in the bins of the bands, each (bins, frames)."""
    first, end = _EDGES[0], _EDGES[-1]
    pr, pi = re[first:end], im[first:end]
    qr, qi = (part[WINDOW_SAMPLES - first : WINDOW_SAMPLES - end : -1] for part in (re, im))
    mouth = ((pr + qr) >> 1) ** 2 + ((pi - qi) >> 1) ** 2
    ear = ((pi + qi) >> 1) ** 2 + ((qr - pr) >> 1) ** 2
    return mouth, ear


def _log_bands(power: _Int32, bits: _Int32) -> _Int32:
    """Steps 6 and 7 of one channel: (24, frames) log powers."""
    sums = np.add.reduceat(power, np.array(_EDGES[:-1]) - _EDGES[0], axis=0)
    bands = np.maximum(log2_q8(sums + 1) + 512 * _shift(bits) - BAND_OFFSET_Q8, 0)
    return np.where(bits == 0, 0, bands)
