"""`allears erase`: make a clip forget."""

import click

from allears.cli.common import console, json_option, port_option, print_json
from allears.exitcodes import ExitCode


@click.command()
@port_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(port: str, yes: bool, as_json: bool) -> int:
    """Make a clip forget its log, its crash records and all that it learnt about its agent.

    For a clip that changes hands. Settings, identity and keys stay. The clip starts anew, deletes, writes over every
    free block of its flash and reads that back, which takes some seconds; then it begins another log. A power cut on
    the way begins the erasing again. Records that were not pulled are gone: `allears pull` first.
    """
    from allears.device import checkup, open_clip

    with open_clip(port) as clip:
        if not yes and not click.confirm(f"erase the log of clip {clip.hello.unit}?", err=True):
            return int(ExitCode.FAILURE)
        blocks = checkup.erase(clip)
        facts = {"port": port, "unit": clip.hello.unit, "log_id": clip.hello.log_id, "blocks": blocks}
    if as_json:
        print_json(facts)
    else:
        console().print(
            f"erased: {blocks} blocks of flash written over and read back; its new log is {facts['log_id']}"
        )
    return int(ExitCode.OK)
