"""`allears import`: states of agents as a switchboard exported them."""

from pathlib import Path

import click

from allears.cli.common import json_option, print_json, store_option
from allears.exitcodes import ExitCode

PROFILES = ("neutral",)
_SHOWN = 20  # row errors printed for a person; --json has all


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--profile", type=click.Choice(PROFILES), default="neutral", show_default=True, help="Form of the file."
)
@store_option
@json_option
def command(file: Path, profile: str, store: Path | None, as_json: bool) -> int:
    """Import agent states from FILE: CSV with agent,state,start,end.

    States are talk, hold, acw, ready, break, other; times are ISO 8601 with offset. If any row is wrong nothing is
    imported, and every wrong row is named.
    """
    from allears.store import Store
    from allears.store.acd_csv import RowError, read

    export = read(file)
    errors = list(export.errors)
    new = 0
    with Store(store) as opened:
        errors += [
            RowError(export.lines[at], f"overlaps {text}, imported before")
            for at, text in opened.acd_overlaps(export.states)
        ]
        if not errors:
            new = opened.put_acd(export.states, profile, file.name)
    totals = {
        "file": str(file),
        "rows": export.rows,
        "imported": new,
        "known": len(export.states) - new if not errors else 0,
        "wrong": len({error.line for error in errors}),
        "agents": len({state.agent for state in export.states}),
        "seconds": {
            state: sum((s.end - s.start).total_seconds() for s in export.states if s.state == state)
            for state in sorted({s.state for s in export.states})
        },
        "errors": [{"line": error.line, "error": error.text} for error in errors],
    }
    _tell(totals, as_json)
    return ExitCode.BAD_INPUT if errors else ExitCode.OK


def _tell(totals: dict[str, object], as_json: bool) -> None:
    errors = totals["errors"]
    assert isinstance(errors, list)
    if as_json:
        print_json(totals)
    for error in errors[: 0 if as_json else _SHOWN]:
        click.echo(f"line {error['line']}: {error['error']}", err=True)
    if len(errors) > _SHOWN and not as_json:
        click.echo(f"… and {len(errors) - _SHOWN} more; --json lists all", err=True)
    if errors:
        click.echo(
            f"allears: {totals['wrong']} of {totals['rows']} rows are wrong and nothing was imported; "
            "correct them and import the file again.",
            err=True,
        )
    elif not as_json:
        click.echo(
            f"{totals['imported']} of {totals['rows']} rows imported for {totals['agents']} agents"
            f" ({totals['known']} were known)."
        )
