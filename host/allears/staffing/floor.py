"""What the imported states of a team say about its half-hours: calls, handle time, and how many were there."""

from collections.abc import Sequence
from dataclasses import dataclass

from allears.indicators import formulas, load
from allears.indicators.state_time import StateTime
from allears.staffing.plan import Demand, WhatIf, gap_between_calls_s, what_if

HALF_HOUR_S = 1800.0


@dataclass(frozen=True)
class HalfHour:
    """One half-hour of the day, a mean over `days` days: calls an hour that were answered, their mean handle time, and
    agents in talk, hold, after-call work or ready. occupancy_pct and gap_s: as it was, None where too little is known.
    plan: what the promise takes, None where there are too few calls."""

    minute: int
    days: int
    calls_per_h: float
    aht_s: float | None
    agents: float
    occupancy_pct: float | None
    gap_s: float | None
    plan: WhatIf | None

    def document(self) -> dict[str, object]:
        """For `--json`."""
        return {**self.__dict__, "plan": self.plan.document() if self.plan else None}


def half_hours(
    times: Sequence[StateTime],
    cap_pct: float = load.LIMIT_PCT,
    answer_pct: float = 80.0,
    answer_s: float = 20.0,
    patience_s: float | None = None,
) -> list[HalfHour]:
    """The half-hours of a day with a state in them, earliest first; for the rest see plan.Demand and plan.what_if.

    Calls that hung up in the queue are in no agent's log: what comes in is at least this much.
    """
    by_minute: dict[int, list[StateTime]] = {}
    for row in times:
        if not row.rebuilt:
            by_minute.setdefault(row.minute, []).append(row)
    found = []
    for minute in sorted(by_minute):
        rows = by_minute[minute]
        # The hour that comes twice is two half-hours of that minute.
        days = len({row.slot_ms for row in rows})
        total = formulas.total(rows)
        agents = total.of(formulas.AVAILABLE) / (HALF_HOUR_S * days)
        calls_per_h = total.contacts / days * 2
        aht = formulas.handle_time(total)
        busy = formulas.value(formulas.BY_KEY["occupancy"], total, least_s=load.HALF_HOUR_LEAST_S).value
        gap_s = gap_between_calls_s(aht.value, busy / 100) if aht.value and busy else None
        plan = None
        if aht.value and calls_per_h > 0:
            plan = what_if(Demand(calls_per_h, aht.value, answer_pct, answer_s, patience_s), cap_pct=cap_pct)
        found.append(HalfHour(minute, days, calls_per_h, aht.value, agents, busy, gap_s, plan))
    return found
