"""`allears pull`: bring a clip's log into the store."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allears.cli.common import (
    console,
    json_option,
    port_option,
    print_json,
    progress_bar,
    size_text,
    store_option,
)

if TYPE_CHECKING:
    from allears.device import Clip
    from allears.device.pulling import Pulled
    from allears.store import Store


@click.command()
@port_option
@click.option(
    "--stream",
    type=click.Choice(["events", "summaries"]),
    default=None,
    help="Only this one: events are the agent's, summaries the team lead's. Without it, both.",
)
@store_option
@click.option("--again", is_flag=True, help="Read all that the clip still holds, not only what is new.")
@json_option
def command(port: str, stream: str | None, store: Path | None, again: bool, as_json: bool) -> None:
    """Bring a clip's log into the store.

    Goes on where the last pull ended, also after one that was cut off. The clip may let go of a record only
    after it is in the store. Damaged stretches are skipped and counted, all else is kept (exit code 11).
    """
    from allears.device import open_clip
    from allears.device.pulling import register
    from allears.store import Store

    with Store(store) as kept, open_clip(port) as clip:
        clip.set_clock()
        register(clip, kept)
        pulled, sealed = _pull_all(clip, kept, stream, again)
        document = {"unit": clip.hello.unit, "log_id": clip.hello.log_id, "store": str(kept.path)}
    if as_json:
        print_json({**document, "streams": [one.facts() for one in pulled], "not_ours": sealed})
    else:
        for one in pulled:
            console().print(_line(one))
        for words in sealed:
            click.echo(f"{words}; nothing of them was pulled", err=True)
    _complain(pulled)


def _pull_all(
    clip: "Clip", store: "Store", stream: str | None, again: bool
) -> "tuple[list[Pulled], list[str]]":
    """What was pulled, and for streams that this machine cannot open whose they are.

    MissingKey for a stream that was asked for by name, or where none can be opened.
    """
    from allears.device.pulling import opener_for
    from allears.errors import MissingKey
    from allears_core.records import STREAMS

    ours, others = [], []
    for name in [stream] if stream else STREAMS:
        try:
            opener_for(clip, STREAMS.index(name))
            ours.append(name)
        except MissingKey as error:
            others.append(error)
    if others and not ours:
        raise others[0]
    return [_pull(clip, store, name, again) for name in ours], [error.cause for error in others]


def _pull(clip: "Clip", store: "Store", name: str, again: bool) -> "Pulled":
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

    from allears.device.pulling import into_store
    from allears_core.records import STREAMS

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("records, {task.fields[size]}"),
        TimeElapsedColumn(),
    )
    with progress_bar(*columns) as bar:
        task = bar.add_task(name, total=None, size=size_text(0))

        def progress(total: int, done: int, size_bytes: int) -> None:
            bar.update(task, total=total, completed=done, size=size_text(size_bytes))

        return into_store(clip, store, STREAMS.index(name), progress, 0 if again else None)


def _line(pulled: "Pulled") -> str:
    text = f"{pulled.stream}: {pulled.records} records"
    if pulled.records != pulled.new:
        text += f" ({pulled.new} new)"
    if pulled.records:
        text += f", {size_text(pulled.bytes)}, {size_text(pulled.bytes_per_s)}/s"
    if pulled.dropped:
        text += f"; {pulled.dropped} older ones are no longer on the clip"
    if pulled.altered:
        text += f"; {pulled.altered} blocks with a broken seal stay on the clip"
    if pulled.unread:
        text += f"; {pulled.unread} of a newer kind stay on the clip until a newer allears reads them"
    return text


def _complain(pulled: "list[Pulled]") -> None:
    """LogDamaged when something could not be read; all that could is stored by now."""
    from allears.errors import LogDamaged

    altered = sum(one.altered for one in pulled)
    if altered:
        raise LogDamaged(
            f"{altered} blocks of the clip's log were altered after the clip had sealed them",
            "pull again over another cable and port, and tell whoever looks after the clips if it comes again",
        )
    corrupt = sum(one.corrupt for one in pulled)
    missing = sum(one.missing for one in pulled)
    if corrupt or missing:
        kept = sum(one.records for one in pulled)
        raise LogDamaged(
            f"{corrupt} damaged stretches of the clip's log were skipped, {missing} records are missing and "
            f"{kept} were kept",
            "see the clip's health in its agent's report, and replace the clip if it comes again",
        )
