"""How near the pace comes to speech whose syllables are known: texts read by a synthesiser that names its phonemes."""

import io
import re
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from scipy.signal import resample_poly

from allears.signal import features
from allears_core.pace import Pace
from allears_core.params import FULL_SCALE, SAMPLE_RATE_HZ

TEXTS = {
    "en-gb": "Good morning, thank you for calling. My name is Susan, how can I help you today? I am going to look at "
    "your account now and check the last three payments for you.",
    "de": "Guten Morgen, vielen Dank für Ihren Anruf. Mein Name ist Schneider, wie kann ich Ihnen helfen? Ich schaue "
    "mir jetzt Ihr Konto an und prüfe die letzten drei Zahlungen für Sie.",
    "es": "Buenos días, gracias por llamar. Me llamo Carmen, en qué puedo ayudarle hoy? Voy a mirar su cuenta ahora y "
    "comprobar los tres últimos pagos.",
}
WORDS_PER_MINUTE = (110, 140, 170, 200, 230)
VOWELS = re.compile("[aeiouyæøœɐɑɒɔəɚɛɜɪɨʉʊʌ]+ː?")
SPEECH_DBFS = -26
LONGEST_GAP_HOPS = 12

needs_voice = pytest.mark.skipif(
    shutil.which("espeak-ng") is None,
    reason="espeak-ng is not installed: nothing to read the texts aloud with",
)


def speak(voice: str, *options: str, text: str) -> bytes:
    return subprocess.run(["espeak-ng", "-v", voice, *options, text], capture_output=True, check=True).stdout


def syllables(voice: str, text: str) -> int:
    phonemes = re.sub("[ˈˌ]", "", speak(voice, "-q", "--ipa", text=text).decode())
    return sum(len(VOWELS.findall(word)) for word in phonemes.split())


def read_aloud(voice: str, wpm: int) -> np.ndarray:
    """The text at 8 kHz and speech level, int16 (n, 2), the ear silent."""
    sound, rate = soundfile.read(io.BytesIO(speak(voice, "-s", str(wpm), "--stdout", text=TEXTS[voice])))
    sound = resample_poly(sound, SAMPLE_RATE_HZ, rate)
    loud = np.sqrt(np.mean(sound[np.abs(sound) > 1e-3] ** 2))
    mouth = np.round(sound / loud * 10 ** (SPEECH_DBFS / 20) * FULL_SCALE).clip(-32768, 32767)
    return np.stack([mouth, np.zeros_like(mouth)], axis=1).astype(np.int16)


def estimate(pcm: np.ndarray) -> tuple[float, float]:
    """(syllables a second of speech by the clip's rule, seconds of speech)."""
    heard = features.extract(pcm)
    level = heard.level_q8[:, 0]
    at = np.flatnonzero(level > np.percentile(level, 95) - 25 * 256)
    speaks = np.zeros(len(level), bool)
    for first, last in zip(at[:-1], at[1:], strict=True):
        if last - first <= LONGEST_GAP_HOPS:
            speaks[first : last + 1] = True
    pace = Pace()
    for bands, active in zip(heard.bands.reshape(len(level), -1).tolist(), speaks.tolist(), strict=True):
        pace.step(bands, active)
    return pace.peaks * 279 / 256 / (pace.hops * 0.016), pace.hops * 0.016


@needs_voice
def test_the_pace_is_right_to_a_few_percent():
    found, known = [], []
    for voice, text in TEXTS.items():
        count = syllables(voice, text)
        for wpm in WORDS_PER_MINUTE:
            rate, seconds = estimate(read_aloud(voice, wpm))
            found.append(rate)
            known.append(count / seconds)
    error = np.abs(np.array(found) / np.array(known) - 1)
    print(f"n {len(error)}, mean error {error.mean():.1%}, largest {error.max():.1%}")
    print(f"correlation {np.corrcoef(found, known)[0, 1]:.3f}")
    assert error.mean() < 0.10
    assert error.max() < 0.2
    assert np.corrcoef(found, known)[0, 1] > 0.9
