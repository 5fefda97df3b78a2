"""What happens in a call whose clean tracks are known, by the conversation rules of design section 4.

Deliberately not the clip's turn logic: it reads whole tracks with hindsight, shares no code with
allears_core.turns, and so can judge it. Times count in hops of 16 ms; intervals are half-open.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

import numpy as np

from allears_core import params

HOP_S = params.HOP_SAMPLES / params.SAMPLE_RATE_HZ

# Activity: a hop's level against the level the utterances were rendered at.
SPEECH_ON_DB = -26.0
SPEECH_OFF_DB = -36.0

BRIDGE_S = 0.18
SHORTEST_BURST_S = 0.12
TURN_GAP_S = 1.0
START_WINDOW_S = 0.2
ACKNOWLEDGEMENT_S = 1.0
GRACE_S = 0.5 + 0.1  # and the default allowance for network delay
FLOOR_HELD_S = 1.0
LONGEST_ATTEMPT_S = 1.0  # an agent turn no longer than this takes nothing from anybody
MUTUAL_S = 2.0
DEAD_AIR_S = 6.0
MONOLOGUE_S = 60.0
MONOLOGUE_PAUSE_S = 2.0
INTERJECTION_S = 1.0

Span = tuple[int, int]  # first hop, one past the last


@dataclass(frozen=True)
class TruthEvent:
    """One event. `duration_s`: of the burst, silence or monologue; for the overlap kinds, from the onset
    until either turn ends. `overlap_s`: joint speech in that time, 0 for a silence or a monologue."""

    kind: str
    subtype: str | None
    onset_s: float
    duration_s: float
    overlap_s: float


@dataclass(frozen=True, eq=False)
class Truth:
    """Clean activity (bool, one entry a hop, nothing bridged) and the events, by onset."""

    agent: np.ndarray
    customer: np.ndarray
    events: tuple[TruthEvent, ...]

    def as_json(self) -> dict[str, object]:
        """The events alone, as the JSON document kept beside the script."""
        return {"schema": 1, "events": [asdict(event) for event in self.events]}


def truth_of(agent: np.ndarray, customer: np.ndarray) -> Truth:
    """The truth of two clean activity tracks (bool, one entry a hop, same length)."""
    return Truth(agent, customer, tuple(_Call(agent, customer).events()))


def activity(track: np.ndarray, speech_dbfs: float) -> np.ndarray:
    """Whether each whole hop of a clean int16 track is speech: level with hysteresis, bool."""
    whole = len(track) // params.HOP_SAMPLES * params.HOP_SAMPLES
    hops = track[:whole].astype(np.int64).reshape(-1, params.HOP_SAMPLES)
    energy = (hops**2).sum(axis=1)
    full = params.HOP_SAMPLES * params.FULL_SCALE**2
    on = energy > full * 10 ** ((speech_dbfs + SPEECH_ON_DB) / 10)
    held = energy > full * 10 ** ((speech_dbfs + SPEECH_OFF_DB) / 10)
    return _hold(on, held)


def spans(active: np.ndarray) -> list[Span]:
    """The runs of True in a bool track."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def bursts(active: np.ndarray) -> list[Span]:
    """Speech with gaps of at most 180 ms bridged, then what is shorter than 120 ms dropped."""
    joined = _join(spans(active), lambda gap_s: gap_s <= BRIDGE_S)
    return [span for span in joined if _seconds(span) >= SHORTEST_BURST_S]


def turns(of_bursts: list[Span]) -> list[Span]:
    """One side's bursts joined over gaps below 1.0 s."""
    return _join(of_bursts, lambda gap_s: gap_s < TURN_GAP_S)


