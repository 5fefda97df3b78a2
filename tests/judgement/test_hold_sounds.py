"""Recorded music on hold, ring tones and line tones, put on the line in the middle of the demo call."""

import csv

import numpy as np
import pytest
import soundfile

from allears_core import records
from allears_core.params import SAMPLE_RATE_HZ

CUT_S = 24.0  # of the demo call: a pause after the customer's third turn
HOLD_S = 20.0
TAIL_S = 12
SOUNDING = 0.1  # part of the time: a lone beep now and then is silence in between
ON_LINE = ("hold_music", "ring_tone", "call_progress")


def sounds(folder, group):
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as table:
        paths = [row["path"] for row in csv.DictReader(table) if row["split"] == "dev"]
    read = [soundfile.read(folder / path)[0] for path in paths if path.startswith(f"noise/{group}/")]
    return [sound for sound in read if np.mean(np.abs(sound) > 1e-3) > SOUNDING]


def on_the_line(sound, samples):
    """The sound looped, in a telephone's band, at 0 dB."""
    looped = np.resize(sound, samples)
    spectrum = np.fft.rfft(looped)
    freq = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE_HZ)
    spectrum[(freq < 280) | (freq > 3450)] = 0
    narrow = np.fft.irfft(spectrum, samples)
    return narrow / np.sqrt(np.mean(narrow**2))


def with_hold(call, sound):
    """The call with HOLD_S of a sound at its customer's level, and a line and a room as quiet as before."""
    cut = int(CUT_S * SAMPLE_RATE_HZ)
    samples = int(HOLD_S * SAMPLE_RATE_HZ)
    customer = np.percentile(np.abs(call[:cut, 1]), 95) / 2
    hold = np.random.default_rng(2).normal(0, 12, (samples, 2))
    hold[:, 1] += on_the_line(sound, samples) * customer
    return np.concatenate([call[:cut], hold, call[cut : cut + TAIL_S * SAMPLE_RATE_HZ]])


@pytest.mark.parametrize("group", ON_LINE)
def test_what_is_heard_on_hold_is_not_dead_air(shared, demo_call, records_of, group):
    found = []
    for sound in sounds(shared, group):
        pcm = with_hold(demo_call, sound)
        events = [records.EVENT_KINDS[event["kind"]] for event in records_of(pcm, "EVENT")]
        call = records_of(pcm, "CALL")[0]
        cues = [records.CUE_KINDS[cue["kind"]] for cue in records_of(pcm, "CUE")]
        found.append((call["hold_hops"] * 0.016, events.count("dead-air"), cues.count("dead-air")))
    assert sum(dead for _, dead, _ in found) == 0, found
    assert sum(cue for _, _, cue in found) == 0, found
    assert sum(held > 0.5 * HOLD_S for held, _, _ in found) >= 0.7 * len(found), found


def test_the_same_pause_without_a_sound_is_dead_air(demo_call, records_of):
    pcm = with_hold(demo_call, np.sin(np.arange(800)))
    cut, end = int(CUT_S * SAMPLE_RATE_HZ), int((CUT_S + HOLD_S) * SAMPLE_RATE_HZ)
    pcm[cut:end] = np.random.default_rng(3).normal(0, 12, (end - cut, 2))
    events = [records.EVENT_KINDS[event["kind"]] for event in records_of(pcm, "EVENT")]
    assert events.count("dead-air") == 1
    assert records_of(pcm, "CALL")[0]["hold_hops"] == 0
