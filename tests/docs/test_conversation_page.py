"""docs/conversation.md names everything the core can say, with the numbers that are in force."""

import re
from pathlib import Path

import pytest

from allears_core import button, records, settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "conversation.md").read_text(encoding="utf-8")
# Setting -> how the page says its default.
SAID = {
    "bridge_ms": "at most 180 ms bridged",
    "min_burst_ms": "shorter than 120 ms",
    "turn_gap_ms": "own gaps under 1.0 s",
    "network_delay_ms": "(d, 100 ms)",
    "early_answer_ms": "within 0.5 s + d of t0",
    "ack_max_ms": "a burst of at most 1.0 s",
    "floor_min_ms": "held the floor for at least 1.0 s",
    "mutual_ms": "overlap exceeds 2 s",
    "talk_over_cue_ms": "max(0.8 s, 0.5 s + d)",
    "dead_air_soft_ms": "soft at 6 s",
    "dead_air_firm_ms": "at 10 s the same cue grows firm",
    "monologue_ms": "60 s of the agent's talk (30 s under `pull`)",
    "monologue_pause_ms": "a pause of 2 s",
    "monologue_answer_ms": "customer bursts of at most 1.0 s do not end it",
    "share_window_s": "in the last 3 min",
    "share_min_speech_s": "at least 60 s of speech in the window",
    "share_limit_pct": "exceeds 65 % (50 % under `pull`)",
    "cues_per_hour": "At most 6 cues an hour",
    "cue_spacing_ms": "45 s between two",
    "cues_per_kind": "2 of a kind in one call",
    "cue_stale_ms": "more than 2 s late",
    "positive_turns": "three customer turns",
    "positive_turn_ms": "at least 10 s left whole",
    "call_end_ms": "silent for 30 s",
    "loud_rise_db": "9 dB above",
    "loud_hold_ms": "for 1.0 s | first hop above",
    "motor_tail_ms": "48 ms after",
    "wrong_cue_ms": "within 10 s of a cue",
    "hard_call_ms": "within 30 s after one",
    "snooze_min": "within 15 min of a double press",
    "same_onset_ms": "within 0.2 s of each other",
}
DEFAULTS = {
    "bridge_ms": 180, "min_burst_ms": 120, "turn_gap_ms": 1000, "network_delay_ms": 100, "early_answer_ms": 500,
    "ack_max_ms": 1000, "floor_min_ms": 1000, "mutual_ms": 2000, "talk_over_cue_ms": 800, "dead_air_soft_ms": 6000,
    "dead_air_firm_ms": 10000, "monologue_ms": 60000, "monologue_pause_ms": 2000, "monologue_answer_ms": 1000,
    "share_window_s": 180, "share_min_speech_s": 60, "share_limit_pct": 65, "cues_per_hour": 6,
    "cue_spacing_ms": 45000, "cues_per_kind": 2, "cue_stale_ms": 2000, "positive_turns": 3, "positive_turn_ms": 10000,
    "call_end_ms": 30000, "loud_rise_db": 9, "loud_hold_ms": 1000, "motor_tail_ms": 48, "wrong_cue_ms": 10000,
    "hard_call_ms": 30000, "snooze_min": 15, "same_onset_ms": 200,
}  # fmt: skip


@pytest.mark.parametrize("key", SAID)
def test_the_page_says_the_default_in_force(key):
    assert settings.BY_KEY[key][2] == DEFAULTS[key], "change docs/conversation.md and this table together"
    assert SAID[key] in re.sub(r"\s+", " ", PAGE)


@pytest.mark.parametrize(
    "word",
    [
        *records.EVENT_KINDS,
        *records.CUE_KINDS,
        *records.SUBTYPES[1:],
        *records.SUPPRESSIONS[1:],
        *records.DOUBTS,
    ],
)
def test_the_page_names_everything_the_core_can_say(word):
    assert f"`{word}`" in PAGE


def test_the_button_is_described_as_it_works():
    assert (button._SHORT_MS, button._DOUBLE_MS) == (600, 400)
    assert (button._LONG_MS, button._LONG_END_MS, button._VERY_LONG_MS) == (2000, 4000, 5000)
    for said in ("under 0.6 s", "within 0.4 s", "2 to 4 s", "over 5 s"):
        assert f"{said} |" in PAGE


def test_every_reference_has_its_source_and_every_source_is_used():
    text, _, sources = PAGE.partition("## Sources")
    used = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    given = {int(number) for number in re.findall(r"^(\d+)\. ", sources, re.MULTILINE)}
    assert used == given == set(range(1, len(given) + 1))
