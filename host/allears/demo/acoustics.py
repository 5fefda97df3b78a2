"""Sound-shaping for the demo call, in whole numbers, so that every machine mixes the very same samples.

Signals are int64 arrays on the int16 scale (32768 is full scale). Filters are symmetric, so they add
no delay once their half-length is taken off and the truth's times stay true.
"""

import numpy as np

from allears_core import params

COEFFICIENT_BITS = 14
FILTER_TAPS = 129
TELEPHONE_LOW_HZ = 300
TELEPHONE_HIGH_HZ = 3400


def gained(signal: np.ndarray, gain_db: float) -> np.ndarray:
    """The signal times a gain, rounded to the nearest whole number."""
    factor = round(10 ** (gain_db / 20) * (1 << COEFFICIENT_BITS))
    return _shift(signal * factor)


def telephone_band(signal: np.ndarray) -> np.ndarray:
    """What a 300-3400 Hz telephone channel lets through."""
    return _filter(signal, _low_pass(TELEPHONE_HIGH_HZ) - _low_pass(TELEPHONE_LOW_HZ))


def below(signal: np.ndarray, cutoff_hz: float) -> np.ndarray:
    """The signal without what lies above `cutoff_hz`."""
    return _filter(signal, _low_pass(cutoff_hz))


def companded(signal: np.ndarray) -> np.ndarray:
    """The signal after G.711 A-law coding and decoding: 16 steps an octave, even steps near zero."""
    thirteen_bits = np.clip(signal, -params.FULL_SCALE, params.FULL_SCALE - 1) >> 3
    magnitude = np.where(signal < 0, ~thirteen_bits, thirteen_bits)
    step = np.left_shift(1, np.maximum(_bit_length(magnitude) - 5, 1))
    decoded = (magnitude // step * step + step // 2) << 3
    return np.where(signal < 0, -decoded, decoded)


def echoed(signal: np.ndarray, taps: tuple[tuple[int, float], ...]) -> np.ndarray:
    """The signal as a room returns it: one copy for each (delay in samples, gain in dB)."""
    total = np.zeros(len(signal), dtype=np.int64)
    for delay, gain_db in taps:
        total[delay:] += gained(signal[: len(signal) - delay], gain_db)
    return total


def noise(seed: int, length: int, dbfs: float) -> np.ndarray:
    """White, nearly Gaussian noise at `dbfs` rms, the same for a seed on every machine and numpy.

    SplitMix64 of the sample's number; the sum of four 16-bit draws is close enough to a bell curve.
    """
    state = np.arange(1, length + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state += np.uint64(seed) << np.uint64(40)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    draws = state.view(np.uint16).reshape(-1, 4).astype(np.int64).sum(axis=1) - 2 * 65535
    draws_db = 20 * np.log10(65536 / np.sqrt(3) / params.FULL_SCALE)  # rms of four uniform 16-bit draws
    return gained(draws, dbfs - draws_db)


def level_dbfs(signal: np.ndarray, speech: np.ndarray) -> float:
    """Rms in dBFS over the samples of the hops where `speech` (bool a hop) holds."""
    chosen = np.repeat(speech, params.HOP_SAMPLES)
    mean_square = (signal[: len(chosen)][chosen].astype(np.int64) ** 2).mean()
    return float(10 * np.log10(mean_square / params.FULL_SCALE**2))


def _low_pass(cutoff_hz: float) -> np.ndarray:
    """Windowed-sinc coefficients, scaled by 2**14."""
    reach = FILTER_TAPS // 2
    ratio = 2 * cutoff_hz / params.SAMPLE_RATE_HZ
    ideal = ratio * np.sinc(ratio * np.arange(-reach, reach + 1))
    return np.round(ideal * np.hamming(FILTER_TAPS) * (1 << COEFFICIENT_BITS)).astype(np.int64)


def _filter(signal: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    return _shift(np.convolve(signal, coefficients, mode="same"))


def _shift(scaled: np.ndarray) -> np.ndarray:
    half = 1 << (COEFFICIENT_BITS - 1)
    return (scaled + half) >> COEFFICIENT_BITS


def _bit_length(whole: np.ndarray) -> np.ndarray:
    """Bits of each number below 2**12."""
    return np.searchsorted(1 << np.arange(12), whole, side="right")
