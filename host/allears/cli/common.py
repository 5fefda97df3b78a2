"""What the verbs share: the same options under the same names, tables on stdout, progress on stderr."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, ProgressColumn

from allears.plain import things

port_option = click.option(
    "--port",
    envvar="ALLEARS_PORT",
    show_envvar=True,
    default="auto",
    show_default=True,
    metavar="PORT",
    help='"auto" for the one clip plugged in, "sim:NAME" for a virtual clip, or the path of a serial port.',
)
store_option = click.option(
    "--store",
    envvar="ALLEARS_STORE",
    show_envvar=True,
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="The store; without it, the one in your data folder.",
)
time_zone_option = click.option(
    "--time-zone",
    metavar="ZONE",
    help="Zone of days and half-hours, as Europe/Berlin (this machine has one by default).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout instead of text.")


def existing_store(store: Path | None) -> Path:
    """The store to be written into, which must be there: opening it for writing would make one."""
    from allears.errors import MissingInput
    from allears.store.store import default_path

    path = store or default_path()
    if not path.exists():
        raise MissingInput(f"there is no store at {path}", "name one with --store")
    return path


def tell_left_out(periods: int) -> None:
    """Say how many days and half-hours of a team are not in its figures, if any."""
    if periods:
        click.echo(
            f"{things(periods, 'period')} left out (days and half-hours): fewer than 5 people, or told apart."
        )


def print_json(document: Any, indent: int | None = 2) -> None:
    """Print one JSON document on stdout, at once, so that a reader down a pipe need not wait."""
    # Names stay readable where the output can carry them, and exact where it cannot.
    exotic = (sys.stdout.encoding or "ascii").lower() != "utf-8"
    click.echo(json.dumps(document, indent=indent, ensure_ascii=exotic))
    sys.stdout.flush()


def console() -> Console:
    """Where results for people go: stdout."""
    return Console(highlight=False, soft_wrap=True)


def print_table(titles: list[str], rows: list[list[str]]) -> None:
    """Aligned columns on stdout, whole values whatever the width of the terminal."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def progress_console() -> Console:
    """Where progress goes: stderr, so that stdout stays clean for pipes."""
    return Console(stderr=True, highlight=False)


def progress_bar(*columns: ProgressColumn) -> Progress:
    """A bar on stderr that goes away when it is done; none where stderr is no terminal."""
    out = progress_console()
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)


def size_text(size_bytes: float) -> str:
    """Bytes as people read them: 512 B, 31.4 KiB, 1.2 MiB."""
    if size_bytes < 1024:
        return f"{size_bytes:.0f} B"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes / 1024:.1f} KiB"
    return f"{size_bytes / 1024 / 1024:.1f} MiB"
