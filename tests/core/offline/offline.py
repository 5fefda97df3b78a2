"""The conversation rules once more, with hindsight: whole tracks, spans of hops, milliseconds as the rules state them.

Written from docs/conversation.md alone and sharing nothing with the streaming code but the settings table, so that
the two can be held against each other. Spans are half-open; before the first and after the last hop all are silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allears_core.settings import Settings

HOP_MS = 16

Span = tuple[int, int]


@dataclass(frozen=True, order=True)
class Found:
    """One classified onset; all in hops."""

    onset: int
    kind: str
    subtype: str
    duration: int
    overlap: int


def spans(active: Sequence[int]) -> list[Span]:
    """Runs of non-zero entries."""
    found: list[Span] = []
    start = None
    for hop, now in enumerate([*active, 0]):
        if now and start is None:
            start = hop
        elif not now and start is not None:
            found.append((start, hop))
            start = None
    return found


def bursts(active: Sequence[int], settings: Settings) -> list[Span]:
    """Gaps up to bridge_ms are bridged; then what is shorter than min_burst_ms is dropped."""
    joined: list[Span] = []
    for first, end in spans(active):
        if joined and (first - joined[-1][1]) * HOP_MS <= settings.bridge_ms:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return [(first, end) for first, end in joined if (end - first) * HOP_MS >= settings.min_burst_ms]


def turns(of_bursts: list[Span], settings: Settings) -> list[list[Span]]:
    """Each turn as the list of its bursts: own gaps are shorter than turn_gap_ms."""
    found: list[list[Span]] = []
    for span in of_bursts:
        if found and (span[0] - found[-1][-1][1]) * HOP_MS < settings.turn_gap_ms:
            found[-1].append(span)
        else:
            found.append([span])
    return found


class Scene:
    """Two tracks and what happened in them."""

    def __init__(self, agent: Sequence[int], customer: Sequence[int], settings: Settings):
        self.settings = settings
        self.agent = bursts(agent, settings)
        self.customer = bursts(customer, settings)
        self.agent_turns = turns(self.agent, settings)
        self.customer_turns = [(t[0][0], t[-1][1]) for t in turns(self.customer, settings)]

    def classified(self) -> list[Found]:
        """Every onset of the agent that belongs to a class, by onset."""
        found = [self._classify(turn, index) for index, turn in enumerate(self.agent_turns)]
        return sorted(one for one in found if one is not None)

    def _classify(self, turn: list[Span], index: int) -> Found | None:
        s = self.settings
        t0, end = turn[0][0], turn[-1][1]
        partner = self._begun_with(t0)
        if partner:
            return self._found("simultaneous-start", t0, end, partner)
        holder = [c for c in self.customer_turns if c[0] <= t0 < c[1]]
        if holder and len(turn) == 1 and (end - t0) * HOP_MS <= s.ack_max_ms:
            overlap = self._joint(t0, min(end, holder[0][1]))
            return Found(t0, "acknowledgement", "", end - t0, overlap)
        if not any(b[0] <= t0 and (t0 - b[1]) * HOP_MS <= s.same_onset_ms for b in self.customer):
            return None
        customer = [c for c in self.customer_turns if c[0] <= t0][-1]
        grace_ms = s.early_answer_ms + s.network_delay_ms
        if (customer[1] - t0) * HOP_MS <= grace_ms:
            return self._found("early-answer", t0, end, customer)
        floor_from = max([customer[0], *(earlier[-1][1] for earlier in self.agent_turns[:index])])
        overlap_ms = self._joint(t0, min(end, customer[1])) * HOP_MS
        held = (t0 - floor_from) * HOP_MS >= s.floor_min_ms
        if not held or overlap_ms <= grace_ms or (end - t0) * HOP_MS <= s.ack_max_ms:
            return self._found("overlap-other", t0, end, customer)
        if overlap_ms > s.mutual_ms:
            return self._found("talk-over", t0, end, customer, "mutual")
        return self._found("talk-over", t0, end, customer, "floor-taken" if customer[1] < end else "attempt")

    def _begun_with(self, t0: int) -> Span | None:
        """The customer turn that began together with the agent's, after joint silence."""
        for turn in self.customer_turns:
            first = min(t0, turn[0])
            quiet_since = max(
                [-(10**6), *(end for start, end in self.agent + self.customer if start < first)]
            )
            together = abs(turn[0] - t0) * HOP_MS <= self.settings.same_onset_ms
            if together and (first - quiet_since) * HOP_MS >= self.settings.same_onset_ms:
                return turn
        return None

    def _found(self, kind: str, t0: int, end: int, customer: Span, subtype: str = "") -> Found:
        until = min(end, customer[1])
        return Found(t0, kind, subtype, max(0, until - t0), self._joint(t0, until))

    def _joint(self, first: int, end: int) -> int:
        """Hops of joint speech in [first, end)."""
        return sum(
            max(0, min(a[1], c[1], end) - max(a[0], c[0], first)) for a in self.agent for c in self.customer
        )
