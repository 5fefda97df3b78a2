"""The truth's own reading of the conversation rules, on tracks drawn by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.demo.truth import HOP_S, bursts, spans, truth_of, turns


def track(*intervals_s, seconds=30.0):
    active = np.zeros(round(seconds / HOP_S), dtype=bool)
    for first_s, end_s in intervals_s:
        active[round(first_s / HOP_S) : round(end_s / HOP_S)] = True
    return active


def kinds(agent, customer):
    found = truth_of(agent, customer).events
    return [(event.kind, event.subtype) for event in found if event.kind not in ("dead-air", "monologue")]


@pytest.mark.parametrize(
    ("agent", "customer", "expected"),
    [
        ([(5, 5.6)], [(1, 12)], [("acknowledgement", None)]),
        ([(5.2, 5.7)], [(1, 5), (5.9, 12)], [("acknowledgement", None)]),
        ([(5, 5.3), (5.6, 5.9)], [(1, 12)], [("overlap-other", None)]),
        ([(5, 9)], [(1, 5.5)], [("early-answer", None)]),
        ([(5, 9)], [(1, 6.5)], [("talk-over", "floor-taken")]),
        ([(5, 6.5)], [(1, 12)], [("talk-over", "attempt")]),
        ([(5, 9)], [(1, 12)], [("talk-over", "mutual")]),
        ([(5.1, 9)], [(5, 12)], [("simultaneous-start", None)]),
        ([(5, 9)], [(5.1, 12)], [("simultaneous-start", None)]),
        ([(5, 9)], [(4.3, 12)], [("overlap-other", None)]),  # the floor was held for 0.7 s only
        ([(5, 9)], [(1, 4)], []),
        ([(1, 9)], [(5, 12)], []),  # the customer talks over the agent: no event of ours
    ],
)
def test_classes_of_agent_onsets(agent, customer, expected):
    assert kinds(track(*agent), track(*customer)) == expected


def test_overlap_counts_joint_speech_until_either_turn_ends():
    (event,) = [e for e in truth_of(track((5, 9)), track((1, 6.5))).events if e.kind == "talk-over"]
    assert event.onset_s == pytest.approx(5, abs=HOP_S)
    assert event.overlap_s == pytest.approx(1.5, abs=2 * HOP_S)
    assert event.duration_s == pytest.approx(1.5, abs=2 * HOP_S)


def test_dead_air_is_one_event_a_silence_from_its_first_silent_hop():
    found = truth_of(track((1, 4), (15, 18), (23, 30)), track((4, 6))).events
    assert [(e.kind, round(e.onset_s), round(e.duration_s)) for e in found] == [("dead-air", 6, 9)]


@pytest.mark.parametrize(
    ("agent", "customer", "lengths_s"),
    [
        ([(2, 70)], [], [68]),
        ([(2, 30), (31.5, 70)], [], [68]),  # a breath of 1.5 s does not end it
        ([(2, 30), (32.5, 70)], [], []),  # a pause of 2.5 s does
        ([(2, 70)], [(20, 20.9)], [68]),  # neither does "right"
        ([(2, 70)], [(20, 21.5)], []),  # but a customer's sentence does
        ([(2, 100)], [(20, 21.5)], [78]),
    ],
)
def test_monologues(agent, customer, lengths_s):
    found = truth_of(track(*agent, seconds=110), track(*customer, seconds=110)).events
    assert [round(event.duration_s) for event in found if event.kind == "monologue"] == lengths_s


@given(st.lists(st.booleans(), max_size=400))
def test_bursts_and_turns_keep_their_distances(drawn):
    active = np.array(drawn, dtype=bool)
    of_bursts = bursts(active)
    assert all((end - first) * HOP_S >= 0.12 for first, end in of_bursts)
    for (_, end), (first, _) in pairwise(of_bursts):
        assert (first - end) * HOP_S > 0.18
    of_turns = turns(of_bursts)
    for (_, end), (first, _) in pairwise(of_turns):
        assert (first - end) * HOP_S >= 1.0


@given(st.lists(st.booleans(), max_size=200))
def test_spans_are_the_track(drawn):
    active = np.array(drawn, dtype=bool)
    redrawn = np.zeros(len(active), dtype=bool)
    for first, end in spans(active):
        redrawn[first:end] = True
    assert (redrawn == active).all()
