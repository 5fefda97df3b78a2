"""`allears export`: the tables behind the reports, for other tools."""

from pathlib import Path

import click

from allears.cli.common import json_option, print_json, store_option


@click.command("export")
@click.option("--agent", metavar="PSEUDONYM", help="Everything of one agent, from the agent's own stream.")
@click.option(
    "--team", metavar="NAME", help="Sums of a team from session summaries, of days with five people or more."
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
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="Zone of days and half-hours, as Europe/Berlin (this machine has one by default).",
)
@store_option
@json_option
def command(
    agent: str | None,
    team: str | None,
    kind: str,
    out: Path,
    time_zone: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Write tables as CSV, JSON or Parquet, with a data dictionary.

    An agent's export is everything that is known of them. A team's holds sums only: what would speak of fewer than
    five people, alone or beside an earlier report, is withheld and counted.
    """
    import datetime as dt

    from allears import export
    from allears.privacy.ledger import Ledger, beside
    from allears.report.local import zone
    from allears.store import Store

    if (agent is None) == (team is None):
        raise click.UsageError("name either --agent or --team.")
    chosen, issued, withheld = zone(time_zone), dt.datetime.now(dt.UTC), 0
    with Store(store, read_only=True) as opened:
        if agent is not None:
            tables = export.agent_tables(opened, agent, chosen)
        else:
            assert team is not None
            tables, withheld = export.team_tables(opened, team, chosen, issued)
        paths = export.write(tables, kind, out)
        if agent is not None:
            with Ledger(beside(opened.path)) as ledger:
                for path in paths[:-1]:  # the dictionary names nobody
                    ledger.note_file(path, [agent], issued)
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
