"""`allears staffing`: how busy people are, how many it takes, and how much rest is left between calls."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allears.cli.common import (
    json_option,
    print_json,
    print_table,
    store_option,
    tell_left_out,
    time_zone_option,
)

if TYPE_CHECKING:
    from allears.staffing import WhatIf
    from allears.staffing.floor import HalfHour

_POSITIVE = click.FloatRange(0, min_open=True)


@click.command("staffing")
@click.option("--calls-per-hour", type=_POSITIVE, metavar="N", help="Calls that come in.")
@click.option("--aht", type=_POSITIVE, metavar="S", help="Mean handle time in s, after-call work included.")
@click.option("--agents", type=click.IntRange(1), metavar="N", help="Agents at their desks now.")
@click.option(
    "--team", metavar="NAME", help="Take calls, handle time and agents from a team's imported states."
)
@click.option(
    "--service", default="80/20", show_default=True, metavar="PCT/S", help="Answered in time: 80 % in 20 s."
)
@click.option(
    "--cap",
    type=click.FloatRange(0, 100, min_open=True),
    metavar="PCT",
    help="Occupancy that nobody should be above; without it, the limit that the reports draw, 85.",
)
@click.option(
    "--patience",
    type=_POSITIVE,
    metavar="S",
    help="Mean patience of callers in s (Erlang A; without it, Erlang C).",
)
@click.option(
    "--shrinkage",
    type=click.FloatRange(0, 100, max_open=True),
    metavar="PCT",
    help="Also print how many to roster.",
)
@time_zone_option
@store_option
@json_option
def command(
    calls_per_hour: float | None,
    aht: float | None,
    agents: int | None,
    team: str | None,
    service: str,
    cap: float | None,
    patience: float | None,
    shrinkage: float | None,
    time_zone: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """What-if: occupancy now, with as few agents as keep the promise, and with occupancy capped.

    Takes --calls-per-hour and --aht, or --team for every half-hour of the day from imported states.
    """
    from allears.indicators.load import LIMIT_PCT
    from allears.staffing import Demand, what_if

    cap = LIMIT_PCT if cap is None else cap
    answer_pct, answer_s = _service(service)
    if team is not None:
        if calls_per_hour or aht or agents:
            raise click.UsageError("--team brings its own calls, handle time and agents.")
        halves, left_out = _half_hours(team, store, time_zone, cap, answer_pct, answer_s, patience)
        if as_json:
            print_json(
                {"team": team, "left_out": left_out, "half_hours": [half.document() for half in halves]}
            )
        else:
            _tell_half_hours(halves, cap, left_out)
        return
    if calls_per_hour is None or aht is None:
        raise click.UsageError("name --calls-per-hour and --aht, or --team.")
    try:
        plan = what_if(Demand(calls_per_hour, aht, answer_pct, answer_s, patience), agents, cap)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    document = plan.document()
    if shrinkage is not None:
        document["roster"] = _roster(plan, shrinkage)
    if as_json:
        print_json(document)
    else:
        _tell(plan, shrinkage)


def _service(text: str) -> tuple[float, float]:
    percent, _, seconds = text.partition("/")
    try:
        return float(percent), float(seconds)
    except ValueError:
        raise click.UsageError(f"--service takes percent/seconds, as 80/20, not {text!r}.") from None


def _roster(plan: "WhatIf", shrinkage: float) -> dict[str, Any]:
    from allears.staffing import scheduled

    return {
        "shrinkage_pct": shrinkage,
        "target": scheduled(plan.target.agents, shrinkage),
        "capped": scheduled(plan.capped.agents, shrinkage),
    }


def _half_hours(
    team: str,
    store: Path | None,
    time_zone: str | None,
    cap: float,
    answer_pct: float,
    answer_s: float,
    patience: float | None,
) -> "tuple[list[HalfHour], int]":
    from allears.errors import NotEnoughData
    from allears.indicators import declared, state_time
    from allears.indicators.release import shown
    from allears.privacy.ledger import Ledger, Within, beside
    from allears.report.local import zone
    from allears.staffing.floor import half_hours
    from allears.store import Store

    at = zone(time_zone)
    with Store(store, read_only=True) as opened:
        names = [name for name, of in state_time.teams(opened).items() if of == team]
        rows = declared.load(opened, names, at, "summaries") if names else []
        if not rows:
            raise NotEnoughData(
                f"the store holds no states of team {team}", "import them with `allears import`"
            )
        with Ledger(beside(opened.path)) as ledger:
            kept = shown(ledger, Within(team, at.key), rows, True, dt.datetime.now(dt.UTC))
    return half_hours(kept.halves, cap, answer_pct, answer_s, patience), kept.left_out


def _tell(plan: "WhatIf", shrinkage: float | None) -> None:
    from allears.staffing import scheduled

    demand = plan.demand
    model = "Erlang A" if demand.patience_s else "Erlang C"
    click.echo(
        f"{demand.calls_per_h:g} calls/h of {demand.aht_s:g} s are {demand.load:.1f} Erlang; promise: "
        f"{demand.answer_pct:g} % in {demand.answer_s:g} s ({model})"
    )
    named = [
        ("as few as keep the promise", plan.target),
        (f"and at most {plan.cap_pct:g} % busy", plan.capped),
    ]
    if plan.present:
        named.insert(0, ("now", plan.present))
    rows = []
    for name, found in named:
        row = [
            name,
            str(found.agents),
            f"{found.occupancy_pct:.1f}",
            f"{found.gap_s:.0f}",
            f"{found.within_pct:.1f}",
            "without end" if found.wait_s is None else f"{found.wait_s:.1f}",
        ]
        if demand.patience_s:
            row.append(f"{found.abandoned_pct:.1f}")
        if shrinkage is not None:
            row.append("" if found is plan.present else str(scheduled(found.agents, shrinkage)))
        rows.append(row)
    titles = ["staffing", "agents", "occupancy, %", "gap between calls, s", "in time, %", "mean wait, s"]
    titles += ["hang up, %"] if demand.patience_s else []
    titles += ["on the roster"] if shrinkage is not None else []
    print_table(titles, rows)


def _tell_half_hours(halves: "list[HalfHour]", cap: float, left_out: int) -> None:
    rows = []
    for half in halves:
        plan = half.plan
        needed = (
            [str(plan.target.agents), str(plan.capped.agents), f"{plan.capped.gap_s:.0f}"]
            if plan
            else ["-"] * 3
        )
        rows.append(
            [
                f"{half.minute // 60:02d}:{half.minute % 60:02d}",
                f"{half.calls_per_h:.1f}",
                f"{half.agents:.1f}",
                _number(half.aht_s, 0),
                _number(half.occupancy_pct, 1),
                _number(half.gap_s, 0),
                *needed,
            ]
        )
    print_table(
        [
            "from",
            "calls/h",
            "agents",
            "AHT, s",
            "occupancy, %",
            "gap, s",
            "needed",
            f"for <= {cap:g} %",
            "gap then, s",
        ],
        rows,
    )
    click.echo("Means over the days imported. Calls that nobody answered are in no agent's states.")
    tell_left_out(left_out)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
