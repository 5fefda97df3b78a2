"""The built-in call: the core on its clean activity finds what the call's own, independent truth says."""

import pytest

from allears.demo.call import render_call
from support import LED_ONLY, Player

HOP_S = 0.016


@pytest.fixture(scope="module")
def truth():
    return render_call()[1]


@pytest.fixture(scope="module")
def player(truth):
    """The whole call, judged; the light alone, since the motor would blank some of it."""
    player = Player(profile=LED_ONLY)
    for agent, customer in zip(truth.agent.tolist(), truth.customer.tolist(), strict=True):
        player.hop(agent, customer)
    return player.finish()


def test_every_event_of_the_truth_and_no_other(truth, player):
    found = [
        (kind, subtype or None, round(onset * HOP_S, 3), round(length * HOP_S, 3), round(overlap * HOP_S, 3))
        for kind, subtype, onset, length, overlap in player.events()
    ]
    wanted = [(e.kind, e.subtype, e.onset_s, e.duration_s, e.overlap_s) for e in truth.events]
    assert sorted(found, key=lambda e: e[2]) == sorted(wanted, key=lambda e: e[2])
    assert len({kind for kind, *_ in found}) >= 6


def test_every_cue_has_its_reason_in_the_truth(truth, player):
    onsets = {round(event.onset_s / HOP_S): event.kind for event in truth.events}
    for values, (kind, _, _) in zip(player.values("CUE"), player.cues(), strict=True):
        if values["reason_hop"] != 0xFFFFFFFF:
            assert onsets[values["reason_hop"]] == kind


def test_it_is_one_call(truth, player):
    (call,) = player.values("CALL")
    assert call["end_hop"] < len(truth.agent)
    assert call["blanked_hops"] == 0