class _Call:
    """Both sides' bursts and turns, and the questions the rules ask of them."""

    def __init__(self, agent: np.ndarray, customer: np.ndarray):
        self.agent_bursts = bursts(agent)
        self.customer_bursts = bursts(customer)
        self.agent_turns = turns(self.agent_bursts)
        self.customer_turns = turns(self.customer_bursts)
        self.hops = len(agent)

    def events(self) -> list[TruthEvent]:
        found = [*self._overlaps(), *self._dead_airs(), *self._monologues()]
        return sorted(found, key=lambda event: event.onset_s)

    def _overlaps(self) -> Iterable[TruthEvent]:
        for turn in self.agent_turns:
            label = self._classify(turn)
            if label is None:
                continue
            kind, subtype = label
            customer = self._customer_turn_at(turn[0])
            until = min(turn[1], customer[1]) if customer else turn[1]
            span = turn if kind == "acknowledgement" else (turn[0], max(turn[0], until))
            yield _event(kind, span, self._joint_s(span), subtype)

    def _classify(self, turn: Span) -> tuple[str, str | None] | None:
        onset = turn[0]
        customer = self._customer_turn_at(onset)
        if customer is None:
            return None
        together = abs(customer[0] - onset) * HOP_S <= START_WINDOW_S
        if together and self._silent_before(min(customer[0], onset)):
            return "simultaneous-start", None
        # A turn has 1.0 s of own silence on either side; one that is a single burst has what this class asks.
        short = turn in self.agent_bursts and _seconds(turn) <= ACKNOWLEDGEMENT_S
        if short and customer[0] < onset < customer[1]:
            return "acknowledgement", None
        if not self._customer_active_lately(onset):
            return None
        if (customer[1] - onset) * HOP_S <= GRACE_S:
            return "early-answer", None
        return self._talk_over(turn, customer)

    def _talk_over(self, turn: Span, customer: Span) -> tuple[str, str | None]:
        onset = turn[0]
        overlap_s = self._joint_s((onset, min(turn[1], customer[1])))
        floor_s = (onset - self._floor_start(onset, customer)) * HOP_S
        if floor_s < FLOOR_HELD_S or overlap_s <= GRACE_S or _seconds(turn) <= LONGEST_ATTEMPT_S:
            return "overlap-other", None
        if overlap_s > MUTUAL_S:
            return "talk-over", "mutual"
        return "talk-over", "floor-taken" if customer[1] < turn[1] else "attempt"

    def _dead_airs(self) -> Iterable[TruthEvent]:
        speech = _track(self.agent_bursts, self.hops) | _track(self.customer_bursts, self.hops)
        for silence in spans(~speech):
            if _seconds(silence) >= DEAD_AIR_S:
                yield _event("dead-air", silence, 0.0)

    def _monologues(self) -> Iterable[TruthEvent]:
        longer = [span for span in self.customer_bursts if _seconds(span) > INTERJECTION_S]
        talk = _join(self.agent_bursts, lambda gap_s: gap_s < MONOLOGUE_PAUSE_S)
        for span in spans(_track(talk, self.hops) & ~_track(longer, self.hops)):
            if _seconds(span) >= MONOLOGUE_S:
                yield _event("monologue", span, 0.0)

    def _customer_turn_at(self, hop: int) -> Span | None:
        """The customer's turn that is open at `hop`, or lies within 0.2 s of it on either side."""
        margin = int(START_WINDOW_S / HOP_S)
        near = [turn for turn in self.customer_turns if turn[0] - margin <= hop < turn[1] + margin]
        return near[-1] if near else None

    def _customer_active_lately(self, hop: int) -> bool:
        earliest = hop - START_WINDOW_S / HOP_S
        return any(first <= hop and end > earliest for first, end in self.customer_bursts)

    def _silent_before(self, hop: int) -> bool:
        earliest = hop - START_WINDOW_S / HOP_S
        both = self.agent_bursts + self.customer_bursts
        return not any(first < hop and end > earliest for first, end in both)

    def _floor_start(self, hop: int, customer: Span) -> int:
        agent_ends = [end for _, end in self.agent_turns if end <= hop]
        return max([customer[0], *agent_ends])

    def _joint_s(self, span: Span) -> float:
        shared = _track(self.agent_bursts, self.hops) & _track(self.customer_bursts, self.hops)
        return int(shared[span[0] : span[1]].sum()) * HOP_S


def _event(kind: str, span: Span, overlap_s: float, subtype: str | None = None) -> TruthEvent:
    onset_s = round(span[0] * HOP_S, 3)
    return TruthEvent(kind, subtype, onset_s, round(_seconds(span), 3), round(overlap_s, 3))


def _hold(on: np.ndarray, held: np.ndarray) -> np.ndarray:
    """True from each `on` for as long as `held` stays True."""
    active = np.zeros(len(on), dtype=bool)
    for first, end in spans(held):
        loud = np.flatnonzero(on[first:end])
        if len(loud):
            active[first + loud[0] : end] = True
    return active


def _join(of_spans: list[Span], joins: Callable[[float], bool]) -> list[Span]:
    """Merges neighbours where `joins(gap in seconds)` holds."""
    joined: list[Span] = []
    for first, end in of_spans:
        if joined and joins((first - joined[-1][1]) * HOP_S):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return joined


def _seconds(span: Span) -> float:
    return (span[1] - span[0]) * HOP_S


def _track(of_spans: list[Span], hops: int) -> np.ndarray:
    track = np.zeros(hops, dtype=bool)
    for first, end in of_spans:
        track[first:end] = True
    return track
