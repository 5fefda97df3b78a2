"""Talk of a wanted length from a voice's pieces, and the stage of two clean tracks on which it is placed."""

from __future__ import annotations

import numpy as np

from allears_core.params import HOP_SAMPLES, SAMPLE_RATE_HZ
from allears_models import labels
from allears_models.data import Audio
from allears_models.dialogue import FADE, HOPS_PER_S, Dialogue, Track, Voice
from allears_models.labels import Mask

AGENT, CUSTOMER = 0, 1
LONGEST_PAUSE_S = 0.4  # inside a piece: word lists have longer gaps than running speech
PAUSE_S = (0.1, 0.4)  # between pieces


def hops(seconds: float) -> int:
    """Seconds as whole hops, rounded."""
    return round(seconds * HOPS_PER_S)


def talk(voice: Voice, length: int, rng: np.random.Generator) -> tuple[Audio, Mask]:
    """About `length` hops of running talk with its mask, beginning and ending in speech (never longer)."""
    sounds: list[Audio] = []
    masks: list[Mask] = []
    total = 0
    while total < length:
        audio, mask = _running(*voice.pieces[int(rng.integers(len(voice.pieces)))], rng)
        pause = hops(rng.uniform(*PAUSE_S))
        sounds += [audio, np.zeros(pause * HOP_SAMPLES, np.float32)]
        masks += [mask, np.zeros(pause, np.bool_)]
        total += len(mask) + pause
    mask = np.concatenate(masks)[:length]
    end = int(np.flatnonzero(mask)[-1]) + 1
    return np.concatenate(sounds)[: end * HOP_SAMPLES], mask[:end]


def _running(audio: Audio, mask: Mask, rng: np.random.Generator) -> tuple[Audio, Mask]:
    """A piece from one of its bursts on, to the end of its last, with long pauses shortened."""
    runs = labels.bursts(mask)
    first = int(rng.integers(len(runs)))
    kept = np.zeros(len(mask), np.bool_)
    for index in range(first, len(runs)):
        start, end = runs[index]
        pause = runs[index + 1][0] - end if index + 1 < len(runs) else 0
        kept[start : end + min(pause, hops(LONGEST_PAUSE_S))] = True
    return audio.reshape(-1, HOP_SAMPLES)[kept].reshape(-1), mask[kept]


def word(voice: Voice, length: int, rng: np.random.Generator) -> tuple[Audio, Mask]:
    """One short burst of up to `length` hops with soft edges; two in five are hummed."""
    audio, mask = talk(voice, length, rng)
    gap = np.flatnonzero(~mask)
    if len(gap):
        audio, mask = audio[: gap[0] * HOP_SAMPLES], mask[: gap[0]]
    if rng.random() < 0.4:
        audio = _hum(audio, rng)
    ramp = np.sin(np.linspace(0.1, np.pi - 0.1, len(audio))) ** 0.3
    return (audio * ramp).astype(np.float32), mask


def _hum(audio: Audio, rng: np.random.Generator) -> Audio:
    """A closed mouth: low-passed at 400 to 900 Hz and brought back to its level."""
    spectrum = np.fft.rfft(audio)
    freq = np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE_HZ)
    nasal = np.fft.irfft(spectrum / (1 + (freq / rng.uniform(400, 900)) ** 6), len(audio))
    return (nasal * np.sqrt(np.mean(audio**2) / (np.mean(nasal**2) + 1e-9))).astype(np.float32)


class Stage:
    """Two empty clean tracks of `length` hops, and what has been placed on them."""

    def __init__(self, voices: tuple[Voice, Voice], length: int, rng: np.random.Generator) -> None:
        self._voices, self._rng = voices, rng
        self.tracks = tuple(
            Track(np.zeros(length * HOP_SAMPLES, np.float32), np.zeros(length, np.bool_)) for _ in voices
        )
        self.holds: list[tuple[int, int]] = []

    def say(self, side: int, at: int, length: int) -> int:
        """Talk of about `length` hops from hop `at`. Returns the hop behind its last speech."""
        return self._place(side, at, talk(self._voices[side], length, self._rng))

    def nod(self, side: int, at: int, length: int) -> int:
        """A short burst from hop `at`. Returns the hop behind it."""
        return self._place(side, at, word(self._voices[side], length, self._rng))

    def dialogue(self, length: int) -> Dialogue:
        """The first `length` hops as a dialogue."""
        agent, customer = (
            Track(track.audio[: length * HOP_SAMPLES], track.speech[:length]) for track in self.tracks
        )
        return Dialogue((agent, customer), self.holds)

    def _place(self, side: int, at: int, sound: tuple[Audio, Mask]) -> int:
        audio, mask = sound
        track = self.tracks[side]
        ramp = np.minimum(np.arange(1, len(audio) + 1) / FADE, 1).astype(np.float32)
        level = np.float32(10 ** (self._rng.normal(0, 1.5) / 20))
        track.audio[at * HOP_SAMPLES : at * HOP_SAMPLES + len(audio)] += audio * ramp * ramp[::-1] * level
        track.speech[at : at + len(mask)] |= mask
        return at + len(mask)
