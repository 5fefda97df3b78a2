"""What-if: how busy a number of agents is, how many it takes, and how much rest is left between calls."""

import math
from dataclasses import dataclass

from allears.indicators.load import LIMIT_PCT
from allears.staffing import erlang

MOST_AGENTS = 100_000


@dataclass(frozen=True)
class Demand:
    """What comes in, and what is promised.

    calls_per_h: calls an hour. aht_s: mean handle time in s, after-call work included. answer_pct of the calls are to
    be answered within answer_s. patience_s: mean patience of callers (Erlang A), None where nobody hangs up (Erlang C).
    Raises ValueError outside the ranges that make sense.
    """

    calls_per_h: float
    aht_s: float
    answer_pct: float = 80.0
    answer_s: float = 20.0
    patience_s: float | None = None

    def __post_init__(self) -> None:
        if not (0 < self.calls_per_h < 1e7 and 0 < self.aht_s < 1e6):
            raise ValueError(
                "calls an hour must be above 0 and under 10 million, handle time above 0 and under 1 million s"
            )
        if not (0 <= self.answer_pct < 100 and 0 <= self.answer_s < 1e6):
            raise ValueError("the part to be answered must be under 100 %, and the time 0 or more")
        if self.patience_s is not None and not 0 < self.patience_s < 1e6:
            raise ValueError("patience must be above 0")
        if self.load > MOST_AGENTS / 2:
            raise ValueError(f"this is a load of {self.load:.0f} agents, more than can be planned")

    @property
    def load(self) -> float:
        """Erlangs: calls in hand at once if nobody had to wait."""
        return self.calls_per_h * self.aht_s / 3600


@dataclass(frozen=True)
class Staffing:
    """A number of agents at their desks and what comes of it.

    occupancy_pct: handling in % of being there. gap_s: mean time between an agent's calls. within_pct: calls answered
    in time. wait_s: mean wait, None where the queue grows without end. abandoned_pct: None for patient callers.
    """

    agents: int
    occupancy_pct: float
    gap_s: float
    within_pct: float
    waiting_pct: float
    wait_s: float | None
    abandoned_pct: float | None

    def document(self) -> dict[str, float | int | None]:
        """For `--json`."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class WhatIf:
    """present: the agents there are now, None if nobody said. target: as few as keep the promise. capped: as few as
    keep it and are not busier than cap_pct."""

    demand: Demand
    cap_pct: float
    present: Staffing | None
    target: Staffing
    capped: Staffing

    def document(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "calls_per_h": self.demand.calls_per_h,
            "aht_s": self.demand.aht_s,
            "answer_pct": self.demand.answer_pct,
            "answer_s": self.demand.answer_s,
            "patience_s": self.demand.patience_s,
            "model": "Erlang A" if self.demand.patience_s else "Erlang C",
            "load_erlangs": self.demand.load,
            "cap_pct": self.cap_pct,
            "present": self.present.document() if self.present else None,
            "target": self.target.document(),
            "capped": self.capped.document(),
        }


def gap_between_calls_s(aht_s: float, occupancy: float) -> float:
    """Mean time between two calls of an agent who is busy for the part `occupancy` (over 0, up to 1) of the time."""
    return aht_s * (1 / occupancy - 1)


def staffed(demand: Demand, agents: int) -> Staffing:
    """What comes of `agents` (1 or more) at their desks."""
    if not 1 <= agents <= MOST_AGENTS:
        raise ValueError(f"agents must be 1 to {MOST_AGENTS}")
    load, aht_s = demand.load, demand.aht_s
    if demand.patience_s is not None:
        queue = erlang.Impatient(load, agents, aht_s, demand.patience_s)
        return Staffing(
            agents,
            100 * queue.occupancy,
            gap_between_calls_s(aht_s, queue.occupancy),
            100 * queue.within(demand.answer_s),
            100 * queue.wait,
            queue.mean_wait_s,
            100 * queue.abandons,
        )
    occupancy = min(load / agents, 1.0)
    wait_s = erlang.mean_wait_s(load, agents, aht_s)
    return Staffing(
        agents,
        100 * occupancy,
        gap_between_calls_s(aht_s, occupancy),
        100 * erlang.within(load, agents, demand.answer_s, aht_s),
        100 * erlang.waiting(load, agents),
        wait_s if math.isfinite(wait_s) else None,
        None,
    )


def needed(demand: Demand, cap_pct: float = 100.0) -> Staffing:
    """As few agents as keep the promise and are busy for at most cap_pct of the time (over 0, up to 100)."""
    if not 0 < cap_pct <= 100:
        raise ValueError("the cap must be over 0 and at most 100 %")

    def enough(agents: int) -> bool:
        found = staffed(demand, agents)
        return found.within_pct >= demand.answer_pct and found.occupancy_pct <= cap_pct

    # Both get better with every agent: double, then halve the step.
    high = 1
    while not enough(high):
        high = min(high * 2, MOST_AGENTS)
        if high == MOST_AGENTS and not enough(high):
            raise ValueError(f"even {MOST_AGENTS} agents are not enough")
    low = high // 2
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return staffed(demand, high)


def what_if(demand: Demand, agents: int | None = None, cap_pct: float = LIMIT_PCT) -> WhatIf:
    """The present staffing (`agents`, None if unknown) beside what the promise takes, without and with the cap."""
    return WhatIf(
        demand, cap_pct, staffed(demand, agents) if agents else None, needed(demand), needed(demand, cap_pct)
    )


def scheduled(agents: int, shrinkage_pct: float) -> int:
    """How many to put on the roster so that `agents` are at their desks; shrinkage_pct: 0 to under 100."""
    if not 0 <= shrinkage_pct < 100:
        raise ValueError("shrinkage must be 0 to under 100 %")
    return math.ceil(agents / (1 - shrinkage_pct / 100) - 1e-9)
