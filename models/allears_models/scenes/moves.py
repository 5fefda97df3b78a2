"""The script of a call: moves drawn at random, each with human timing, until the wanted minutes are over.

A move knows what it means to bring about; what it did bring about is decided by the truth, from the clean tracks.
Ranges: gaps between turns N(0.2 s, 0.45 s) and overlaps log-normal, as measured on telephone talk; the rest is drawn
widely enough that both sides of each threshold occur.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from allears_models.scenes.material import AGENT, CUSTOMER, Stage, hops

GAP_S, GAP_SD_S = 0.2, 0.45
MOVES = {
    "exchange": 5.0,
    "listen": 2.5,
    "interrupt": 4.5,
    "early-answer": 1.6,
    "together": 0.8,
    "pause": 0.8,
    "dead-air": 0.7,
    "hold": 0.4,
    "monologue": 0.35,
    "story": 0.8,
}
CONSIDERATE = {name: weight for name, weight in MOVES.items() if name != "interrupt"}
STYLES = {"mixed": MOVES, "considerate": CONSIDERATE}
ROOM_S = 100.0  # free track behind the wanted minutes: the longest move fits


class Script:
    """Plays moves on a stage. `log` lists (move, hop at which it began); `now` is the hop behind the last speech."""

    def __init__(self, stage: Stage, style: str, rng: np.random.Generator) -> None:
        self._stage, self._rng = stage, rng
        self._weights = dict(STYLES[style])
        self._gentle = style == "considerate"
        self._wordy = rng.uniform(0.7, 2.6)  # some agents talk more than they listen
        self._moves: dict[str, Callable[[], int]] = {
            "exchange": self._exchange,
            "listen": self._listen,
            "interrupt": self._interrupt,
            "early-answer": self._early_answer,
            "together": self._together,
            "pause": self._pause,
            "dead-air": self._dead_air,
            "hold": self._hold,
            "monologue": self._monologue,
            "story": self._story,
        }
        self.log: list[tuple[str, int]] = []
        self.now = 0

    def play(self, length: int) -> None:
        """An opening, then moves until `length` hops are used."""
        self._note("opening")
        self.now = self._opening()
        while self.now < length:
            names = list(self._weights)
            odds = np.array(list(self._weights.values()))
            name = names[int(self._rng.choice(len(names), p=odds / odds.sum()))]
            self._note(name)
            self.now = self._moves[name]()

    def _note(self, name: str) -> None:
        self.log.append((name, self.now))

    def _draw(self, low_s: float, high_s: float) -> int:
        return hops(self._rng.uniform(low_s, high_s))

    def _length(self, median_s: float, low_s: float, high_s: float) -> int:
        return hops(float(np.clip(self._rng.lognormal(np.log(median_s), 0.6), low_s, high_s)))

    def _gap(self) -> int:
        return hops(float(np.clip(self._rng.normal(GAP_S, GAP_SD_S), -0.45, 1.6)))

    def _customer(self, length: int) -> tuple[int, int]:
        """The customer takes the next turn. Returns its first hop and the one behind its last."""
        start = self.now + max(self._gap(), 1)
        return start, self._stage.say(CUSTOMER, start, length)

    def _agent(self, after: int, length: int) -> int:
        """The agent answers the turn that ended at hop `after`, in `length` hops or what this agent makes of it."""
        return self._stage.say(AGENT, max(after + self._gap(), 0), int(length * self._wordy))

    # -- moves: each begins behind the last speech and returns the hop behind its own ---------------------------------

    def _opening(self) -> int:
        greeted = self._stage.say(AGENT, self._draw(0.5, 2.5), self._draw(1.5, 4.0))
        start = greeted + self._draw(0.2, 1.2)
        return self._stage.say(CUSTOMER, start, self._draw(2.0, 8.0))

    def _exchange(self) -> int:
        _, end = self._customer(self._length(2.5, 0.6, 9.0))
        return max(end, self._agent(end, self._length(3.0, 0.6, 12.0)))

    def _listen(self) -> int:
        start, end = self._customer(self._draw(6.0, 14.0))
        self._nods(AGENT, start + self._draw(1.4, 2.5), end - hops(1.7), (0.18, 0.85))
        return max(end, self._agent(end, self._length(2.5, 1.1, 8.0)))

    def _story(self) -> int:
        start, end = self._customer(self._draw(10.0, 18.0))
        self._nods(AGENT, start + self._draw(2.0, 5.0), end - hops(1.7), (0.18, 0.6))
        return max(end, self._agent(end, self._length(3.0, 1.1, 8.0)))

    def _nods(self, side: int, at: int, until: int, length_s: tuple[float, float]) -> None:
        longest_s = min(length_s[1], 0.7) if self._gentle else length_s[1]
        while at < until - hops(longest_s):
            at = self._stage.nod(side, at, self._draw(length_s[0], longest_s)) + self._draw(1.3, 4.0)

    def _interrupt(self) -> int:
        """The agent begins while the customer talks; then one of the two, or neither for a while, gives way."""
        start = self.now + max(self._gap(), 1)
        t0 = start + self._draw(0.8, 5.0)
        overlap = hops(float(np.clip(self._rng.lognormal(np.log(1.25), 0.45), 0.3, 4.0)))
        if self._rng.random() < 0.5:  # the customer gives way
            stop = self._stage.say(CUSTOMER, start, t0 - start + overlap)
            return max(stop, self._stage.say(AGENT, t0, overlap + self._draw(1.0, 5.0)))
        yielded = self._stage.say(AGENT, t0, max(overlap, hops(1.1)))
        end = self._stage.say(CUSTOMER, start, yielded - start + self._draw(1.0, 4.0))
        return max(end, self._agent(end, self._length(2.5, 1.1, 8.0)))

    def _early_answer(self) -> int:
        _, end = self._customer(self._length(3.5, 1.5, 9.0))
        early = self._draw(0.02, 0.4 if self._gentle else 0.58)
        return max(end, self._stage.say(AGENT, end - early, self._length(3.0, 1.1, 8.0)))

    def _together(self) -> int:
        start = self.now + self._draw(1.1, 2.5)
        other = start + self._draw(0.0, 0.18)
        first = int(self._rng.integers(2))
        short = self._stage.say(1 - first, other, self._draw(0.3, 1.0))
        return max(short, self._stage.say(first, start, self._draw(2.0, 5.0)))

    def _pause(self) -> int:
        return self._stage.say(
            int(self._rng.integers(2)), self.now + self._draw(2.5, 5.5), self._draw(1.2, 5.0)
        )

    def _dead_air(self) -> int:
        return self._stage.say(
            int(self._rng.integers(2)), self.now + self._draw(6.3, 14.0), self._draw(1.2, 5.0)
        )

    def _hold(self) -> int:
        """Music on the line between the agent's two sentences; now and then the agent mumbles into it."""
        asked = self._stage.say(AGENT, self.now + max(self._gap(), 1), self._draw(0.8, 2.0))
        start = asked + self._draw(0.4, 2.0)
        end = start + self._draw(10.0, 28.0)
        self._stage.holds.append((start, end))
        if self._rng.random() < 0.3:
            self._stage.say(AGENT, start + self._draw(2.0, 5.0), self._draw(0.6, 2.5))
        return self._stage.say(AGENT, end + self._draw(0.3, 1.5), self._draw(1.5, 4.0))

    def _monologue(self) -> int:
        """More than a minute of the agent, with breaths and the customer's nods; once a call."""
        self._weights.pop("monologue")
        start = self.now + max(self._gap(), 1)
        until, at = start + self._draw(61.0, 72.0), start
        while at < until:
            at = self._stage.say(AGENT, at, min(self._draw(4.0, 12.0), until - at + hops(0.5))) + self._draw(
                0.3, 1.5
            )
        self._nods(CUSTOMER, start + self._draw(4.0, 9.0), at - hops(3.0), (0.2, 0.8))
        return at
