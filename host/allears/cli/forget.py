"""`allears forget`: take an agent out of everything kept here, or what has been kept long enough."""

import datetime as dt
from pathlib import Path

import click

from allears.cli.common import existing_store, json_option, print_json, store_option
from allears.exitcodes import ExitCode
from allears.plain import things


@click.command("forget")
@click.argument("agent", required=False)
@click.option(
    "--expired", is_flag=True, help="Instead: delete what has been kept longer than the days below."
)
@click.option(
    "--events-days",
    type=click.IntRange(0),
    default=90,
    show_default=True,
    help="Keep agents' events so long.",
)
@click.option(
    "--summaries-days",
    type=click.IntRange(0),
    default=400,
    show_default=True,
    help="Keep summaries and imported states so long.",
)
@click.option(
    "--folder",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="Folder with reports and exports to look through as well; may be given several times.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
@json_option
def command(
    agent: str | None,
    expired: bool,
    events_days: int,
    summaries_days: int,
    folders: tuple[Path, ...],
    yes: bool,
    store: Path | None,
    as_json: bool,
) -> int:
    """Forget AGENT: in the store, in the release ledger, in reports and exports.

    The store is written anew, so that the bytes are gone, and everything is searched afterwards. What stands
    on paper, in copies and backups is out of reach. Exit code 1 if the search still finds something.
    """
    if (agent is None) == (not expired):
        raise click.UsageError("name an agent, or say --expired.")
    path = existing_store(store)
    if agent is None:
        return _expire(path, events_days, summaries_days, yes, as_json)
    return _forget(path, agent, folders, yes, as_json)


def _forget(path: Path, agent: str, folders: tuple[Path, ...], yes: bool, as_json: bool) -> int:
    from allears.privacy.forget import forget

    if not yes:
        click.confirm(f"Delete everything of {agent} from {path}? It cannot be undone", abort=True, err=True)
    found = forget(path, agent, folders)
    if as_json:
        print_json({"store": str(path), **found.document()})
    else:
        click.echo(f"{sum(found.rows.values()):,} rows deleted from {len(found.rows)} tables of {path}.")
        click.echo(f"{found.groups} groups of the release ledger hold a random token instead of them.")
        for removed in found.removed:
            click.echo(f"removed {removed}")
        times = sum(found.before.values())
        click.echo(
            f"Searched {things(len(found.searched), 'file')}: {things(times, 'place')} named them before, "
            f"{_left(found.after)} now."
        )
        if found.unsearched:
            click.echo(
                f"Not searched for: {', '.join(found.unsearched)} (short, or part of another name); the rows are gone."
            )
    for left in found.after:
        click.echo(f"still named in {left}", err=True)
    return ExitCode.FAILURE if found.after else ExitCode.OK


def _left(after: dict[Path, int]) -> str:
    return str(sum(after.values())) if after else "none"


def _expire(path: Path, events_days: int, summaries_days: int, yes: bool, as_json: bool) -> int:
    from allears.privacy.retention import Policy, expire
    from allears.store import Store

    if not yes:
        kept = f"events older than {events_days} days, all else older than {summaries_days} days"
        click.confirm(f"Delete {kept} from {path}? It cannot be undone", abort=True, err=True)
    with Store(path) as opened:
        done = expire(opened, dt.datetime.now(dt.UTC), Policy(events_days, summaries_days))
    if as_json:
        print_json({"store": str(path), "rows": done.rows, "undated": done.undated})
        return ExitCode.OK
    click.echo(f"{sum(done.rows.values()):,} rows deleted from {len(done.rows)} tables of {path}.")
    if done.undated:
        click.echo(f"{done.undated:,} records stay: nobody knows how old they are.")
    return ExitCode.OK
