"""`allears replay`: judge a recorded call on the host, by the rules the clip follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from allears.cli.common import console, json_option, print_json
from allears.document import clock


@click.command(name="replay")
@click.argument("call", type=click.Path(path_type=Path), metavar="CALL.flac")
@click.option(
    "--frames",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.npz",
    help="Also write what was heard at every 16 ms hop: p_agent, p_customer, p_both, agent, customer.",
)
@click.option("--profile", metavar="NAME", help="Cue profile, for example service, pull or log-only.")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting, as `provision` does."
)
@json_option
def command(
    call: Path, frames: Path | None, profile: str | None, changes: tuple[str, ...], as_json: bool
) -> None:
    """Judge CALL.flac, two channels: first the agent's mouth, second the customer at the ear.

    Any sample rate and any format that libsndfile reads. Nothing of the sound is kept.
    """
    from allears.document import call_document
    from allears.fleet.provision import read_values
    from allears.judge import judge
    from allears.signal.audio import read_call
    from allears_core.settings import Settings

    settings = Settings(read_values(profile, changes))
    if frames is not None:
        _check_place(frames, call)
    judged = judge(read_call(call), settings)
    if frames is not None:
        _write_frames(frames, judged.frame_arrays())
    document = call_document(judged.found, judged.frames)
    if as_json:
        print_json(document)
    else:
        show(document)


def _check_place(path: Path, call: Path) -> None:
    """BadInput, before any work, for a place that is no place for the arrays."""
    from allears.errors import BadInput

    if path.is_dir():
        raise BadInput(f"{path} is a folder", "name a file with --frames")
    if path.exists() and call.exists() and path.samefile(call):
        raise BadInput(f"--frames would overwrite the recording {call}", "name another file")


def _write_frames(path: Path, arrays: dict[str, Any]) -> None:
    """Write the arrays whole or not at all; raises BadInput when the place cannot be written."""
    import numpy as np

    from allears.errors import BadInput

    staged = path.with_name(path.name + ".part")
    try:
        with staged.open("wb") as out:
            np.savez_compressed(out, **arrays)
        staged.replace(path)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise BadInput(
            f"{path} cannot be written ({error.strerror})", "choose another place for --frames"
        ) from error


def show(document: dict[str, Any]) -> None:
    """Print a call's document for people: events and cues in order, then the totals."""
    from rich.table import Table

    out = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, justify in (
        ("at", "right"),
        ("what", "left"),
        ("for", "right"),
        ("overlap", "right"),
        ("note", "left"),
    ):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    lines = [(event["onset_s"], _event_row(event)) for event in document["events"]]
    lines += [(cue["at_s"], _cue_row(cue)) for cue in document["cues"]]
    for at_s, row in sorted(lines, key=lambda line: line[0]):
        table.add_row(clock(at_s), *row)
    if lines:
        out.print(table)
    out.print(_totals(document))


def _event_row(event: dict[str, Any]) -> tuple[str, str, str, str]:
    name = event["kind"] + (f" ({event['subtype']})" if event.get("subtype") else "")
    overlap = f"{event['overlap_s']:.2f} s" if event["overlap_s"] else ""
    return name, f"{event['duration_s']:.2f} s", overlap, ""


def _cue_row(cue: dict[str, Any]) -> tuple[str, str, str, str]:
    if cue["suppressed"]:
        note = f"not shown: {cue['suppressed']}"
    elif cue["withdrawn"]:
        note = "withdrawn"
    else:
        note = "shown" + (f", firm at {clock(cue['firm_at_s'])}" if cue["firm_at_s"] else "")
    return f"  cue: {cue['kind']}", "", "", note


def _totals(document: dict[str, Any]) -> str:
    summary = document["summary"]
    share = "not enough speech" if summary["talk_share"] is None else f"{summary['talk_share']:.0%}"
    return (
        f"{clock(document['seconds'])} heard · agent's talk share {share} · "
        f"{summary['talk_overs']} talk-overs · {summary['acknowledgements']} acknowledgements · "
        f"{summary['dead_air_s']:.1f} s dead air · {summary['cues_shown']} cues shown, "
        f"{summary['cues_suppressed']} not"
    )
