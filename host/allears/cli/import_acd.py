"""`allears import`: states of agents as a switchboard exported them."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allears.cli.common import json_option, print_json, print_table, store_option
from allears.exitcodes import ExitCode
from allears.plain import things

if TYPE_CHECKING:
    from allears.acd import Imported

_SHOWN = 20  # row errors printed for a person; --json has all


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--profile",
    metavar="NAME",
    default="neutral",
    show_default=True,
    help="Form of the file: neutral, cxone, five9, connect, uccx, genesys, zoom, or a .toml file of your own.",
)
@click.option("--time-zone", metavar="ZONE", help="Zone of local times in the file, as Europe/Berlin.")
@click.option(
    "--column",
    "columns",
    metavar="ROLE=NAME",
    multiple=True,
    help="Which column is what, as state=STATUS_NAME.",
)
@click.option(
    "--state",
    "states",
    metavar="WORD=STATE",
    multiple=True,
    help='What a word of the file means, as "Coaching=other".',
)
@click.option(
    "--time-format",
    "times",
    metavar="PATTERN",
    multiple=True,
    help="Form of the times, as %d.%m.%Y %H:%M:%S.",
)
@click.option(
    "--agents",
    "names",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="The switchboard's names for agents: columns acd,agent.",
)
@click.option(
    "--unmatched",
    type=click.Choice(["keep", "skip"]),
    default="keep",
    show_default=True,
    help="What to do with agents who have no clip.",
)
@click.option(
    "--clock-offset",
    metavar="SECONDS",
    default="auto",
    show_default=True,
    help='What to add to the file\'s times; "auto" estimates it from calls that clips heard as well.',
)
@click.option("--whole", is_flag=True, help="Import nothing if any row is wrong.")
@click.option(
    "--replace", is_flag=True, help="States imported before that are in the way give way to the file's."
)
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Where the rows set aside go. [beside FILE]",
)
@store_option
@json_option
def command(
    file: Path,
    profile: str,
    time_zone: str | None,
    columns: Sequence[str],
    states: Sequence[str],
    times: Sequence[str],
    names: Path | None,
    unmatched: str,
    clock_offset: str,
    whole: bool,
    replace: bool,
    quarantine: Path | None,
    store: Path | None,
    as_json: bool,
) -> int:
    """Import agent states from FILE.

    Rows that are wrong are named, set aside in a CSV and counted; the others are stored in one transaction. Importing a
    file again changes nothing. See docs/acd.md for the forms and what is done to overlaps, midnights and clocks.
    """
    from allears import acd
    from allears.privacy.ledger import Ledger, beside
    from allears.report.local import zone
    from allears.store import Store

    form = acd.load(profile)
    header = acd.header_of(file) if form.needs else []
    said = _pairs(columns, "--column"), _pairs(states, "--state")
    chosen = acd.completed(form, *said, tuple(times), header)
    options = acd.Options(_offset_ms(clock_offset), unmatched == "keep", whole, replace, quarantine)
    translated = acd.read_names(names) if names else {}
    at = zone(time_zone) if time_zone else None
    with Store(store) as opened:
        export = acd.read_export(file, chosen, at, translated, acd.known_agents(opened))
        done = acd.store_export(opened, export, options, file)
        if done.quarantine:
            with Ledger(beside(opened.path)) as ledger:  # so that forgetting somebody finds it
                ledger.note_file(done.quarantine, done.set_aside(), dt.datetime.now(dt.UTC))
    document = done.document()
    if as_json:
        print_json(document)
    else:
        _tell(done, document)
    wrong = bool(done.refused) or any(error.kind == "wrong" for error in done.errors)
    return ExitCode.BAD_INPUT if wrong else ExitCode.OK


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    pairs = {}
    for item in given:
        left, separator, right = item.rpartition("=") if option == "--state" else item.partition("=")
        if not separator or not left.strip() or not right.strip():
            raise click.UsageError(f"{option} takes two words with = between them, not {item!r}.")
        pairs[left.strip()] = right.strip()
    return pairs


def _offset_ms(text: str) -> int | None:
    if text == "auto":
        return None
    try:
        return round(float(text) * 1000)
    except (ValueError, OverflowError):
        raise click.UsageError(f'--clock-offset takes a number of seconds or "auto", not {text!r}.') from None


def _tell(done: "Imported", document: dict[str, Any]) -> None:
    for error in done.errors[:_SHOWN]:
        click.echo(f"line {error.line}: {error.text}", err=True)
    if len(done.errors) > _SHOWN:
        click.echo(f"… and {len(done.errors) - _SHOWN} more; --json lists all", err=True)
    if done.quarantine:
        click.echo(f"{things(document['quarantined'], 'row')} set aside in {done.quarantine}", err=True)
    if done.refused:
        click.echo(f"allears: {done.refused}; nothing was imported.", err=True)
        return
    click.echo(
        f"{things(document['imported'], 'state')} imported from {things(document['rows'], 'row')} for "
        f"{things(document['agents'], 'agent')}; {document['known']} known before."
    )
    rows = [[word, state, f"{seconds:.0f}"] for word, state, seconds in document["state_map"]]
    print_table(["in the file", "taken for", "seconds"], rows)
    for sentence in document["notes"]:
        click.echo(sentence)
