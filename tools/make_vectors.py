"""Write the golden vectors of the features, or check that the definition still gives them.

    python tools/make_vectors.py            write the expected output of every committed input
    python tools/make_vectors.py --inputs   write the inputs anew as well (another cosine may move one LSB)
    python tools/make_vectors.py --check    write nothing; exit 1 when an expected file differs

Each file pair under tests/vectors/features: NAME.pcm is int16 (mouth, ear) at 8 kHz, NAME.out one row of
52 int16 a hop: 48 bands, 2 levels, 2 peaks. All little-endian, so that MicroPython compares them as bytes.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from allears.signal.features import extract

FOLDER = Path(__file__).resolve().parent.parent / "tests/vectors/features"
HOP = 128

Sound = npt.NDArray[np.float64]


def _stereo(mouth: Sound, ear: Sound) -> Sound:
    return np.stack([mouth, ear], axis=1)


def _noise(hops: int, seed: int, rms: float = 1.0) -> Sound:
    return np.random.default_rng(seed).normal(0, rms, hops * HOP)


def _sine(hops: int, hz: float, amplitude: float) -> Sound:
    return amplitude * np.sin(2 * math.pi * hz / 8000 * np.arange(hops * HOP))


def full_scale() -> Sound:
    """Direct current at both ends, the fastest square wave, and a tone: nothing louder exists."""
    flat = np.ones(6 * HOP)
    square = np.where(np.arange(6 * HOP) % 2, 32767, -32768)
    return np.concatenate(
        [
            _stereo(-32768 * flat, -32768 * flat),
            _stereo(32767 * flat, -32768 * flat),
            _stereo(square, square),
            _stereo(square, -1 - square),
            _stereo(_sine(6, 1000, 32767), _sine(6, 3700, 32767)),
        ]
    )


def direct_current() -> Sound:
    """Constant offsets of unequal size, switched on and off."""
    steps = np.repeat([0, 100, -100, 1, -1, 20000, 0], 3 * HOP)
    return _stereo(steps, steps[::-1])


def silence() -> Sound:
    """Sound, then digital silence: the hop before must leave nothing behind after one hop."""
    loud = _noise(4, 1, 3000)
    quiet = np.zeros(6 * HOP)
    return _stereo(np.concatenate([quiet, loud, quiet]), np.concatenate([loud, quiet, quiet]))


def one_lsb() -> Sound:
    """The smallest sounds there are: single samples of +-1 at every edge, then noise of +-1."""
    clicks = np.zeros((16 * HOP, 2))
    for hop, at in enumerate([0, 1, 63, 64, 126, 127, 0, 127]):
        clicks[2 * hop * HOP + at, hop % 2] = 1 if hop % 3 else -1
    random = np.random.default_rng(2).integers(-1, 2, (12 * HOP, 2))
    return np.concatenate([clicks, random])


def saturation_edges() -> Sound:
    """Only values beside the ends of the range, in random order."""
    return np.random.default_rng(3).choice([-32768, -32767, 32766, 32767], (24 * HOP, 2)).astype(float)


def shift_edges() -> Sound:
    """A tone whose amplitude crosses every power of two: each block exponent, from both sides."""
    amplitudes = np.repeat([a for bit in range(15) for a in (2**bit - 1, 2**bit, 2**bit + 1)], HOP)
    tone = np.cos(np.arange(len(amplitudes)) * math.pi / 2)  # 1, 0, -1, 0
    return _stereo(amplitudes * tone, amplitudes[::-1] * np.roll(tone, 1))


def mouth_only() -> Sound:
    return _stereo(_noise(16, 4, 2000), np.zeros(16 * HOP))


def ear_only() -> Sound:
    return _stereo(np.zeros(16 * HOP), _noise(16, 5, 2000))


def identical() -> Sound:
    """The same sound on both channels, then one the negative of the other."""
    noise = _noise(20, 6, 1500)
    return _stereo(noise, np.concatenate([noise[: 10 * HOP], -noise[10 * HOP :]]))


def unequal() -> Sound:
    """Loud on one side and a whisper on the other: the shifts of the channels are far apart."""
    return np.concatenate(
        [_stereo(_noise(12, 7, 9000), _noise(12, 8, 3)), _stereo(_noise(12, 9, 2), _noise(12, 10, 12000))]
    )


def noise_levels() -> Sound:
    """White noise from below one LSB to beyond clipping."""
    rising = np.repeat(10 ** np.linspace(-0.7, 5, 40), HOP)
    return _stereo(_noise(40, 11) * rising, _noise(40, 12) * rising[::-1])


def chirp() -> Sound:
    """A sweep over all bins, upwards at the mouth and downwards at the ear."""
    n = np.arange(40 * HOP)
    phase = math.pi * 4000 / 8000 * n * n / len(n)
    sweep = 6000 * np.sin(phase)
    return _stereo(sweep, sweep[::-1] / 8)


def speech_like() -> Sound:
    """Two voices made of harmonics under formants, syllables of 200 ms, the second voice a telephone's."""
    n = np.arange(80 * HOP) / 8000

    def voice(pitch_hz: float, formants_hz: tuple[int, ...], rate_hz: float) -> Sound:
        total = np.zeros(len(n))
        for harmonic in range(1, int(3800 / pitch_hz)):
            hz = harmonic * pitch_hz
            gain = sum(math.exp(-(((hz - formant) / 180) ** 2)) for formant in formants_hz) + 0.01
            total += gain * np.sin(2 * math.pi * hz * n + harmonic * harmonic)
        return total * np.maximum(np.sin(2 * math.pi * rate_hz * n), 0)

    mouth = 1500 * voice(115, (600, 1100, 2400), 2.5) + _noise(80, 13, 30)
    ear = 300 * voice(205, (450, 1700, 2600), 2.2) + _noise(80, 14, 5)
    return _stereo(mouth, ear)


INPUTS: tuple[Callable[[], Sound], ...] = (
    full_scale,
    direct_current,
    silence,
    one_lsb,
    saturation_edges,
    shift_edges,
    mouth_only,
    ear_only,
    identical,
    unequal,
    noise_levels,
    chirp,
    speech_like,
)


def write_inputs() -> None:
    """Every input as NAME.pcm, rounded and saturated to int16."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in INPUTS:
        samples = np.clip(np.rint(make()), -32768, 32767).astype("<i2")
        (FOLDER / f"{make.__name__}.pcm").write_bytes(samples.tobytes())


def expected(pcm_path: Path) -> bytes:
    """What the definition gives for one input, as the bytes of NAME.out."""
    pcm = np.frombuffer(pcm_path.read_bytes(), "<i2").astype(np.int16).reshape(-1, 2)
    features = extract(pcm)
    frames = len(features.bands)
    rows = [features.bands.reshape(frames, -1), features.level_q8, features.peak]
    return np.concatenate(rows, axis=1).astype("<i2").tobytes()


def main() -> int:
    """Write or check the vectors."""
    parser = argparse.ArgumentParser(description="Write or check the golden vectors of the features.")
    parser.add_argument("--inputs", action="store_true", help="write the inputs anew as well")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    arguments = parser.parse_args()
    if arguments.inputs:
        write_inputs()
    differing = 0
    for pcm_path in sorted(FOLDER.glob("*.pcm")):
        out_path = pcm_path.with_suffix(".out")
        out = expected(pcm_path)
        if out_path.exists() and out_path.read_bytes() == out:
            continue
        differing += 1
        print(f"{'differs' if arguments.check else 'wrote'}: {out_path.name}")
        if not arguments.check:
            out_path.write_bytes(out)
    return 1 if arguments.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
