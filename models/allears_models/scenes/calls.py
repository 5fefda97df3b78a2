"""One labelled call: script, acoustic family and truth together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allears_models import dialogue, labels
from allears_models.data import Clip, DataError, Pool
from allears_models.event_truth import Truth, truth_of
from allears_models.negatives import tones, unit
from allears_models.scenes.material import Stage, hops
from allears_models.scenes.moves import ROOM_S, Script
from allears_models.simulate import Conditions, Family, Simulator

TAIL_S = 2.0  # silence behind the last word: the call has been hung up
NOISES = 8


@dataclass(frozen=True)
class Scene:
    """pcm int16 (samples, 2) as the clip hears the call; script: (move, its first hop), in order."""

    pcm: npt.NDArray[np.int16]
    truth: Truth
    conditions: Conditions
    script: list[tuple[str, int]]


class Playwright:
    """Writes scenes with the voices and noises of one split. Raises DataError unless two speakers can be had."""

    def __init__(self, pool: Pool, split: str, family: Family | None = None) -> None:
        clear = [
            clip for clip in pool.speech(split) if labels.speech_range(clip.audio) >= labels.CLEAR_RANGE_DB
        ]
        by_speaker = dialogue.group_by_speaker(clear)
        if len(by_speaker) < 2:
            raise DataError(
                f"the split {split!r} holds {len(by_speaker)} speakers clear enough to be labelled and a call needs "
                "two: name another split with --split, or add speech files to the manifest"
            )
        self._speakers, self._weights = list(by_speaker.values()), dialogue.draw_weights(by_speaker)
        self._simulator = Simulator(with_noise(pool, split), split, family or Family(), 1.0)

    def scene(self, minutes: float, rng: np.random.Generator, style: str = "mixed") -> Scene:
        """A call of about `minutes` (it ends with the move that is then under way), determined by `rng`."""
        first, second = rng.choice(len(self._speakers), 2, replace=False, p=self._weights)
        voices = (
            dialogue.make_voice(self._speakers[first], rng),
            dialogue.make_voice(self._speakers[second], rng),
        )
        wanted = hops(minutes * 60)
        stage = Stage(voices, wanted + hops(ROOM_S), rng)
        script = Script(stage, style, rng)
        script.play(wanted)
        scene = self.through_family(stage.dialogue(script.now + hops(TAIL_S)), script.log, rng)
        facts = scene.conditions
        facts.agent, facts.customer = voices[0].speaker, voices[1].speaker
        facts.agent_language, facts.customer_language = voices[0].language, voices[1].language
        return scene

    def through_family(
        self, talk: dialogue.Dialogue, script: list[tuple[str, int]], rng: np.random.Generator
    ) -> Scene:
        """Clean tracks as the clip hears them under drawn conditions, with their truth."""
        heard = self._simulator.through_family(talk, rng)
        truth = truth_of(talk.tracks[0].speech, talk.tracks[1].speech, heard.hold)
        return Scene(heard.pcm, truth, heard.conditions, script)


def with_noise(pool: Pool, split: str) -> Pool:
    """The pool; where its split has no noise of its own, with made noise, hum and hold tones in its place."""
    if pool.noise(split):
        return pool
    rng = np.random.default_rng(0)
    made = []
    for index in range(NOISES):
        colour = np.cumsum(rng.normal(size=80000)) if index % 2 else rng.normal(size=80000)
        hiss = unit(
            (colour - np.convolve(colour, np.ones(400) / 400, "same")).astype(np.float32)
        ) * np.float32(0.05)
        made.append(Clip("", "noise", "coloured_noise", "made/noise", "", split, hiss))
        made.append(
            Clip("", "noise", "hold_music", "made/tones", "", split, tones(80000, rng) * np.float32(0.05))
        )
    return Pool((*pool.clips, *made), pool.rejected)
