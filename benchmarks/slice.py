"""One chain, end to end, in figures: agreement of clip and host, real-time factors, and how fast a log is pulled.

    python benchmarks/slice.py [--json] [--call CALL.flac ...]

Speeds are of this machine in this run; compare ratios, not seconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from mpremote.transport_serial import SerialTransport

from allears import sim
from allears.demo.call import render_call
from allears.device import open_clip
from allears.device.line import BAUD
from allears.device.pulling import chunks, read_all
from allears.document import call_document
from allears.judge import judge
from allears.signal.audio import read_call
from allears_core import records
from allears_core.params import SAMPLE_RATE_HZ

LOG_RECORDS = 4000  # CLOCK records that make up the log which is pulled


def timed(action: Callable[[], Any]) -> tuple[Any, float]:
    """(result, seconds) of one call."""
    began = time.perf_counter()
    result = action()
    return result, time.perf_counter() - began


def one_call(name: str, pcm: np.ndarray) -> dict[str, Any]:
    """Hear one call on the virtual clip and on the host, and compare what they say."""
    length = len(pcm) / SAMPLE_RATE_HZ
    with sim.start(fast=True) as virtual, open_clip(virtual.port) as clip:
        _, clip_s = timed(lambda: virtual.play(pcm))
        frames = clip.status()["frames"]
        found = read_all(clip, records.EVENTS)
    judged, host_s = timed(lambda: judge(pcm))
    of_clip, of_host = call_document(found, frames), call_document(judged.found, judged.frames)
    return {
        "call": name,
        "seconds": round(length, 3),
        "events": len(of_host["events"]),
        "cues": len(of_host["cues"]),
        "identical": of_clip == of_host,
        "clip_times_real": round(length / clip_s, 1),
        "replay_times_real": round(length / host_s, 1),
    }


def pull_speed() -> dict[str, Any]:
    """Bytes per second of a log over the link, and of as many by mpremote's raw REPL."""
    with sim.start(fast=True) as virtual, open_clip(virtual.port) as clip:
        for second in range(LOG_RECORDS):
            clip.set_clock(1_700_000_000 + second)
        first = clip.range(records.EVENTS).first_seq
        pulled, link_s = timed(lambda: sum(c.size_bytes for c in chunks(clip, records.EVENTS, first)))
    copied, repl_s = _copy(pulled)
    return {
        "pulled_bytes": pulled,
        "pull_bytes_per_s": round(pulled / link_s),
        "mpremote_bytes": copied,
        "mpremote_bytes_per_s": round(copied / repl_s),
        "ratio": round(pulled / link_s / (copied / repl_s), 2),
    }


def _copy(size_bytes: int) -> tuple[int, float]:
    """(bytes, seconds) of reading as much as `mpremote fs cp` does, its start-up left out.

    From a clip without keys: on one that holds some no prompt opens.
    """
    with sim.start(options=sim.Options(fast=True, keys=False)) as factory:
        open_clip(factory.port, sim.HELLO_S).close()
        transport = SerialTransport(factory.port, BAUD)
        try:
            transport.enter_raw_repl(soft_reset=False)
            transport.fs_writefile("/copied", bytes(range(256)) * (size_bytes // 256))
            return timed(lambda: len(transport.fs_readfile("/copied")))
        finally:
            transport.exit_raw_repl()
            transport.close()


def measure(paths: tuple[Path, ...]) -> dict[str, Any]:
    """The whole table."""
    calls = [one_call("built-in demo call", render_call()[0])]
    calls += [one_call(path.name, read_call(path)) for path in paths]
    reach = {
        f"identical: {call['call']}": {"value": call["identical"], "bound": True, "met": call["identical"]}
        for call in calls
    }
    return {"calls": calls, "pull": pull_speed(), "reach": reach}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option("--full", is_flag=True, help="Nothing more: the default run is the whole run.")
@click.option("--call", "paths", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(as_json: bool, full: bool, paths: tuple[Path, ...]) -> None:
    """Measure the chain on the built-in call and on any two-channel recordings named by --call."""
    found = measure(paths)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for call in found["calls"]:
        same = "clip and host agree event for event" if call["identical"] else "CLIP AND HOST DIFFER"
        click.echo(
            f"{call['call']}: {call['seconds']:.0f} s, {call['events']} events, {call['cues']} cues; {same}"
        )
        click.echo(
            f"  virtual clip {call['clip_times_real']:.0f} x real time, replay {call['replay_times_real']:.0f} x"
        )
    pull = found["pull"]
    click.echo(
        f"log of {pull['pulled_bytes']} bytes: pull {pull['pull_bytes_per_s']} B/s, "
        f"mpremote fs cp {pull['mpremote_bytes_per_s']} B/s, ratio {pull['ratio']}"
    )


if __name__ == "__main__":
    main()
