"""`allears sim`: the virtual clip, on a serial port of its own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allears.cli.common import console, json_option, print_json, progress_bar
from allears_core.params import HOP_MS, HOP_SAMPLES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from allears.sim import Snapshot, VirtualClip
    from allears.sim.picture import Picture

DEFAULT_NAME = "clip"
audio_option = click.option(
    "--audio", type=click.Path(path_type=Path), metavar="CALL.flac", help="A two-channel call for it to hear."
)
fast_option = click.option("--fast", is_flag=True, help="Hear the call as fast as the clip can think.")


class StartsByDefault(click.Group):
    """`sim [NAME]` is `sim start [NAME]`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["start", *args]
        return super().parse_args(ctx, args)


@click.group(name="sim", cls=StartsByDefault, invoke_without_command=True)
def command() -> None:
    """The virtual clip: the real firmware under MicroPython, on a serial port of its own.

    `allears sim [NAME]` is short for `allears sim start [NAME]`.
    """


@command.command()
@click.argument("name", default=DEFAULT_NAME)
@audio_option
@fast_option
@click.option("--live", is_flag=True, help="Hear this computer's microphone.")
@click.option("--device", metavar="NAME", help="The microphone for --live, as PortAudio calls it.")
@click.option("--reflash", is_flag=True, help="Put this release's firmware on it; log and settings stay.")
@click.option("--fresh", is_flag=True, help="Start with an empty clip: log and settings are deleted.")
@click.option("--factory", is_flag=True, help="As --fresh, and without keys: `provision` gives it some.")
def start(
    name: str,
    audio: Path | None,
    fast: bool,
    live: bool,
    device: str | None,
    reflash: bool,
    fresh: bool,
    factory: bool,
) -> None:
    """Start the virtual clip NAME and show its light and motor until Ctrl-C.

    Its flash is kept under NAME between runs. While it runs, `--port sim:NAME` reaches it from other commands,
    and any serial program, mpremote included, can open the port that is printed.
    """
    from allears import sim
    from allears.signal.audio import read_call
    from allears.sim.picture import Picture

    if live and (audio or fast):
        raise click.UsageError("--live listens to the room: it takes neither --audio nor --fast.")
    call = read_call(audio) if audio else None
    options = sim.Options(fast=fast, reflash=reflash, fresh=fresh or factory, keys=not factory)
    with sim.start(name, options=options) as virtual:
        _tell_stale(name, virtual)
        _Show(virtual, Picture(virtual.port, name)).until_interrupted(call, live, device)


@command.command()
@click.option(
    "--audio", type=click.Path(path_type=Path), required=True, metavar="CALL.flac", help="A two-channel call."
)
@fast_option
@click.option("--profile", metavar="NAME", help="Cue profile, for example service, pull or log-only.")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting, as `provision` does."
)
@json_option
def run(audio: Path, fast: bool, profile: str | None, changes: tuple[str, ...], as_json: bool) -> None:
    """Let a fresh virtual clip hear one call and print what its own log says about it.

    The document is that of `allears replay`, read back from the clip over its serial port.
    """
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    from allears.cli.replay import show
    from allears.fleet.provision import read_values
    from allears.signal.audio import read_call
    from allears.sim import session
    from allears_core.settings import Settings

    pcm = read_call(audio)
    settings = Settings(read_values(profile, changes)) if profile or changes else None
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with progress_bar(*columns) as bar:
        task = bar.add_task("the clip listens", total=len(pcm) // HOP_SAMPLES)
        document = session.judge(pcm, fast, settings, lambda hops: bar.update(task, completed=hops))
    if as_json:
        print_json(document)
    else:
        show(document)


def _tell_stale(name: str, virtual: "VirtualClip") -> None:
    if virtual.stale:
        click.echo(
            f"allears: virtual clip {name!r} runs other firmware than this release ({len(virtual.stale)} files "
            f"differ); it is kept as it is, `allears sim {name} --reflash` replaces it.",
            err=True,
        )


class _Show:
    """Draws a clip while it hears something, then until Ctrl-C."""

    def __init__(self, virtual: "VirtualClip", picture: "Picture"):
        self._virtual = virtual
        self._picture = picture
        self._out = console()

    def until_interrupted(self, call: "npt.NDArray[np.int16] | None", live: bool, device: str | None) -> None:
        from rich.live import Live

        if not self._out.is_terminal:
            self._out.print(f"port {self._virtual.port}")
            self._virtual.listen(self._print)
            self._hear(call, live, device)
            return
        self._virtual.listen(self._draw)
        with Live(self._picture, console=self._out, refresh_per_second=15):
            self._hear(call, live, device)

    def _draw(self, now: "Snapshot") -> None:
        self._picture.take(now)

    def _print(self, now: "Snapshot") -> None:
        change = self._picture.take(now)
        if change:
            self._out.print(change)

    def _hear(self, call: "npt.NDArray[np.int16] | None", live: bool, device: str | None) -> None:
        if call is not None:
            self._virtual.play(call, self._progress)
            self._note("the call has been heard; Ctrl-C ends")
        if live:
            from allears.live import listen

            for hop in listen(device):
                self._virtual.feed.hop(hop)
        self._virtual.wait_for_end()

    def _progress(self, hops: int) -> None:
        self._picture.note = f"heard {hops * HOP_MS // 1000} s; Ctrl-C ends"

    def _note(self, text: str) -> None:
        self._picture.note = text
        if not self._out.is_terminal:
            self._out.print(text)
