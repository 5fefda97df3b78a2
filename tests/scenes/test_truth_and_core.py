"""The clip's core against the independent truth, on clean tracks: no sound and no network, only the rules."""

import numpy as np
from hypothesis import given
from hypothesis import settings as examples

from allears_core.settings import PROFILES, Settings
from allears_models.event_answer import clean_answer
from allears_models.event_truth import truth_of

from .tracks import EDGES, runs, track, track_of

# Every cue is made, and none blanks the detectors with its motor.
SETTINGS = Settings(
    {"profile": PROFILES.index("led-only"), "cues_per_hour": 60, "cue_spacing_ms": 0, "cues_per_kind": 20}
)
LEAD = 100  # the customer has spoken: the call is one
PAUSES = [hops for hops in EDGES if hops < 62] + [100, 124, 125, 126, 374, 375, 376]


def padded(agent, customer):
    """Both tracks behind a first word of the customer's, and equally long; both end in a last word, hung up on."""
    hops = max(len(agent), len(customer)) + 120
    tracks = np.zeros((2, hops), bool)
    tracks[0, : len(agent)], tracks[1, : len(customer)] = agent, customer
    tracks[1, :20] = True
    tracks[1, -30:-10] = True
    return tracks


def events_of(found):
    return {(event.onset, event.kind, event.subtype) for event in found if event.kind != "loud-customer"}


def both(agent, customer):
    return truth_of(agent, customer, None, SETTINGS), clean_answer(agent, customer, SETTINGS)


@given(runs(PAUSES), runs(PAUSES))
@examples(max_examples=80)
def test_core_and_truth_agree_on_every_event(agent, customer):
    agent, customer = padded(track_of(agent, LEAD), track_of(customer, LEAD))
    truth, answer = both(agent, customer)
    assert events_of(truth.events) == events_of(answer.events)


@given(runs(PAUSES), runs(PAUSES))
@examples(max_examples=80)
def test_core_and_truth_agree_on_every_talk_over_cue(agent, customer):
    agent, customer = padded(track_of(agent, LEAD), track_of(customer, LEAD))
    truth, answer = both(agent, customer)
    due = {(moment.onset, moment.hop) for moment in truth.moments if moment.kind == "talk-over"}
    made = {(cue.onset, cue.hop) for cue in answer.cues if cue.kind == "talk-over"}
    assert due == made


SHORT = Settings(
    {**SETTINGS.changed(), "monologue_ms": 10000, "share_window_s": 30, "share_min_speech_s": 10}
)


@given(runs(PAUSES), runs(PAUSES))
@examples(max_examples=60)
def test_core_and_truth_agree_on_monologues_of_ten_seconds(agent, customer):
    agent, customer = padded(track_of(agent, LEAD), track_of(customer, LEAD))
    truth, answer = truth_of(agent, customer, None, SHORT), clean_answer(agent, customer, SHORT)
    spans = [(event.onset, event.end) for event in truth.events if event.kind == "monologue"]
    assert spans == [(event.onset, event.end) for event in answer.events if event.kind == "monologue"]
    due = [moment.hop for moment in truth.moments if moment.kind == "monologue"]
    assert due == [cue.hop for cue in answer.cues if cue.kind == "monologue"]


@given(runs(), runs())
@examples(max_examples=40)
def test_core_and_truth_agree_on_overlap_and_floor(agent, customer):
    agent, customer = padded(track_of(agent, LEAD), track_of(customer, LEAD))
    truth, answer = both(agent, customer)
    seen = {(event.onset, event.kind): (event.overlap, event.floor) for event in answer.events}
    for event in truth.events:
        if (event.onset, event.kind) in seen and event.kind == "talk-over":
            assert seen[event.onset, event.kind] == (event.overlap, event.floor)


def test_a_pause_that_ended_the_turn_ends_the_overlap():
    agent, customer = padded(
        track(1000, (167, 357), (361, 399)), track(1000, (98, 171), (220, 257), (329, 525))
    )
    truth, answer = both(agent, customer)
    assert not [moment for moment in truth.moments if moment.kind == "talk-over"]
    assert not [cue for cue in answer.cues if cue.kind == "talk-over"]


def test_a_cue_does_not_turn_an_acknowledgement_into_a_talk_over():
    agent, customer = padded(track(900, (300, 352)), track(900, (100, 800)))
    truth, answer = truth_of(agent, customer), clean_answer(agent, customer)
    assert [event.kind for event in truth.events] == ["acknowledgement"]
    assert events_of(truth.events) == events_of(answer.events)
