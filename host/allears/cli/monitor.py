"""`allears monitor`: watch a clip at work."""

from typing import TYPE_CHECKING, Any

import click

from allears.cli.common import console, json_option, port_option, print_json

if TYPE_CHECKING:
    from allears.device.watching import View


@click.command()
@port_option
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=None, metavar="N", help="Stop after N seconds."
)
@json_option
def command(port: str, seconds: float | None, as_json: bool) -> None:
    """Watch a clip at work: both voices, their levels, and events and cues as they come.

    With --json one object a line: {"type": "state", ...} about twice a second and {"type": "record", ...} for
    each record as it is logged. Ends with Ctrl-C.
    """
    from allears.device import open_clip
    from allears.device.watching import View, facts

    with open_clip(port) as clip:
        if as_json:
            for seen in clip.monitor(seconds):
                print_json(facts(seen), indent=None)
        else:
            _show(View(), clip, seconds)


def _show(view: "View", clip: Any, seconds: float | None) -> None:
    from rich.live import Live

    out = console()
    if not out.is_terminal:
        for seen in clip.monitor(seconds):
            line = view.take(seen)
            if line:
                out.print(line)
        return
    with Live(view.picture(), console=out, auto_refresh=False) as live:
        for seen in clip.monitor(seconds):
            line = view.take(seen)
            if line:
                live.console.print(line)
            live.update(view.picture(), refresh=True)
