"""Swapped, dead, stuck, identical, humming and clipped microphones on real talk: told within 10 s, and no cue."""

import numpy as np
import pytest

from allears_core import records
from allears_core.params import HOP_MS, SAMPLE_RATE_HZ

TOLD_S = 10.0
SIDES = ("mouth", "ear")


def stuck(pcm, side):
    pcm[:, side] = -700


def dead(pcm, side):
    pcm[:, side] = 0


def last_bit(pcm, side):
    pcm[:, side] = np.random.default_rng(1).integers(-1, 2, len(pcm))


def clipped(pcm, side):
    pcm[:, side] *= 60


def hum(pcm, side):
    time = np.arange(len(pcm)) / SAMPLE_RATE_HZ
    pcm[:, side] = 3000 * sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3))


SPOILED = {
    stuck: "channel-stuck",
    dead: "microphone-dead",
    last_bit: "microphone-dead",
    clipped: "clipping",
    hum: "hum",
}


def told(health):
    codes = records.HEALTH_CODES
    return [(values["hop"] * HOP_MS / 1000, codes[values["code"]], values["detail"]) for values in health]


@pytest.mark.parametrize("side", (0, 1), ids=SIDES)
@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_channel_is_told(demo_call, records_of, spoil, side):
    pcm = demo_call[: 30 * SAMPLE_RATE_HZ].astype(float)
    spoil(pcm, side)
    found = told(records_of(pcm, "HEALTH"))
    assert found[0][1:] == (SPOILED[spoil], SIDES[side].encode())
    assert found[0][0] <= TOLD_S


def test_identical_channels_are_told(demo_call, records_of):
    pcm = demo_call[: 30 * SAMPLE_RATE_HZ].copy()
    pcm[:, 1] = pcm[:, 0]
    assert told(records_of(pcm, "HEALTH"))[0][1] == "channels-identical"


def test_swapped_microphones_are_told_and_give_no_cue(demo_call, records_of):
    swapped = demo_call[:, ::-1]
    found = told(records_of(swapped, "HEALTH"))
    assert [code for _, code, _ in found] == ["microphones-swapped"]
    assert found[0][0] <= TOLD_S
    shown = [cue for cue in records_of(swapped, "CUE") if cue["suppressed"] == 0]
    assert shown == []


def test_honest_calls_raise_nothing(demo_call, real_call, records_of):
    # The real call's agent side is digitally silent between its words.
    assert records_of(demo_call, "HEALTH") == []
    assert records_of(real_call, "HEALTH") == []
