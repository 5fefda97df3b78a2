"""`allears export`: the tables behind the reports, for other tools."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allears.cli.common import json_option, print_json, store_option, time_zone_option

if TYPE_CHECKING:
    from allears.store import Store


@click.command("export")
@click.option("--agent", metavar="PSEUDONYM", help="Everything of one agent, from the agent's own stream.")
@click.option(
    "--team", metavar="NAME", help="Sums of a team from session summaries, of days with five people or more."
)
@click.option(
    "--layout",
    is_flag=True,
    help="Every record of the store as OUT/TABLE/SITE-STREAM.parquet, from which a company's night is computed.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json", "parquet"]),
    default="csv",
    show_default=True,
    help="Form of the files.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("allears-export"),
    show_default=True,
    metavar="FOLDER",
    help="Folder for one file a table and the data dictionary.",
)
@time_zone_option
@store_option
@json_option
def command(
    agent: str | None,
    team: str | None,
    layout: bool,
    kind: str,
    out: Path,
    time_zone: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Write tables as CSV, JSON or Parquet, with a data dictionary.

    An agent's export is everything that is known of them, in a folder of their own in OUT. A team's holds sums only:
    what would speak of fewer than five people, alone or beside an earlier report, is withheld and counted. The layout
    holds what the store holds, person by person, and needs the same protection.
    """
    from allears import export
    from allears.privacy.ledger import Ledger, beside
    from allears.privacy.notes import file_name
    from allears.report.local import zone
    from allears.store import Store

    if (agent is not None) + (team is not None) + layout != 1:
        raise click.UsageError("name one of --agent, --team and --layout.")
    chosen, issued, withheld = zone(time_zone), dt.datetime.now(dt.UTC), 0
    with Store(store, read_only=True) as opened:
        if layout:
            _layout(opened, out, issued, as_json)
            return
        if agent is not None:
            tables = export.agent_tables(opened, agent, chosen)
            out /= file_name(agent)  # two people's files never meet
            with Ledger(beside(opened.path)) as ledger:  # before there is a file that `forget` does not know
                ledger.claim(export.places(tables, kind, out), agent, issued)
        else:
            assert team is not None
            tables, withheld = export.team_tables(opened, team, chosen, issued)
        paths = export.write(tables, kind, out)
    rows = {filled.table.name: filled.rows.num_rows for filled in tables}
    if as_json:
        print_json({"schema": 1, "files": [str(path) for path in paths], "rows": rows, "withheld": withheld})
        return
    for path in paths:
        click.echo(str(path))
    if withheld:
        click.echo(
            f"{withheld} days and half-hours withheld: they would speak of fewer than five people.", err=True
        )


def _layout(opened: "Store", out: Path, issued: dt.datetime, as_json: bool) -> None:
    """Write the layout, and note for every file whose rows are in it."""
    from allears import export
    from allears.privacy.ledger import Ledger, beside

    written = export.write_layout(opened, out)
    with Ledger(beside(opened.path)) as ledger:
        for one in written:
            ledger.note_file(one.path, one.agents, issued)
    if as_json:
        rows: dict[str, int] = {}
        for one in written:
            rows[one.path.parent.name] = rows.get(one.path.parent.name, 0) + one.rows
        print_json({"schema": 1, "files": [str(one.path) for one in written], "rows": rows, "withheld": 0})
        return
    for one in written:
        click.echo(str(one.path))
