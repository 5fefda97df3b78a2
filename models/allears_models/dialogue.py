"""Two clean tracks with human timing: turns, pauses, acknowledgements, talk-overs, monologues, dead air, holds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from allears_core.params import HOP_SAMPLES, SAMPLE_RATE_HZ
from allears_models import labels
from allears_models.data import Audio, Clip

HOPS_PER_S = SAMPLE_RATE_HZ / HOP_SAMPLES
TRANSFER_MEAN_S, TRANSFER_SD_S = 0.2, 0.45
FADE = 40  # samples: cuts do not click


@dataclass
class Voice:
    """One talker's material: audio at 0 dB active level with its speech mask, in pieces of whole hops."""

    speaker: str
    language: str
    pieces: list[tuple[Audio, labels.Mask]]


@dataclass
class Track:
    """One side of a call: clean audio and the flag a hop that says whether it speaks."""

    audio: Audio
    speech: labels.Mask
    busy_until: int = 0


@dataclass
class Dialogue:
    """Both sides, [agent, customer], and the (start, end) hops of holds, where the line carries music."""

    tracks: tuple[Track, Track]
    holds: list[tuple[int, int]] = field(default_factory=list)


def make_voice(clips: list[Clip], rng: np.random.Generator, limit_s: float = 90.0) -> Voice:
    """A talker from some of the clips of one speaker, at a random rate (0.9 to 1.12) and hop alignment."""
    rate = float(rng.uniform(0.9, 1.12))
    order = rng.permutation(len(clips))
    pieces: list[tuple[Audio, labels.Mask]] = []
    total = 0.0
    for index in order:
        audio = clips[index].audio[int(rng.integers(HOP_SAMPLES)) :]
        audio = np.interp(np.arange(0, len(audio) - 1, rate), np.arange(len(audio)), audio).astype(np.float32)
        audio = audio[: len(audio) // HOP_SAMPLES * HOP_SAMPLES]
        mask = labels.speech_hops(audio)
        if mask.any():
            audio = audio * np.float32(10 ** (-labels.active_level(labels.hop_levels(audio)) / 20))
            pieces.append((audio, mask))
        total += len(audio) / SAMPLE_RATE_HZ
        if total > limit_s:
            break
    return Voice(clips[0].speaker, clips[0].language, pieces)


def make_dialogue(voices: tuple[Voice, Voice], hops: int, rng: np.random.Generator) -> Dialogue:
    """A dialogue of `hops` hops; index 0 is the agent, 1 the customer."""
    tracks = (_silence(hops), _silence(hops))
    dialogue = Dialogue(tracks)
    time, side = rng.uniform(0, 2) * HOPS_PER_S, int(rng.integers(2))
    talkative = rng.uniform(0.3, 1.7)
    while time < hops:
        draw = rng.random()
        if draw < 0.05:
            time += rng.uniform(4, 10) * HOPS_PER_S
        elif draw < 0.10:
            time = _hold(dialogue, voices, int(time), rng)
        length = float(np.clip(rng.lognormal(np.log(2.2), 0.8), 0.35, 14.0))
        if rng.random() < 0.05:
            length = rng.uniform(12, 25)
        start, end = _speak(tracks[side], voices[side], int(time), int(length * HOPS_PER_S), rng)
        _acknowledge(tracks[1 - side], voices[1 - side], start, end, talkative, rng)
        if rng.random() < 0.15 and end - start > 2 * HOPS_PER_S:
            offset = -rng.uniform(0.4, 2.5)
        else:
            offset = rng.normal(TRANSFER_MEAN_S, TRANSFER_SD_S)
        time = max(end + offset * HOPS_PER_S, start + 0.3 * HOPS_PER_S)
        side = 1 - side if rng.random() < 0.92 else side
    return dialogue


def _silence(hops: int) -> Track:
    return Track(np.zeros(hops * HOP_SAMPLES, np.float32), np.zeros(hops, np.bool_))


def _hold(dialogue: Dialogue, voices: tuple[Voice, Voice], start: int, rng: np.random.Generator) -> float:
    """A hold from hop `start`; now and then the agent mumbles into it. Returns the hop at which it ends."""
    end = int(start + rng.uniform(6, 18) * HOPS_PER_S)
    dialogue.holds.append((start, end))
    if rng.random() < 0.3:
        _speak(dialogue.tracks[0], voices[0], start + int(rng.uniform(0, 4) * HOPS_PER_S), 90, rng)
    return end + rng.uniform(0.1, 1.0) * HOPS_PER_S


def _speak(track: Track, voice: Voice, start: int, length: int, rng: np.random.Generator) -> tuple[int, int]:
    """Put about `length` hops of talk at `start` (later if the side is still busy). Returns what was used."""
    start = max(start, track.busy_until + 4, 0)
    at, level = start, rng.normal(0, 2.0)
    while at < start + length and at < len(track.speech):
        audio, mask = voice.pieces[int(rng.integers(len(voice.pieces)))]
        runs = labels.bursts(mask)
        first = max(runs[int(rng.integers(len(runs)))][0] - 2, 0)
        last = _cut(mask, first, start + length - at)
        at = _place(track, audio, mask, (first, last), at, level)
        at += int(rng.uniform(0.1, 0.6) * HOPS_PER_S)
    track.busy_until = at
    return start, at


def _cut(mask: labels.Mask, first: int, length: int) -> int:
    """A place to stop near `first + length`: the next pause if one comes within 0.5 s, else there."""
    wanted = min(first + length, len(mask))
    pauses = np.flatnonzero(~mask[wanted : wanted + 31])
    return min(wanted + int(pauses[0]) + 1, len(mask)) if len(pauses) else wanted


def _acknowledge(
    track: Track, voice: Voice, start: int, end: int, talkative: float, rng: np.random.Generator
) -> None:
    """Short bursts (150 to 700 ms) of the listener inside the turn start…end; some hummed, all a bit softer."""
    at = start + rng.uniform(0.6, 2.5) * HOPS_PER_S
    while at < end - 0.3 * HOPS_PER_S:
        if rng.random() < 0.4 * talkative:
            hops = int(rng.uniform(0.15, 0.7) * HOPS_PER_S)
            audio, mask = _short_burst(voice, hops, rng)
            first = max(int(at), track.busy_until + 4)
            track.busy_until = _place(track, audio, mask, (0, len(mask)), first, rng.uniform(-7, 1))
        at += rng.uniform(1.2, 4.0) * HOPS_PER_S


def _short_burst(voice: Voice, hops: int, rng: np.random.Generator) -> tuple[Audio, labels.Mask]:
    """`hops` hops of speech from the loud part of a burst, with soft edges; two in five are nasal hums."""
    audio, mask = voice.pieces[int(rng.integers(len(voice.pieces)))]
    runs = labels.bursts(mask)
    first, last = runs[int(rng.integers(len(runs)))]
    first = int(rng.integers(first, max(last - hops, first) + 1))
    piece = audio[first * HOP_SAMPLES : (first + hops) * HOP_SAMPLES].copy()
    spoken = mask[first : first + hops].copy()
    if rng.random() < 0.4:
        piece = _hum(piece, rng)
        spoken[:] = labels.hop_levels(piece) > -25
    ramp = np.sin(np.linspace(0, np.pi, len(piece))) ** rng.uniform(0.15, 0.7)
    return (piece * ramp).astype(np.float32), spoken


def _hum(piece: Audio, rng: np.random.Generator) -> Audio:
    """Speech made nasal: low-passed at 350 to 900 Hz, one or two beats, brought back to 0 dB."""
    spectrum = np.fft.rfft(piece)
    freq = np.fft.rfftfreq(len(piece), 1 / SAMPLE_RATE_HZ)
    piece = np.fft.irfft(spectrum / (1 + (freq / rng.uniform(350, 900)) ** 6), len(piece))
    if rng.random() < 0.5:
        beat = np.abs(np.cos(np.linspace(0, np.pi, len(piece)))) ** 0.7
        piece = piece * (0.1 + beat)
    power = np.mean(piece**2)
    return (piece / np.sqrt(power + 1e-6)).astype(np.float32)


def _place(
    track: Track, audio: Audio, mask: labels.Mask, span: tuple[int, int], at: int, level_db: float
) -> int:
    """Add hops `span` of a piece to the track at hop `at`. Returns the hop behind it."""
    count = min(span[1] - span[0], len(track.speech) - at)
    if count <= 0:
        return at
    piece = audio[span[0] * HOP_SAMPLES : (span[0] + count) * HOP_SAMPLES] * np.float32(10 ** (level_db / 20))
    ramp = np.minimum(np.arange(len(piece)) / FADE, 1).astype(np.float32)
    piece = piece * np.minimum(ramp, ramp[::-1])
    track.audio[at * HOP_SAMPLES : at * HOP_SAMPLES + len(piece)] += piece
    track.speech[at : at + count] |= mask[span[0] : span[0] + count]
    return at + count


def group_by_speaker(clips: list[Clip]) -> dict[str, list[Clip]]:
    """The clips of each speaker."""
    speakers: dict[str, list[Clip]] = {}
    for clip in clips:
        speakers.setdefault(clip.speaker, []).append(clip)
    return speakers


def draw_weights(speakers: dict[str, list[Clip]]) -> npt.NDArray[np.float64]:
    """How often a speaker is drawn: half alike for all, half by the minutes there are of them."""
    minutes = np.array([sum(len(clip.audio) for clip in clips) for clips in speakers.values()], np.float64)
    return 0.5 / len(minutes) + 0.5 * minutes / minutes.sum()
