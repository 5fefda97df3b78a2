"""Random two-sided activity whose lengths and gaps lie around every threshold, and the streaming code fed with it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from allears_core import records
from allears_core.bursts import Window
from allears_core.settings import Settings
from allears_core.turns import Turns
from offline import Found

_LOGITS = (0, 0, 0)
_LEVEL = (0, 0)
# One hop either side of what the rules ask, in hops: bridge 11, burst 8, same onset 12, floor and turn gap 62,
# grace 37, cue 50, mutual 125.
_SHORT = (1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 24, 36, 37, 38, 39, 49, 50, 51)
_LONG = (61, 62, 63, 64, 65, 74, 75, 124, 125, 126, 127)

_length = st.one_of(st.sampled_from(_SHORT + _LONG), st.integers(1, 30), st.integers(40, 260))


@st.composite
def tracks(draw: st.DrawFn, pieces: int = 14) -> list[int]:
    """One side: gaps and speech in turn."""
    active: list[int] = []
    for number, hops in enumerate(draw(st.lists(_length, max_size=pieces))):
        active += [number % 2] * hops
    return active


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    """Settings whose thresholds make sense together: what begins together lies well inside what ends a turn."""
    return Settings(
        {
            "bridge_ms": draw(st.integers(0, 500)),
            "min_burst_ms": draw(st.integers(16, 500)),
            "same_onset_ms": draw(st.integers(50, 300)),
            "turn_gap_ms": draw(st.integers(600, 2000)),
            "network_delay_ms": draw(st.integers(0, 1000)),
            "early_answer_ms": draw(st.integers(100, 1500)),
            "ack_max_ms": draw(st.integers(200, 2000)),
            "floor_min_ms": draw(st.integers(200, 3000)),
            "mutual_ms": draw(st.integers(1000, 4000)),
        }
    )


def windows(agent: Sequence[int], customer: Sequence[int], settings: Settings):
    """The streaming window at each settled hop of the scene, none before the first and as many as there are hops."""
    window = Window(settings)
    hops = max(len(agent), len(customer))
    for hop in range(hops + window.lag):
        a = agent[hop] if hop < len(agent) else 0
        c = customer[hop] if hop < len(customer) else 0
        window.step(hop, a, c, _LOGITS, _LEVEL)
        if window.hop >= 0:
            yield window


def streamed(agent: Sequence[int], customer: Sequence[int], settings: Settings) -> list[Found]:
    """What core's Turns report for a scene, by onset."""
    found: list[Found] = []

    def report(onset, kind, subtype) -> None:
        if kind is not None:
            name = records.EVENT_KINDS[kind]
            duration = onset.agent_hops if name == "acknowledgement" else onset.duration()
            found.append(Found(onset.t0, name, records.SUBTYPES[subtype], duration, onset.overlap))

    turns = Turns(settings, report)
    for window in windows(agent, customer, settings):
        turns.step(window)
    turns.finish()
    return sorted(found)
