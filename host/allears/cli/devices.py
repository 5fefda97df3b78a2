"""`allears devices`: which clips are there."""

from collections.abc import Iterator
from typing import Any

import click

from allears.cli.common import console, json_option, print_json, print_table
from allears.exitcodes import ExitCode

BLINK_S = 5


@click.command()
@click.option("--port", "ports", multiple=True, metavar="PORT", help="Look only here; may be repeated.")
@click.option("--identify", is_flag=True, help=f"Let each clip blink for {BLINK_S} s.")
@json_option
def command(ports: tuple[str, ...], identify: bool, as_json: bool) -> int:
    """List the clips that are plugged in and the virtual ones that run.

    A clip goes on with what it is doing while it is asked. Where one cannot be asked, the others are listed all
    the same, and the exit code is that of the first failure. Without a key of it a clip tells who it is and no more.
    """
    rows = [_ask(port, identify) for port in ports or _everywhere()]
    if as_json:
        print_json({"devices": rows})
    elif rows:
        _print(rows)
    else:
        console().print("no clip is plugged in and no virtual one runs; start one with `allears sim`")
    failures = [row["error"] for row in rows if "error" in row]
    for failure in failures:
        click.echo(f"allears: {failure['text']}.", err=True)
    return int(failures[0]["code"]) if failures else int(ExitCode.OK)


def _everywhere() -> Iterator[str]:
    from allears.device import ports
    from allears.folders import sim_names
    from allears.sim.home import Home

    yield from (port.path for port in ports.found())
    for name in sim_names():
        if Home(name).running():
            yield ports.SIM + name


def _ask(port: str, identify: bool) -> dict[str, Any]:
    """Facts about the clip on `port`, or what stood in the way."""
    from allears.device import open_clip
    from allears.errors import AllEarsError

    facts: dict[str, Any] = {"port": port}
    try:
        with open_clip(port) as clip:
            facts |= clip.hello.facts()  # a clip says this much to anybody
            if identify:
                clip.identify(BLINK_S)
            told = {**clip.identity(), "status": clip.status(), "profile": clip.settings().profile_name}
            return {**facts, **told}
    except AllEarsError as error:
        return {**facts, "error": {"code": int(error.exit_code), "text": str(error)}}


def _print(rows: list[dict[str, Any]]) -> None:
    keys = ["port", "unit", "serial", "pseudonym", "team", "profile", "firmware", "board"]
    found = [
        [row.get(key) or "-" for key in keys]
        + [row.get("status", {}).get(key, "-") for key in ("state", "log")]
        for row in rows
        if "unit" in row
    ]
    if found:
        print_table([*keys, "state", "log"], found)
