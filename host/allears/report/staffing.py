"""Staffing what-if on a team's page: occupancy as it was and with occupancy capped, by half-hour of the day."""

from collections.abc import Sequence
from typing import Any

from allears.i18n import decimal
from allears.i18n import text as _
from allears.indicators.load import LIMIT_PCT
from allears.indicators.state_time import StateTime
from allears.report import words
from allears.staffing import WhatIf
from allears.staffing.floor import HalfHour, half_hours


def panel(times: Sequence[StateTime]) -> dict[str, Any] | None:
    """Content of the panel from a group's released half-hours; None where too few calls are known for any of them."""
    known = [(half, half.plan) for half in half_hours(times) if half.plan]
    if not known:
        return None
    fullest, plan = max(known, key=lambda pair: pair[1].demand.load)
    return {
        "from": words.slot(fullest.minute),
        "tiles": _tiles(fullest, plan),
        "answer": words.percent(plan.demand.answer_pct),
        "answer_s": words.count(plan.demand.answer_s),
        "cap": words.percent(LIMIT_PCT),
        "rows": [_row(half, found) for half, found in known],
        "data": [half.document() for half, _found in known],
    }


def _tiles(half: HalfHour, plan: WhatIf) -> list[dict[str, Any]]:
    """The half-hour with the most work: now, and with as few agents as keep the promise under the cap."""
    load = _("{calls} calls an hour of {time}", calls=decimal(half.calls_per_h, 1), time=_seconds(half.aht_s))
    need = plan.capped
    pairs = (
        (_("Agents there"), decimal(half.agents, 1), "", load),
        (_("Agents needed"), words.count(need.agents), "", _on_time(plan)),
        (_("Occupancy now"), _figure(half.occupancy_pct), "%", _gap(half.gap_s)),
        (_("Occupancy then"), words.count(need.occupancy_pct), "%", _gap(need.gap_s)),
    )
    return [
        {"title": title, "unit": unit, "value": value, "basis": basis, "missing": "", "parts": []}
        for title, value, unit, basis in pairs
    ]


def _on_time(plan: WhatIf) -> str:
    if plan.target.agents == plan.capped.agents:
        return _("as few as keep the promise")
    return _("{n} would keep the promise, at {occupancy}",
             n=words.count(plan.target.agents), occupancy=words.percent(plan.target.occupancy_pct))  # fmt: skip


def _row(half: HalfHour, plan: WhatIf) -> tuple[str, ...]:
    need = plan.capped
    return (
        words.slot(half.minute),
        words.count(half.days),
        decimal(half.calls_per_h, 1),
        decimal(half.agents, 1),
        words.NONE if half.occupancy_pct is None else words.percent(half.occupancy_pct),
        _seconds(half.gap_s),
        words.count(need.agents),
        words.percent(need.occupancy_pct),
        _seconds(need.gap_s),
    )


def _figure(value: float | None) -> str:
    return words.NONE if value is None else words.count(value)


def _gap(gap_s: float | None) -> str:
    return "" if gap_s is None else _("{time} between calls", time=words.duration(round(gap_s)))


def _seconds(time_s: float | None) -> str:
    return words.NONE if time_s is None else words.duration(round(time_s))
