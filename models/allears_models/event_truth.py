"""What happened in a call whose clean tracks are known: events, and the moments at which a live cue is due.

Written from the conversation rules alone, with hindsight over whole tracks, and sharing no code with the clip's own
turn logic, so that each can be held against the other. Only the thresholds are common: the settings table.

Tracks are bool, one flag a hop of 16 ms; spans are half-open, [first hop, one past the last). Where the rules leave
a choice, this module reads them so (docs/scenes.md):

* What lies before the first and behind the last hop is silence.
* "Within the last 0.2 s" is the silence between the customer's last hop and t0: at most 0.2 s.
* A turn ends at its last spoken hop; that it has ended is known 1.0 s later.
* A customer's burst ends a monologue when it exceeds 1.0 s, and the talk may begin again when that burst is over.
* A call lasts from its first to its last word; joint silence of `call_end_ms` without hold music parts two calls;
  what the customer never speaks in is not a call.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from allears_core.params import HOP_MS
from allears_core.settings import Settings
from allears_models.event_spans import Spans, bursts, join, ms, paint, spans_of, turns
from allears_models.labels import Mask

ONSET_KINDS = ("simultaneous-start", "acknowledgement", "early-answer", "talk-over", "overlap-other")
EVENT_KINDS = (*ONSET_KINDS, "dead-air", "monologue")
SHARE_CLEAR_PCT = 5


@dataclass(frozen=True, order=True)
class Event:
    """One event. onset, end: hops; of the burst, silence or talk, for overlaps from t0 until either turn ends.

    overlap: hops of joint speech from t0 until either turn ends; floor: hops the customer had held the floor at t0.
    """

    onset: int
    kind: str
    end: int
    subtype: str = ""
    overlap: int = 0
    floor: int = 0


@dataclass(frozen=True, order=True)
class Moment:
    """The hop with whose end a live rule is met. kind: one of records.CUE_KINDS, or "dead-air-firm".

    onset: the hop of the event that is the reason, -1 for a rule over a longer time.
    """

    hop: int
    kind: str
    onset: int = -1


@dataclass(frozen=True)
class Truth:
    """agent, customer: clean activity, nothing bridged; hold: music on the line; events and moments in order."""

    agent: Mask
    customer: Mask
    hold: Mask
    events: list[Event] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)

    @property
    def talk_hops(self) -> int:
        """Hops in which anybody speaks."""
        return int((self.agent | self.customer).sum())


def truth_of(
    agent: Mask, customer: Mask, hold: Mask | None = None, settings: Settings | None = None
) -> Truth:
    """The truth of two clean tracks (hops,) of equal length; `hold` is True while the line carries hold music."""
    if hold is None:
        hold = np.zeros(len(agent), np.bool_)
    if not len(agent) == len(customer) == len(hold):
        raise ValueError("the tracks differ in length")
    reader = _Reader(agent, customer, hold, settings or Settings())
    return Truth(agent, customer, hold, reader.events(), reader.moments())


@dataclass(frozen=True)
class _Onset:
    """An agent turn that met the customer: its turn and class, and the customer's turn it met."""

    turn: tuple[int, int]
    customer: tuple[int, int]
    kind: str
    subtype: str
    overlap: int
    floor: int

    @property
    def until(self) -> int:
        return max(self.turn[0], min(self.turn[1], self.customer[1]))


