"""`allears demo`: the whole of it on one call, without hardware."""

from pathlib import Path

import click

from allears.cli.common import console, progress_console


@click.command()
@click.option(
    "--call",
    type=click.Path(path_type=Path),
    default=None,
    metavar="CALL.flac",
    help="A two-channel recording to play instead of the built-in call: agent's mouth, then customer at the ear.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("allears-demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where store and reports go; those of an earlier demo there are replaced.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="How many times faster than real time the call goes by; 0 for as fast as the clip can.",
)
def command(call: Path | None, out: Path, speed: float) -> None:
    """Play a call through a virtual clip and read the reports.

    Starts the real firmware as a virtual clip, provisions it, plays a call while showing its cues, pulls its log over
    the serial line, stores it, adds a month of example data of a made-up team around it, and writes the reports of
    the agent and of the team.
    """
    from allears.demo import run
    from allears.demo.call import render_call
    from allears.history import PEOPLE
    from allears.report.local import zone
    from allears.signal.audio import read_call

    printed = console()
    pcm = render_call()[0] if call is None else read_call(call)
    local = zone()
    with run.fresh_store(out) as store:
        brought = run.play_call(pcm, store, printed, speed)
        printed.print()
        for pulled in brought:
            printed.print(f"pulled {pulled.records} records of {pulled.stream}, {pulled.bytes} bytes")
        with progress_console().status("adding a month of example data and drawing the reports"):
            added = run.add_history(store, local)
            pages = run.write_reports(store, out, local)
    printed.print(f"added {added} records of example data, marked so on every page\n")
    for page in pages:
        printed.print(f"report: [bold]{page.resolve()}[/bold]")
    stored = (out / run.STORE_NAME).resolve()
    printed.print(
        f"store:  {stored}, for example `allears report --store {stored} --agent {PEOPLE[1].pseudonym}`"
    )
