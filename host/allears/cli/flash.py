"""`allears flash`: bring a clip's application to this release."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from allears.cli.common import console, json_option, port_option, print_json, progress_bar, size_text

if TYPE_CHECKING:
    from allears.fleet.flash import Flashed, Plan


@click.command()
@port_option
@click.option(
    "--via",
    type=click.Choice(["auto", "link", "repl"]),
    default="auto",
    show_default=True,
    help="The way in: the running application, MicroPython's prompt, or the first of them that answers.",
)
@click.option("--board", metavar="NAME", help="The board, for a MicroPython without AllEars on it.")
@click.option(
    "--bundle",
    "bundle_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="A signed application in place of this release's.",
)
@click.option("--older", is_flag=True, help="Yes, to an older version than the clip has.")
@click.option("--dry-run", is_flag=True, help="Show what would be written and write nothing.")
@json_option
def command(
    port: str,
    via: str,
    board: str | None,
    bundle_file: Path | None,
    older: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring a clip's application to this release, or to the one in a signed bundle.

    Sends only files that differ. The clip puts the new application beside the one that runs, compares every file by
    SHA-256 and starts it on trial: one that does not say within three starts that it is well is given up for the
    old one. A cut or a lost power on the way leaves the old one.
    """
    from allears.device import port_path
    from allears.fleet import flash, signing

    given = signing.read_file(bundle_file) if bundle_file else None
    with port_path(port) as path, _Bar() as bar:
        flashed = flash.update(path, via, board, dry_run, bar, given, older)
    if as_json:
        print_json({"port": port, "applied": not dry_run, **_facts(flashed)})
    else:
        _print(flashed, dry_run)


def _facts(flashed: "Flashed") -> dict[str, Any]:
    plan = flashed.plan
    return {
        "via": flashed.way,
        "board": plan.bundle.board,
        "version": plan.bundle.manifest["version"],
        "running": flashed.running,
        "changed": {path: plan.bundle.hashes[path] for path in plan.changed},
        "unchanged": plan.unchanged,
        "bytes": plan.size_bytes,
    }


def _print(flashed: "Flashed", dry_run: bool) -> None:
    plan = flashed.plan
    version = plan.bundle.manifest["version"]
    if plan.empty:
        console().print(f"all {plan.unchanged} files are those of {version}; nothing to write")
        return
    did = "would write" if dry_run else "wrote and verified"
    count = f"{len(plan.changed)} of {len(plan.changed) + plan.unchanged} files"
    console().print(f"{did} {count}, {size_text(plan.size_bytes)}, over the {flashed.way}")
    if dry_run:
        for path, data in plan.changed.items():
            console().print(f"  {path} ({size_text(len(data))})")
    else:
        console().print(f"the clip runs {flashed.running}")


class _Bar:
    """Progress on stderr."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._progress = progress_bar(*columns)
        self._task = self._progress.add_task("looking at the clip", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def planned(self, plan: "Plan") -> None:
        self._progress.update(self._task, description=f"{len(plan.changed)} files", total=plan.size_bytes)

    def sent(self, size_bytes: int) -> None:
        self._progress.advance(self._task, size_bytes)
