"""`allears practice`: let a clip show its cues, to learn them."""

import click

from allears.cli.common import json_option, port_option, print_json

WORDS = (  # in the order in which core's guide shows them, each twice
    ("talk-over", "two short pulses, two orange blinks", "let them finish"),
    ("dead-air", "one swell, one blue glow", "the call has gone silent"),
    ("monologue, talk-share", "three pulses, three blinks", "give a break in your talk"),
    ("positive", "light only, a long glow in blue and white", "well listened"),
)


@click.command()
@port_option
@click.option("--stop", is_flag=True, help="End it instead.")
@json_option
def command(port: str, stop: bool, as_json: bool) -> None:
    """Let a clip show its cues one after another, each twice, to learn them by feel.

    Takes half a minute and runs on the clip alone; any press of its button ends it, and so does a call that begins.
    Refused during a call. The same as holding the clip's button for one second.
    """
    from allears.device import open_clip
    from allears_core import cues, guide

    seconds = round(cues.pattern_ms(guide.PATTERNS[guide.PRACTICE][0]) / 1000)
    with open_clip(port) as clip:
        clip.practise(not stop)
        unit = clip.hello.unit
    if as_json:
        print_json({"unit": unit, "practice": not stop, "seconds": 0 if stop else seconds})
    elif stop:
        click.echo("Practice ended.")
    else:
        click.echo(f"The clip shows for {seconds} s, each twice:")
        for kind, signal, meaning in WORDS:
            click.echo(f"  {kind}: {signal} - {meaning}")
