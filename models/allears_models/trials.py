"""Trials beside the simulated dialogues: hard negatives on their own, and a real call put through the family."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from allears_core.params import FULL_SCALE, HOP_SAMPLES, SAMPLE_RATE_HZ
from allears_models import acoustics, data, dialogue, labels, negatives
from allears_models.acoustics import gain
from allears_models.data import Audio, Clip
from allears_models.simulate import Call, Family, Simulator

REAL_CALL = Path("calls") / "aws-autorepairs-40.flac"
Pcm = npt.NDArray[np.int16]
AGENT_DBFS, CUSTOMER_DBFS = -26.0, -36.0
LINE_KINDS = ("hold_music", "ring_tone", "call_progress", "notification")
ROOM_KINDS = ("keyboard", "babble_cafe", "babble_mixed", "distant_talker", "street", "household", "ambient")


def hard_negatives(clips: list[Clip], seconds: float, seed: int) -> Iterator[tuple[str, Pcm]]:
    """(kind, int16 (samples, 2)) of sounds without a talker, at the middle of the family's levels.

    Line sounds stand at the customer's level at the ear; room noise 12 dB under the agent at the mouth and 10 dB
    less at the ear; what the body does comes as loud as the agent less 6 dB.
    """
    samples = int(seconds * SAMPLE_RATE_HZ) // HOP_SAMPLES * HOP_SAMPLES
    rng = np.random.default_rng(seed)
    nothing = np.zeros(samples, np.float32)
    groups = {clip.group for clip in clips}
    for kind in LINE_KINDS:
        if kind in groups:
            sound = _chain(clips, kind, samples, rng)
            line = acoustics.codec(_telephone(sound, rng), "g711-mu", -20, rng)
            yield kind.replace("_", " "), _mixed(nothing, line * gain(CUSTOMER_DBFS), rng)
    made = negatives.tones(samples, rng)
    yield "tones and DTMF", _mixed(nothing, _telephone(made, rng) * gain(CUSTOMER_DBFS), rng)
    for kind in ROOM_KINDS:
        if kind in groups:
            sound = _chain(clips, kind, samples, rng) * gain(AGENT_DBFS - 12)
            yield kind.replace("_", " "), _mixed(sound, sound * gain(-10), rng)
    for kind in negatives.BODY_SOUNDS:
        sound = negatives.scatter(samples, kind, 20, rng) * gain(AGENT_DBFS - 6)
        yield kind, _mixed(sound, sound * gain(-8), rng)
    comfort = rng.normal(size=(2, samples)).astype(np.float32) * gain(-62)
    yield "comfort noise", _mixed(comfort[0], comfort[1], rng)
    yield "digital silence", np.zeros((samples, 2), np.int16)


def _chain(clips: list[Clip], kind: str, samples: int, rng: np.random.Generator) -> Audio:
    """All clips of a class, one after another, at 0 dB mean power each."""
    audio = np.concatenate([negatives.unit(clip.audio) for clip in clips if clip.group == kind])
    start = int(rng.integers(len(audio)))
    return np.tile(audio, (start + samples) // len(audio) + 1)[start : start + samples]


def _telephone(audio: Audio, rng: np.random.Generator) -> Audio:
    grid = acoustics.Grid(len(audio))
    return negatives.unit(grid.inverse(grid.forward(audio) * acoustics.telephone(grid, rng)))


def _mixed(mouth: Audio, ear: Audio, rng: np.random.Generator) -> Pcm:
    pcm = np.stack([mouth, ear], axis=1) + rng.normal(size=(len(mouth), 2)) * gain(-84)
    return np.clip(np.round(pcm * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def real_call(folder: Path, simulator: Simulator, draws: int, seed: int) -> list[Call]:
    """The recorded two-channel call (agent, caller: no leakage) as the family would let the clip hear it.

    Labels are those of its own clean channels. Raises DataError when the recording is not there.
    """
    audio = data.read_audio(folder / REAL_CALL, channels=2)
    audio = audio[: len(audio) // HOP_SAMPLES * HOP_SAMPLES]
    calls = []
    for draw in range(draws):
        tracks = []
        for side in range(2):
            track = audio[:, side].copy()
            mask = labels.speech_hops(track)
            track *= gain(-labels.active_level(labels.hop_levels(track)))
            tracks.append(dialogue.Track(track, mask))
        talk = dialogue.Dialogue((tracks[0], tracks[1]))
        calls.append(simulator.through_family(talk, np.random.default_rng([seed, draw])))
    return calls


def plain_simulator(pool: data.Pool, split: str) -> Simulator:
    """A simulator of the released family for one split, for trials only."""
    return Simulator(pool, split, Family(), 1.0)
