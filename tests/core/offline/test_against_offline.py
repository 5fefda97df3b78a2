"""The streaming core against the same rules applied with hindsight, on random two-sided activity."""

from hypothesis import given
from hypothesis import strategies as st

from allears_core.settings import Settings
from offline import Scene, bursts
from scenes import settings, streamed, tracks, windows

DEFAULTS = Settings()


def unrolled(spans, hops):
    active = [0] * hops
    for first, end in spans:
        active[first:end] = [1] * (end - first)
    return active


@given(tracks(30), tracks(30), settings())
def test_bursts_are_those_of_hindsight(agent, customer, chosen):
    hops = max(len(agent), len(customer))
    found = [(window.agent, window.customer) for window in windows(agent, customer, chosen)]
    assert len(found) == hops
    assert [a for a, _ in found] == unrolled(bursts(agent, chosen), hops)
    assert [c for _, c in found] == unrolled(bursts(customer, chosen), hops)


@given(st.lists(st.integers(0, 1), max_size=300))
def test_bursts_of_any_flicker(active):
    found = [window.agent for window in windows(active, [], DEFAULTS)]
    assert found == unrolled(bursts(active, DEFAULTS), len(active))


@given(tracks(), tracks())
def test_onsets_are_classified_as_with_hindsight(agent, customer):
    assert streamed(agent, customer, DEFAULTS) == Scene(agent, customer, DEFAULTS).classified()


@given(tracks(), tracks(), settings())
def test_onsets_are_classified_as_with_hindsight_under_any_settings(agent, customer, chosen):
    assert streamed(agent, customer, chosen) == Scene(agent, customer, chosen).classified()