class _Reader:
    """Both sides' bursts and turns of one pair of tracks, and the questions that the rules ask of them."""

    def __init__(self, agent: Mask, customer: Mask, hold: Mask, settings: Settings) -> None:
        self.set, self.hops, self.hold = settings, len(agent), hold
        self.raw = (agent, customer)
        self.agent_bursts, self.customer_bursts = bursts(agent, settings), bursts(customer, settings)
        self.agent_turns = turns(self.agent_bursts, settings)
        self.customer_turns = turns(self.customer_bursts, settings)
        self.agent = paint(self.agent_bursts, self.hops)
        self.customer = paint(self.customer_bursts, self.hops)
        self.joint = np.concatenate([[0], np.cumsum(self.agent & self.customer)])
        self.calls = self._calls()
        self.onsets = [onset for index in range(len(self.agent_turns)) if (onset := self._onset(index))]

    # -- events ------------------------------------------------------------------------------------------------------

    def events(self) -> list[Event]:
        found = [self._overlap_event(onset) for onset in self.onsets]
        found += [Event(start, "dead-air", end) for start, end in self._dead_air()]
        found += [Event(start, "monologue", end) for start, end in self._monologues()]
        return sorted(found)

    @staticmethod
    def _overlap_event(onset: _Onset) -> Event:
        end = onset.turn[1] if onset.kind == "acknowledgement" else onset.until
        return Event(onset.turn[0], onset.kind, end, onset.subtype, onset.overlap, onset.floor)

    def _onset(self, index: int) -> _Onset | None:
        """The agent's turn `index` with its class; None where it met nobody."""
        t0, end = (int(hop) for hop in self.agent_turns[index])
        starts, ends = self.customer_turns[:, 0], self.customer_turns[:, 1]
        together = np.flatnonzero(ms(np.abs(starts - t0)) <= self.set.same_onset_ms)
        if len(together) and self._quiet_before(min(t0, int(starts[together[0]]))):
            return self._as(index, int(together[0]), "simultaneous-start")
        holding = np.flatnonzero((starts <= t0) & (t0 < ends))
        alone = bool((self.agent_bursts == (t0, end)).all(axis=1).any())  # the turn is one burst
        if len(holding) and alone and ms(end - t0) <= self.set.ack_max_ms:
            return self._as(index, int(holding[0]), "acknowledgement")
        before = np.flatnonzero(self.customer[: t0 + 1])
        if not len(before) or ms(t0 - before[-1] - 1) > self.set.same_onset_ms:
            return None
        met = int(np.flatnonzero(starts <= before[-1])[-1])
        if ms(ends[met] - t0) <= self.set.early_answer_ms + self.set.network_delay_ms:
            return self._as(index, met, "early-answer")
        return self._as(index, met, self._blame(index, met))

    def _blame(self, index: int, met: int) -> str:
        onset = self._as(index, met, "talk-over")
        grace_ms = self.set.early_answer_ms + self.set.network_delay_ms
        held = ms(onset.floor) >= self.set.floor_min_ms
        long_turn = ms(onset.turn[1] - onset.turn[0]) > self.set.ack_max_ms
        return "talk-over" if held and long_turn and ms(onset.overlap) > grace_ms else "overlap-other"

    def _as(self, index: int, met: int, kind: str) -> _Onset:
        """The onset under a class, with overlap, floor and (for a talk-over) its subtype."""
        t0, end = (int(hop) for hop in self.agent_turns[index])
        first, last = (int(hop) for hop in self.customer_turns[met])
        floor_start = max(first, int(self.agent_turns[index - 1][1])) if index else first
        overlap = int(self.joint[max(t0, min(end, last))] - self.joint[t0])
        subtype = ""
        if kind == "talk-over":
            mutual = ms(overlap) > self.set.mutual_ms
            subtype = "mutual" if mutual else "floor-taken" if last < end else "attempt"
        return _Onset((t0, end), (first, last), kind, subtype, overlap, max(0, t0 - floor_start))

    def _quiet_before(self, hop: int) -> bool:
        """True after at least same_onset_ms of joint silence."""
        earlier = np.flatnonzero((self.agent | self.customer)[:hop])
        return not len(earlier) or ms(hop - earlier[-1] - 1) >= self.set.same_onset_ms

    def _calls(self) -> Spans:
        """Calls: words and hold music without a joint silence of call_end_ms, if the customer is heard in it."""
        together = join(
            spans_of(self.agent | self.customer | self.hold), lambda gap_ms: gap_ms < self.set.call_end_ms
        )
        found = []
        for start, end in together:
            spoken = np.flatnonzero((self.agent | self.customer)[start:end])
            if self.customer[start:end].any():
                found.append((start + spoken[0], start + spoken[-1] + 1))
        return np.array(found, np.int64).reshape(-1, 2)

    def _in_call(self, spans: Spans) -> list[tuple[int, int]]:
        return [
            (int(start), int(end))
            for start, end in spans
            if ((self.calls[:, 0] <= start) & (end <= self.calls[:, 1])).any()
        ]

    def _dead_air(self) -> list[tuple[int, int]]:
        silences = spans_of(~(self.agent | self.customer | self.hold))
        long = ms(silences[:, 1] - silences[:, 0]) >= self.set.dead_air_soft_ms
        return self._in_call(silences[long])

    def _monologues(self) -> list[tuple[int, int]]:
        talks = self._talks()
        return self._in_call(talks[ms(talks[:, 1] - talks[:, 0]) >= self.set.monologue_ms])

    def _talks(self) -> Spans:
        """The agent's talk that neither a pause of monologue_pause_ms nor a customer's burst longer than
        monologue_answer_ms has ended."""
        answers = self.customer_bursts.copy()
        answers[:, 0] += self.set.monologue_answer_ms // HOP_MS  # from here on it is longer
        answered = paint(answers[answers[:, 0] < answers[:, 1]], self.hops)
        pieces = spans_of(self.agent & ~answered)
        if len(pieces) < 2:
            return pieces
        count = np.concatenate([[0], np.cumsum(answered)])
        cut = count[pieces[1:, 0]] > count[pieces[:-1, 1]]
        return join(pieces, lambda gap_ms: (gap_ms < self.set.monologue_pause_ms) & ~cut)

    # -- moments -----------------------------------------------------------------------------------------------------

    def moments(self) -> list[Moment]:
        found = [*self._overlap_moments(), *self._silence_moments(), *self._monologue_moments()]
        return sorted([*found, *self._share_moments(), *self._positive_moments()])

    def _overlap_moments(self) -> list[Moment]:
        """Joint speech since t0 reaches the limit while both turns last and the floor had been held long enough.

        A gap still to be bridged is not known to be one: the moment waits until that side speaks again.
        """
        grace_ms = self.set.early_answer_ms + self.set.network_delay_ms
        limit_ms = max(self.set.talk_over_cue_ms, grace_ms)
        found = []
        for onset in self.onsets:
            t0 = onset.turn[0]
            exempt = onset.kind == "simultaneous-start" or ms(onset.floor) < self.set.floor_min_ms
            if exempt or not self._customer_lately(t0):
                continue
            reached = np.flatnonzero(ms(self.joint[t0 + 1 : onset.until + 1] - self.joint[t0]) >= limit_ms)
            if len(reached):
                hop = t0 + int(reached[0])
                found.append(
                    Moment(max(hop + int(np.argmax(track[hop:])) for track in self.raw), "talk-over", t0)
                )
        return found

    def _customer_lately(self, t0: int) -> bool:
        before = np.flatnonzero(self.customer[: t0 + 1])
        return bool(len(before)) and ms(t0 - int(before[-1]) - 1) <= self.set.same_onset_ms

    def _silence_moments(self) -> list[Moment]:
        limits = (("dead-air", self.set.dead_air_soft_ms), ("dead-air-firm", self.set.dead_air_firm_ms))
        return [
            Moment(start - (-limit_ms // HOP_MS) - 1, kind, start)
            for start, end in self._dead_air()
            for kind, limit_ms in limits
            if ms(end - start) >= limit_ms
        ]

    def _monologue_moments(self) -> list[Moment]:
        """The first hop of the agent's voice with which the talk has lasted monologue_ms."""
        found = []
        for start, end in self._monologues():
            long = np.flatnonzero(
                self.agent[start:end] & (ms(np.arange(1, end - start + 1)) >= self.set.monologue_ms)
            )
            found.append(Moment(start + int(long[0]), "monologue", start))
        return found

    def _share_moments(self) -> list[Moment]:
        """Every hop at which the share rises above the limit, in each call by itself; after one, the next counts
        once the share has been SHARE_CLEAR_PCT points below the limit."""
        found = []
        for start, end in self.calls:
            agent, customer = (self._in_window(track[start:end]) for track in (self.agent, self.customer))
            speech = agent + customer
            enough = ms(speech) >= self.set.share_min_speech_s * 1000
            above = enough & (agent * 100 > speech * self.set.share_limit_pct)
            below = enough & (agent * 100 <= speech * (self.set.share_limit_pct - SHARE_CLEAR_PCT))
            turning = np.flatnonzero(above | below)
            rises = above[turning] & ~np.concatenate([[False], above[turning][:-1]])
            found += [Moment(int(start + hop), "talk-share") for hop in turning[rises]]
        return found

    def _in_window(self, track: Mask) -> npt.NDArray[np.int64]:
        """Spoken hops of the last share_window_s at each hop."""
        total = np.concatenate([[0], np.cumsum(track)])
        now = np.arange(1, len(track) + 1)
        return total[now] - total[np.maximum(now - self.set.share_window_s * 1000 // HOP_MS, 0)]

    def _positive_moments(self) -> list[Moment]:
        """The third long customer turn of a call that nobody talked over is known to have ended."""
        harmed = {onset.customer for onset in self.onsets if onset.kind == "talk-over"}
        known = -(-self.set.turn_gap_ms // HOP_MS) - 1
        found = []
        for start, end in self.calls:
            whole = [
                int(last) + known
                for first, last in self.customer_turns
                if start <= first < end
                and ms(last - first) >= self.set.positive_turn_ms
                and (int(first), int(last)) not in harmed
            ]
            if len(whole) >= self.set.positive_turns:
                found.append(Moment(whole[self.set.positive_turns - 1], "positive"))
        return found
