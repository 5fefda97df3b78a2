"""Linear paths, rooms, telephone codecs: what happens to a voice before a microphone hears it.

Paths are frequency responses on the grid of one long transform, so that a call costs one transform a source.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import fft

from allears_core.params import SAMPLE_RATE_HZ
from allears_models.data import Audio

Response = npt.NDArray[np.complex64]
CODECS = ("g711-mu", "g711-a", "low-rate", "lossy", "clear")
TAIL = 4096  # samples added behind a call so that no path wraps around


class Grid:
    """Transforms of one length for all the paths of a call of `samples` samples."""

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.length = fft.next_fast_len(samples + TAIL, real=True)
        self.freq = fft.rfftfreq(self.length, 1 / SAMPLE_RATE_HZ).astype(np.float32)

    def forward(self, audio: Audio) -> Response:
        """Spectrum of a signal of the call's length (or shorter)."""
        return np.asarray(fft.rfft(audio.astype(np.float32), self.length), np.complex64)

    def inverse(self, spectrum: Response) -> Audio:
        """The signal of the call's length."""
        return np.asarray(fft.irfft(spectrum, self.length)[: self.samples], np.float32)


def gain(decibel: float) -> np.float32:
    """Amplitude factor of a level difference."""
    return np.float32(10 ** (decibel / 20))


def equaliser(grid: Grid, rng: np.random.Generator, spread_db: float) -> Response:
    """A smooth random response: independent gains at seven frequencies, joined on a logarithmic axis."""
    anchors = np.log([40, 150, 350, 800, 1600, 2800, 4000])
    curve = np.interp(np.log(np.maximum(grid.freq, 20)), anchors, rng.normal(0, spread_db, 7))
    return (10 ** (curve / 20)).astype(np.complex64)


def band_pass(grid: Grid, low_hz: float, high_hz: float, order: int) -> Response:
    """Magnitude of a Butterworth band pass, without phase."""
    freq = np.maximum(grid.freq, 1)
    power = 1 / ((1 + (low_hz / freq) ** (2 * order)) * (1 + (freq / high_hz) ** (2 * order)))
    return np.sqrt(power).astype(np.complex64)


def telephone(grid: Grid, rng: np.random.Generator) -> Response:
    """A telephone line's band: 200–350 Hz to 3000–3600 Hz."""
    return band_pass(grid, rng.uniform(200, 350), rng.uniform(3000, 3600), int(rng.integers(2, 7)))


def headset_speaker(grid: Grid, rng: np.random.Generator) -> Response:
    """A small loudspeaker at the ear: a low cut and two to four resonances of up to 9 dB."""
    curve = np.zeros(len(grid.freq), np.float32)
    logarithm = np.log2(np.maximum(grid.freq, 20))
    for _ in range(int(rng.integers(2, 5))):
        centre, width = np.log2(rng.uniform(250, 3800)), rng.uniform(0.08, 0.5)
        curve += rng.uniform(-6, 9) * np.exp(-(((logarithm - centre) / width) ** 2))
    low_cut = band_pass(grid, rng.uniform(60, 300), 1e5, int(rng.integers(1, 3)))
    return (10 ** (curve / 20) * low_cut).astype(np.complex64)


def room(grid: Grid, rng: np.random.Generator, direct_db: tuple[float, float]) -> Response:
    """A path in a room of RT60 0.15–0.5 s, its direct sound `direct_db` (range) above the reverberation."""
    decay_s = rng.uniform(0.15, 0.5)
    count = min(int(decay_s * SAMPLE_RATE_HZ), TAIL)
    envelope = 10 ** (-3 * np.arange(count) / (decay_s * SAMPLE_RATE_HZ))
    tail = rng.normal(size=count) * envelope
    tail[: int(rng.integers(8, 40))] = 0
    tail *= 10 ** (-rng.uniform(*direct_db) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] += 1
    return grid.forward(tail)


def _mu_law(audio: Audio) -> Audio:
    sign, size = np.sign(audio), np.minimum(np.abs(audio), 1)
    code = np.round(np.log1p(255 * size) / np.log(256) * 127)
    return (sign * (256 ** (code / 127) - 1) / 255).astype(np.float32)


def _a_law(audio: Audio) -> Audio:
    knee = 1 + np.log(87.6)
    sign, size = np.sign(audio), np.minimum(np.abs(audio), 1)
    low = size < 1 / 87.6
    code = np.where(low, 87.6 * size, 1 + np.log(np.maximum(87.6 * size, 1))) / knee
    code = (np.floor(code * 128) + 0.5) / 128 * knee
    return (sign * np.where(code < 1, code / 87.6, np.exp(code - 1) / 87.6)).astype(np.float32)


def _drop_packets(audio: Audio, rng: np.random.Generator) -> Audio:
    """Lose 0.5 to 4 % of the 20 ms packets: half are repeated from the packet before, half are silent."""
    size = SAMPLE_RATE_HZ // 50
    packets = audio[: len(audio) // size * size].reshape(-1, size).copy()
    for index in np.flatnonzero(rng.random(len(packets)) < rng.uniform(0.005, 0.04)):
        repeat = index > 0 and rng.random() < 0.5
        packets[index] = packets[index - 1] * np.float32(0.7) if repeat else 0
    return np.concatenate([packets.reshape(-1), audio[packets.size :]])


def codec(audio: Audio, name: str, level_db: float, rng: np.random.Generator) -> Audio:
    """A line signal (0 dB active level) through a codec driven at `level_db` dBFS; same level back."""
    scaled = audio * gain(level_db)
    if name == "low-rate":  # multiplicative noise, the reference impairment of ITU-T P.810
        scaled = scaled * (1 + gain(-rng.uniform(10, 24)) * rng.normal(size=len(audio)).astype(np.float32))
    if name == "g711-a":
        scaled = _a_law(scaled)
    elif name != "clear":
        scaled = _mu_law(scaled)
    if name == "lossy":
        scaled = _drop_packets(scaled, rng)
    return scaled / gain(level_db)


def gate(audio: Audio, open_hops: npt.NDArray[np.bool_], noise: float) -> Audio:
    """Discontinuous transmission: outside `open_hops` the signal is noise of that amplitude (0: digital silence)."""
    opened = np.repeat(open_hops, len(audio) // len(open_hops))
    comfort = np.random.default_rng(len(audio)).normal(size=len(audio)).astype(np.float32) * np.float32(noise)
    return np.where(opened, audio, comfort).astype(np.float32)
