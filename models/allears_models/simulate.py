"""A call as the clip hears it: a dialogue put through the acoustic family, with both front ends.

Levels are those of the design: see :class:`Family`. Labels come with the dialogue, from the clean tracks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from allears_core.params import FULL_SCALE, HOP_SAMPLES
from allears_models import acoustics, dialogue, labels, negatives
from allears_models.acoustics import Grid, Response, gain
from allears_models.data import Audio, Pool

Range = tuple[float, float]


@dataclass(frozen=True)
class Family:
    """The acoustic family, uniform in each range: dBFS for levels, dB for ratios."""

    agent_dbfs: Range = (-32.0, -20.0)
    customer_dbfs: Range = (-44.0, -28.0)
    leak_to_ear_db: Range = (-14.0, 4.0)  # agent through the air at the ear, against the customer there
    leak_to_mouth_db: Range = (-30.0, -14.0)  # customer at the mouth, against the customer at the ear
    sidetone_db: Range = (-40.0, -16.0)  # agent in the headset, against the customer at the ear
    room_snr_db: Range = (8.0, 30.0)
    line_snr_db: Range = (12.0, 40.0)
    room_at_ear_db: Range = (-18.0, -3.0)  # room noise at the ear, against the mouth microphone
    inline_share: float = 0.25


@dataclass
class Conditions:
    """What was drawn for one call; every field is written beside its features."""

    front_end: str
    codec: str
    agent_dbfs: float
    customer_dbfs: float
    leak_to_ear_db: float
    room_snr_db: float
    line_snr_db: float
    room_group: str
    agent: str = ""
    customer: str = ""
    agent_language: str = ""
    customer_language: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass
class Call:
    """int16 (samples, 2) as the clip records it; speech bool (hops, 2); hold bool (hops,): music on the line."""

    pcm: npt.NDArray[np.int16]
    speech: npt.NDArray[np.bool_]
    hold: npt.NDArray[np.bool_]
    conditions: Conditions


class Simulator:
    """Draws calls from one split of a pool. `seconds` is the length of every call."""

    def __init__(self, pool: Pool, split: str, family: Family, seconds: float) -> None:
        clear = [
            clip for clip in pool.speech(split) if labels.speech_range(clip.audio) >= labels.CLEAR_RANGE_DB
        ]
        by_speaker = dialogue.group_by_speaker(clear)
        self._speakers = list(by_speaker.values())
        self._weights = dialogue.draw_weights(by_speaker)
        self._noise = pool.noise(split)
        self._family = family
        self.hops = int(seconds * dialogue.HOPS_PER_S)

    def call(self, rng: np.random.Generator) -> Call:
        """A call of two different speakers of the split."""
        first, second = rng.choice(len(self._speakers), 2, replace=False, p=self._weights)
        voices = tuple(dialogue.make_voice(self._speakers[index], rng) for index in (first, second))
        talk = dialogue.make_dialogue((voices[0], voices[1]), self.hops, rng)
        call = self.through_family(talk, rng)
        facts = call.conditions
        facts.agent, facts.customer = voices[0].speaker, voices[1].speaker
        facts.agent_language, facts.customer_language = voices[0].language, voices[1].language
        return call

    def through_family(self, talk: dialogue.Dialogue, rng: np.random.Generator) -> Call:
        """The dialogue as the two microphones hear it, with conditions drawn from the family."""
        facts = self._draw(rng)
        grid = Grid(len(talk.tracks[0].audio))
        agent = self._agent(talk, rng)
        line = grid.forward(self._line(talk, facts, grid, rng)) * gain(facts.customer_dbfs)
        room = self._room(len(agent), facts, rng)
        mouth, ear = self._microphones(grid, grid.forward(agent), line, grid.forward(room), facts, rng)
        body = self._body_sounds(len(agent), facts, rng)
        pcm = np.stack([mouth + body[0], ear + body[1]], axis=1)
        pcm += rng.normal(size=pcm.shape) * gain(rng.uniform(-92, -78))
        if rng.random() < 0.06:
            pcm[:, 0] = acoustics.gate(pcm[:, 0], labels.hang(talk.tracks[0].speech, 12), 0.0)
        pcm16 = np.clip(np.round(pcm * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
        hold = np.zeros(len(talk.tracks[0].speech), np.bool_)
        for start, end in talk.holds:
            hold[start:end] = True
        return Call(pcm16, np.stack([track.speech for track in talk.tracks], axis=1), hold, facts)

    def _draw(self, rng: np.random.Generator) -> Conditions:
        family = self._family
        return Conditions(
            front_end="inline" if rng.random() < family.inline_share else "air",
            codec=str(rng.choice(acoustics.CODECS, p=[0.35, 0.25, 0.15, 0.15, 0.1])),
            agent_dbfs=rng.uniform(*family.agent_dbfs),
            customer_dbfs=rng.uniform(*family.customer_dbfs),
            leak_to_ear_db=rng.uniform(*family.leak_to_ear_db),
            room_snr_db=rng.uniform(*family.room_snr_db),
            line_snr_db=rng.uniform(*family.line_snr_db),
            room_group="",
        )

    def _agent(self, talk: dialogue.Dialogue, rng: np.random.Generator) -> Audio:
        """The agent's clean voice; a slow drift of up to 3 dB, as the boom moves."""
        audio = talk.tracks[0].audio
        drift = np.interp(np.linspace(0, 1, len(audio)), np.linspace(0, 1, 6), rng.normal(0, 1.2, 6))
        return (audio * 10 ** (drift / 20)).astype(np.float32)

    def _line(
        self, talk: dialogue.Dialogue, facts: Conditions, grid: Grid, rng: np.random.Generator
    ) -> Audio:
        """The far end's signal at 0 dB customer level: voice, its noise, holds and tones, band, codec."""
        track = talk.tracks[1]
        clean = grid.forward(track.audio) * acoustics.equaliser(grid, rng, 4)
        if rng.random() < 0.2:
            clean = clean * acoustics.room(grid, rng, (6, 16))
        noise = self._line_noise(len(track.audio), rng) * gain(-facts.line_snr_db)
        noise += self._line_events(talk, rng)
        line = grid.inverse((clean + grid.forward(noise)) * acoustics.telephone(grid, rng))
        power = labels.active_level(labels.hop_levels(line)[track.speech]) if track.speech.any() else 0.0
        line = line * gain(-power)
        if rng.random() < 0.15:
            keep = labels.hang(track.speech, int(rng.integers(8, 25)))
            for start, end in talk.holds:
                keep[start:end] = True
            comfort = 0.0 if rng.random() < 0.5 else float(gain(-facts.line_snr_db - 4))
            line = acoustics.gate(line, keep, comfort)
        return acoustics.codec(line, facts.codec, rng.uniform(-30, -14), rng)

    def _line_noise(self, samples: int, rng: np.random.Generator) -> Audio:
        if rng.random() < 0.4:
            return rng.normal(size=samples).astype(np.float32)
        return negatives.loop(negatives.pick(self._noise, negatives.ROOM_GROUPS, rng).audio, samples, rng)

    def _line_events(self, talk: dialogue.Dialogue, rng: np.random.Generator) -> Audio:
        """Hold music, ringing and tones where the customer does not talk, at the customer's level ± 6 dB."""
        track = talk.tracks[1]
        events = np.zeros(len(track.audio), np.float32)
        spans = list(talk.holds)
        for _ in range(int(rng.poisson(0.6))):
            start = int(rng.integers(len(track.speech)))
            spans.append((start, start + int(rng.uniform(0.2, 3) * dialogue.HOPS_PER_S)))
        for index, (start, end) in enumerate(spans):
            end = min(end, len(track.speech))
            if end - start < 4 or (index >= len(talk.holds) and track.speech[start:end].any()):
                continue
            count = (end - start) * HOP_SAMPLES
            groups = (
                ("hold_music",) if index < len(talk.holds) and rng.random() < 0.75 else negatives.LINE_EVENTS
            )
            recorded = rng.random() < 0.8 and index < len(talk.holds)
            sound = (
                negatives.pick(self._noise, groups, rng).audio if recorded else negatives.tones(count, rng)
            )
            at = start * HOP_SAMPLES
            events[at : at + count] = negatives.loop(sound, count, rng) * gain(rng.uniform(-9, 5))
        return events

    def _room(self, samples: int, facts: Conditions, rng: np.random.Generator) -> Audio:
        """One to three noises of the agent's room, together at 0 dB mean power."""
        total, names = np.zeros(samples, np.float32), []
        for _ in range(int(rng.integers(1, 4))):
            clip = negatives.pick(self._noise, negatives.ROOM_GROUPS, rng)
            names.append(clip.group)
            total += negatives.loop(clip.audio, samples, rng) * gain(rng.uniform(-12, 0))
        facts.room_group = names[0]
        return negatives.unit(total)

    def _microphones(
        self,
        grid: Grid,
        agent: Response,
        line: Response,
        noise: Response,
        facts: Conditions,
        rng: np.random.Generator,
    ) -> tuple[Audio, Audio]:
        """Mouth and ear signals from the spectra of the agent, the line and the room."""
        family, inline = self._family, facts.front_end == "inline"
        tone = acoustics.equaliser(grid, rng, 3)
        near = tone * acoustics.room(grid, rng, (12, 28)) * gain(facts.agent_dbfs)
        noise_at_mouth = noise * tone * gain(facts.agent_dbfs - facts.room_snr_db)
        speaker = acoustics.headset_speaker(grid, rng)
        speaker = speaker / self._band_gain(grid, speaker)
        air = acoustics.equaliser(grid, rng, 5) * acoustics.room(grid, rng, (3, 15))
        leak = line * speaker * air * gain(rng.uniform(*family.leak_to_mouth_db)) / self._band_gain(grid, air)
        mouth = agent * near + noise_at_mouth + leak
        sidetone = acoustics.telephone(grid, rng) * gain(
            facts.customer_dbfs + rng.uniform(*family.sidetone_db)
        )
        if inline:
            return grid.inverse(mouth), grid.inverse(line + agent * sidetone)
        through_air = acoustics.equaliser(grid, rng, 4) * acoustics.room(grid, rng, (2, 14))
        through_air = through_air / self._band_gain(grid, through_air)
        airborne = agent * through_air * gain(facts.customer_dbfs + facts.leak_to_ear_db)
        at_ear = (
            noise_at_mouth * acoustics.equaliser(grid, rng, 3) * gain(rng.uniform(*family.room_at_ear_db))
        )
        return grid.inverse(mouth), grid.inverse((line + agent * sidetone) * speaker + airborne + at_ear)

    @staticmethod
    def _band_gain(grid: Grid, response: Response) -> np.float32:
        """Root mean square gain of a path over the speech band."""
        band = (grid.freq > 200) & (grid.freq < 3400)
        return np.float32(np.sqrt(np.mean(np.abs(response[band]) ** 2)))

    def _body_sounds(
        self, samples: int, facts: Conditions, rng: np.random.Generator
    ) -> npt.NDArray[np.float32]:
        """(2, samples): taps, motor, breath and cough at the mouth, and what of them the ear hears."""
        both = np.zeros((2, samples), np.float32)
        for name, per_minute, ear_db in (
            ("tap", 3.0, -6.0), ("motor", 1.0, 0.0), ("breath", 5.0, -30.0), ("cough", 0.7, -15.0)
        ):  # fmt: skip
            if rng.random() < 0.45:
                track = negatives.scatter(samples, name, per_minute * rng.uniform(0.5, 2), rng)
                track = track * gain(facts.agent_dbfs + rng.uniform(-22, 2))
                both[0] += track
                if facts.front_end == "air" or name == "motor":
                    both[1] += track * gain(ear_db + rng.uniform(-10, 6))
        return both
