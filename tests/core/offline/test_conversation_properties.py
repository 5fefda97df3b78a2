"""The whole conversation on random activity: its events against hindsight, its cues against the budget."""

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from allears_core import records
from allears_core.settings import PROFILES, Settings
from offline import HOP_MS, Found, Scene, bursts
from scenes import tracks
from support import Player

LOG_ONLY = PROFILES.index("log-only")
ONSETS = ("simultaneous-start", "acknowledgement", "early-answer", "talk-over", "overlap-other")


def played(agent, customer, **settings):
    player = Player(**settings)
    for hop in range(max(len(agent), len(customer))):
        player.hop(hop < len(agent) and agent[hop], hop < len(customer) and customer[hop])
    return player.finish()


@given(tracks(), tracks())
def test_events_are_those_of_hindsight(agent, customer):
    player = played(agent, customer, profile=LOG_ONLY)
    found = sorted(
        Found(onset, kind, subtype, length, overlap)
        for kind, subtype, onset, length, overlap in player.events(*ONSETS)
    )
    assert found == Scene(agent, customer, Settings()).classified()


@given(tracks(), tracks())
def test_the_call_record_counts_what_hindsight_counts(agent, customer):
    player = played(agent, customer, profile=LOG_ONLY)
    scene = Scene(agent, customer, Settings())
    calls = player.values("CALL")
    assert len(calls) == (1 if scene.customer else 0)
    if not calls:
        return
    call = calls[0]
    assert call["agent_hops"] == sum(end - first for first, end in scene.agent)
    assert call["customer_hops"] == sum(end - first for first, end in scene.customer)
    assert call["start_hop"] == min(first for first, _ in scene.agent + scene.customer)
    assert call["end_hop"] == max(end for _, end in scene.agent + scene.customer) - 1
    assert call["agent_turns"] == len(scene.agent_turns)
    assert call["customer_turns"] == len(scene.customer_turns)
    assert call["longest_customer_hops"] == max(end - first for first, end in scene.customer_turns)
    names = {
        "talk-over": "talk_overs",
        "acknowledgement": "acknowledgements",
        "early-answer": "early_answers",
    }
    for kind, name in names.items():
        assert call[name] == sum(found.kind == kind for found in scene.classified())


def joint(agent, customer, settings):
    both = [bursts(side, settings) for side in (agent, customer)]
    hops = max(len(agent), len(customer))
    active = [[0] * hops, [0] * hops]
    for side in (0, 1):
        for first, end in both[side]:
            active[side][first:end] = [1] * (end - first)
    return [a & c for a, c in zip(*active, strict=True)]


@given(tracks(), tracks())
def test_every_talk_over_cue_was_due_and_stands_or_is_withdrawn(agent, customer):
    """A cue is decided on when its joint speech is complete, never before; and no fair onset keeps its cue."""
    player = played(agent, customer, profile=LOG_ONLY)
    together = joint(agent, customer, player.settings)
    kinds = {onset: kind for kind, _, onset, _, _ in player.events(*ONSETS)}
    withdrawn = {cue for note, _, cue in player.notes() if note == "withdrawn"}
    for values in player.values("CUE"):
        if records.CUE_KINDS[values["kind"]] != "talk-over":
            continue
        heard = sum(together[values["reason_hop"] : values["at_hop"] + 1])
        # A burst that in the end was too short to count may still have looked like speech.
        assert heard * HOP_MS >= 800 - 8 * HOP_MS
        kind = kinds[values["reason_hop"]]
        assert kind != "simultaneous-start"
        assert (values["at_hop"] in withdrawn) == (kind in ("acknowledgement", "early-answer"))


@examples(max_examples=30)
@given(
    st.lists(st.tuples(tracks(6), tracks(6)), min_size=1, max_size=6),
    st.sampled_from([name for name in PROFILES if name != "log-only"]),
    st.integers(0, 4),
    st.sampled_from([0, 5000, 45000]),
)
def test_the_budget_holds_whatever_happens(pieces, profile, an_hour, spacing_ms):
    player = Player(profile=PROFILES.index(profile), cues_per_hour=an_hour, cue_spacing_ms=spacing_ms)
    for agent, customer in pieces:
        hops = max(len(agent), len(customer)) + 1
        for hop in range(hops):
            player.hop(hop < len(agent) and agent[hop], hop < len(customer) and customer[hop])
    player.finish()
    shown = [hop for _, hop, why in player.cues() if not why]
    assert len(shown) <= an_hour
    assert all((later - hop) * HOP_MS >= spacing_ms for hop, later in zip(shown, shown[1:], strict=False))
    assert [hop for hop, _, strength in player.shown if strength == "soft"] == shown
