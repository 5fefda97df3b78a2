"""The product's answer to a call: golden features, the integer network and the clip's own core, hop by hop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from allears.signal import features
from allears.signal.network import Network
from allears_core import records
from allears_core.conversation import Conversation
from allears_core.fields import NONE_U32
from allears_core.params import BANDS
from allears_core.settings import Settings
from allears_models.event_truth import Event
from allears_models.labels import Mask

CLEAN_Q8 = 2048  # a logit nobody doubts
CLEAN_THRESHOLDS = {"on_q8": [0, 0], "off_q8": [0, 0]}


@dataclass(frozen=True)
class Cue:
    """A cue decided on with the end of `hop`. suppressed: why it was not shown, "" if it was; firm: hop at which it
    grew firm, -1 if it did not."""

    hop: int
    kind: str
    onset: int
    suppressed: str
    withdrawn: bool
    firm: int


@dataclass(frozen=True)
class Answer:
    """Decisions (hops,) of both sides, events and cues in order."""

    agent: Mask
    customer: Mask
    events: list[Event] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)


class Heard:
    """One hop of sound as the conversation takes it: the attributes of the clip's feature kernels."""

    bands: list[int]
    level: list[int]
    peak: list[int]


def hops_of(sound: features.Features) -> Iterator[Heard]:
    """The hops of `sound` one after another, always in the same object."""
    heard = Heard()
    bands = sound.bands.reshape(len(sound.bands), -1).tolist()
    for row in zip(bands, sound.level_q8.tolist(), sound.peak.tolist(), strict=True):
        heard.bands, heard.level, heard.peak = row
        yield heard


@dataclass(frozen=True)
class Hearing:
    """One call as core meets it: its sound, the network's logits (hops, 3) and the thresholds that go with them."""

    sound: features.Features
    logits: npt.NDArray[np.int16]
    thresholds: dict[str, Any]

    def answer(self, agent: Mask | None = None, customer: Mask | None = None) -> Answer:
        """What core makes of it. agent, customer: who speaks (hops,), where that side is not left to the network."""
        logits = self.logits.copy()
        for side, track in enumerate((agent, customer)):
            if track is not None:
                logits[:, side] = np.where(track[: len(logits)], CLEAN_Q8, -CLEAN_Q8)
        return follow(logits, self.sound.level_q8, self.thresholds, heard=hops_of(self.sound))


def hear(pcms: Sequence[npt.NDArray[np.int16]], network: Network) -> list[Hearing]:
    """Several calls, int16 (samples, 2) each, through features and network."""
    sounds = [features.extract(pcm) for pcm in pcms]
    longest = max(len(sound.bands) for sound in sounds)
    padded = np.zeros((len(sounds), longest, 2 * BANDS), np.int16)
    for index, sound in enumerate(sounds):
        padded[index, : len(sound.bands)] = sound.bands.reshape(-1, 2 * BANDS)
    logits = network.run_batch(padded)
    thresholds = network.manifest["thresholds"]
    return [
        Hearing(sound, logits[index, : len(sound.bands)], thresholds) for index, sound in enumerate(sounds)
    ]


def clean_answer(agent: Mask, customer: Mask, settings: Settings | None = None) -> Answer:
    """What core makes of clean tracks: no sound, no network, no doubt."""
    sure = np.where(np.stack([agent, customer, agent & customer], axis=1), CLEAN_Q8, -CLEAN_Q8).astype(
        np.int16
    )
    level = np.full((len(agent), 2), -30 * 256, np.int16)
    return follow(sure, level, CLEAN_THRESHOLDS, settings)


def follow(
    logits: npt.NDArray[np.int16],
    level_q8: npt.NDArray[np.int16],
    thresholds: dict[str, Any],
    settings: Settings | None = None,
    heard: Iterable[Heard | None] = repeat(None),
) -> Answer:
    """Run the clip's conversation over logits (hops, 3) and levels (hops, 2); heard: the sound they come from."""
    emitted: list[tuple[str, dict[str, Any]]] = []
    conversation = Conversation(
        settings or Settings(),
        thresholds,
        lambda layout, values: emitted.append((layout.name, values)),
        _show_nothing,
    )
    decisions = np.zeros((len(logits), 2), np.bool_)
    for hop, (logit, level, sound) in enumerate(zip(logits.tolist(), level_q8.tolist(), heard, strict=False)):
        conversation.step(logit, level, sound)
        decisions[hop] = conversation.agent, conversation.customer
    conversation.finish()
    events = sorted(_event(values) for name, values in emitted if name == "EVENT")
    notes = [values for name, values in emitted if name == "CUE_NOTE"]
    cues = [_cue(values, notes) for name, values in emitted if name == "CUE"]
    return Answer(decisions[:, 0], decisions[:, 1], events, cues)


def _event(values: dict[str, Any]) -> Event:
    onset = values["onset_hop"]
    return Event(
        onset,
        records.EVENT_KINDS[values["kind"]],
        onset + values["duration_hops"],
        records.SUBTYPES[values["subtype"]],
        values["overlap_hops"],
        values["floor_hops"],
    )


def _cue(values: dict[str, Any], notes: list[dict[str, Any]]) -> Cue:
    said = {
        records.CUE_NOTES[note["note"]]: note["at_hop"]
        for note in notes
        if note["cue_hop"] == values["at_hop"]
    }
    return Cue(
        values["at_hop"],
        records.CUE_KINDS[values["kind"]],
        -1 if values["reason_hop"] == NONE_U32 else values["reason_hop"],
        records.SUPPRESSIONS[values["suppressed"]],
        "withdrawn" in said,
        said.get("firm", -1),
    )


def _show_nothing(kind: int, strength: int) -> None:
    """Nobody wears this clip; the cue stands in the records."""
