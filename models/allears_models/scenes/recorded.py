"""A real two-channel call with one clean speaker a channel, to be heard through the acoustic family."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from allears_core.params import HOP_SAMPLES
from allears_models import labels
from allears_models.data import read_audio
from allears_models.dialogue import Dialogue, Track


def read_dialogue(path: Path, agent_later: int = 0) -> Dialogue:
    """The call's channels (agent, customer) as clean tracks at 0 dB active level. Raises DataError.

    agent_later: moves the agent's channel by that many hops, end to start: real talk with overlaps that did not
    happen in the real call.
    """
    audio = read_audio(path, 2)
    audio = audio[: len(audio) // HOP_SAMPLES * HOP_SAMPLES]
    tracks = []
    for channel, later in ((0, agent_later), (1, 0)):
        side = np.roll(audio[:, channel], later * HOP_SAMPLES)
        speech = labels.speech_hops(side)
        level = labels.active_level(labels.hop_levels(side)[speech])
        tracks.append(Track(side * np.float32(10 ** (-level / 20)), speech))
    return Dialogue((tracks[0], tracks[1]))
