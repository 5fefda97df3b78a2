"""`allears occupancy`: how much of the time is taken, what that number rests on, and what other formulas make of it."""

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
from allears.plain import things

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from allears.indicators.occupancy import Cell, Occupancy
    from allears.indicators.result import Result
    from allears.indicators.state_time import StateTime
    from allears.store import Store

_FORMULAS = (
    "occupancy", "connect", "connect-handle", "genesys", "logged-in", "available", "ringcentral", "utilisation",
)  # fmt: skip


@click.command("occupancy")
@click.option(
    "--agent", metavar="PSEUDONYM", help="One agent's own figures: from their own log, or with their consent."
)
@click.option(
    "--team", metavar="NAME", help="A team's figures; takes five people on every day and half-hour shown."
)
@click.option(
    "--by",
    type=click.Choice(["total", "day", "half-hour", "time-of-day"]),
    default="total",
    show_default=True,
    help="How finely.",
)
@click.option(
    "--formula",
    type=click.Choice(_FORMULAS),
    default="occupancy",
    show_default=True,
    help="What to divide by what.",
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First local day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last local day.")
@click.option(
    "--paid-hours",
    type=click.FloatRange(0, 24, min_open=True),
    metavar="H",
    help="Paid hours of a person's day.",
)
@time_zone_option
@store_option
@json_option
def command(
    agent: str | None,
    team: str | None,
    by: str,
    formula: str,
    first: dt.datetime | None,
    last: dt.datetime | None,
    paid_hours: float | None,
    time_zone: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Occupancy of an agent or a team from imported states, or the button's.

    Prints numerator, denominator, the state map and every second left out, handle time, after-call work, utilisation
    and shrinkage, what other formulas make of the same time where they differ, and what the number would be if breaks,
    coaching and the like were counted.
    """
    from allears.indicators import state_time
    from allears.indicators.occupancy import cells, occupancy
    from allears.privacy.consent import require_own
    from allears.report.local import zone
    from allears.store import Store

    if (agent is None) == (team is None):
        raise click.UsageError("name either --agent or --team.")
    at = zone(time_zone)
    with Store(store, read_only=True) as opened:
        if agent is not None:
            require_own(opened, agent, dt.datetime.now(dt.UTC))
        rows = _rows(opened, agent, team, first, last, at)
        halves, left_out = rows, 0
        if team is not None:
            rows, halves, left_out = _shown(opened, team, at.key, rows, by)
        days = len({(row.agent, row.date) for row in rows if row.state != state_time.NO_STATE})
        found = occupancy(
            rows,
            rows[0].date,
            rows[-1].date,
            "total",
            formula,
            paid_hours * 3600 * days if paid_hours else None,
        )
        listed = [] if by == "total" else cells(rows if by == "day" else halves, by, formula)
        document = _document(opened, agent, team, found, listed, left_out, at.key)
    if as_json:
        print_json(document)
    else:
        _tell(found, listed, by, document)


def _rows(
    store: "Store",
    agent: str | None,
    team: str | None,
    first: dt.datetime | None,
    last: dt.datetime | None,
    at: "ZoneInfo",
) -> "list[StateTime]":
    from allears.errors import NotEnoughData
    from allears.indicators import declared
    from allears.indicators.state_time import teams

    if first and last and last < first:
        raise click.UsageError("the period ends before it begins.")
    names = [name for name, of in teams(store).items() if name == agent or (team is not None and of == team)]
    stream = "summaries" if agent is None else "events"
    days = (first.date() if first else None, last.date() if last else None)
    rows = declared.load(store, names, at, stream, *days) if names else []
    if not rows:
        who = f"agent {agent}" if agent is not None else f"team {team}"
        raise NotEnoughData(
            f"the store holds no states of {who} for these days",
            "import them with `allears import`, or set them with the clip's button",
        )
    return rows


def _shown(
    store: "Store", team: str, zone: str, rows: "list[StateTime]", by: str
) -> "tuple[list[StateTime], list[StateTime], int]":
    from allears.indicators.release import shown
    from allears.privacy.ledger import Ledger, Within, beside

    halves = by in ("half-hour", "time-of-day")
    with Ledger(beside(store.path)) as ledger:
        kept = shown(ledger, Within(team, zone), rows, halves, dt.datetime.now(dt.UTC))
    return kept.days, kept.halves, kept.left_out


def _document(
    store: "Store",
    agent: str | None,
    team: str | None,
    found: "Occupancy",
    listed: "list[Cell]",
    left_out: int,
    zone: str,
) -> dict[str, Any]:
    imports = store.connection.execute(
        "SELECT profile, offset_ms / 1000, offset_low_ms / 1000, offset_high_ms / 1000, sum(quarantined)::BIGINT "
        "FROM acd_imports GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {
        "agent": agent,
        "team": team,
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "time_zone": zone,
        "people": found.people,
        "agent_days": found.times.agent_days,
        "result": found.result.document(),
        "formulas": [{"value": r.value, "formulas": list(r.keys)} for r in found.readings],
        "formulas_differ": found.formulas_differ,
        "sensitivity": [vars(item) for item in found.sensitivity],
        "handle_time": found.handle_time.document(),
        "after_call_work": found.after_call_work.document(),
        "utilisation": found.utilisation.document(),
        "shrinkage": found.shrinkage.document(),
        "state_map": _state_map(found),
        "rebuilt_s": found.rebuilt_s,
        "left_out": left_out,
        "imports": [
            {
                "profile": p,
                "offset_s": o,
                "limits_s": None if low is None else [low, high],
                "rows_set_aside": q,
            }
            for p, o, low, high, q in imports
        ],
        "cells": [_cell(cell) for cell in listed],
    }


def _state_map(found: "Occupancy") -> list[list[Any]]:
    return [[word, state, seconds] for (state, word), seconds in sorted(found.times.seconds.items())]


def _cell(cell: "Cell") -> dict[str, Any]:
    parts = cell.result.parts
    return {
        "date": cell.date.isoformat() if cell.date else None,
        "minute": cell.minute,
        "slot_utc_ms": cell.slot_ms,
        "people": cell.people,
        "value": cell.result.value,
        "numerator_s": parts["numerator, s"],
        "denominator_s": parts["denominator, s"],
        "excluded_s": sum(seconds for name, seconds in parts.items() if name.startswith("excluded ")),
        "missing": cell.result.missing or None,
    }


def _tell(found: "Occupancy", listed: "list[Cell]", by: str, document: dict[str, Any]) -> None:
    from allears.indicators.formulas import BY_KEY

    formula = BY_KEY[found.formula]
    days = "1 day" if found.first == found.last else f"{found.first} to {found.last}"
    click.echo(f"{formula.title}: {_said(found.result, '%')}, {found.people} people, {days}")
    click.echo(f"  {formula.text}")
    for name, seconds in found.result.parts.items():
        click.echo(f"  {name.removesuffix(', s')}: {seconds:.0f} s ({seconds / 3600:.2f} h)")
    for title, result, unit in (
        ("Handle time", found.handle_time, "s"),
        ("After-call work", found.after_call_work, "s"),
        ("Utilisation", found.utilisation, "%"),
        ("Shrinkage", found.shrinkage, "%"),
    ):
        click.echo(f"{title}: {_said(result, unit)}")
    if found.formulas_differ:
        click.echo("\nThe same time by other formulas:")
        print_table(["%", "formula"], [[_number(r.value), ", ".join(r.keys)] for r in found.readings])
    if found.sensitivity:
        click.echo("\nIf this time were counted:")
        rows = [
            [s.word, s.state, f"{s.seconds:.0f}", _number(s.as_idle_pct), _number(s.as_work_pct)]
            for s in found.sensitivity
        ]
        print_table(["word", "state", "seconds", "as available, %", "as work, %"], rows)
    click.echo("\nState map:")
    print_table(["word", "state", "seconds"], [[w, s, f"{n:.0f}"] for w, s, n in document["state_map"]])
    if listed:
        click.echo("")
        print_table(
            [by, "%", "busy s", "of s", "excluded s", "people"], [_row(cell) for cell in document["cells"]]
        )
    for item in document["imports"]:
        limits = item["limits_s"]
        sure = "given or unknown" if limits is None else f"{limits[0]:+.1f} to {limits[1]:+.1f} s"
        click.echo(
            f"Imported as {item['profile']}: clock offset {item['offset_s']:+.1f} s ({sure}), "
            f"{things(item['rows_set_aside'], 'row')} set aside."
        )
    tell_left_out(document["left_out"])
    if found.rebuilt_s:
        click.echo(f"{found.rebuilt_s / 3600:.1f} h have no known time of day and stand in no half-hour.")


def _row(cell: dict[str, Any]) -> list[str]:
    minute = cell["minute"]
    clock = "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
    return [
        " ".join(part for part in (cell["date"] or "", clock) if part),
        _number(cell["value"]),
        *(f"{cell[name]:.0f}" for name in ("numerator_s", "denominator_s", "excluded_s")),
        str(cell["people"]),
    ]


def _said(result: "Result", unit: str) -> str:
    return result.missing if result.value is None else f"{result.value:.1f} {unit}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
