"""`allears contest`: an agent says that an event is wrong."""

from pathlib import Path

import click

from allears.cli.common import existing_store, json_option, print_json, store_option


@click.command("contest")
@click.argument("reference")
@click.option("--agent", metavar="PSEUDONYM", required=True, help="Whose event it is.")
@click.option("--note", default="", help="Why, in your own words.")
@click.option("--withdraw", is_flag=True, help="Contest it no longer.")
@store_option
@json_option
def command(reference: str, agent: str, note: str, withdraw: bool, store: Path | None, as_json: bool) -> None:
    """Contest the event that stands under REFERENCE in the agent's report.

    It is marked so in the agent's next report and export, with the note. What the clip logged stays as it was, and no
    lead sees either.
    """
    import datetime as dt

    from allears.report.contest import contest, withdraw_contest
    from allears.store import Store

    with Store(existing_store(store)) as opened:
        if withdraw:
            withdraw_contest(opened, agent, reference)
        else:
            contest(opened, agent, reference, note, dt.datetime.now(dt.UTC))
    if as_json:
        print_json({"schema": 1, "reference": reference, "contested": not withdraw, "note": note or None})
    else:
        click.echo(f"{reference} is {'contested no longer' if withdraw else 'contested'}")
