"""The demo from end to end: virtual clip, provisioning, a call, the pull, the store, the reports."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from rich.console import Console

from allears import history, report, sim
from allears.demo.show import Show
from allears.device import open_clip
from allears.device.pulling import Pulled, into_store, register
from allears.errors import MissingInput
from allears.privacy.ledger import beside
from allears.store import Store
from allears_core import records
from allears_core.params import HOP_SAMPLES, SAMPLE_RATE_HZ
from allears_core.settings import Settings

STORE_NAME = "allears.duckdb"
SEED = 20
SERIAL = "DEMO-1"


def play_call(pcm: npt.NDArray[np.int16], store: Store, console: Console, speed: float) -> list[Pulled]:
    """Run a call (int16, n x 2, 8 kHz) through a new virtual clip and bring its log into `store`.

    Returns what was pulled, one entry a stream.
    """
    show = Show(console, len(pcm) // HOP_SAMPLES, speed)
    with sim.start(fast=True, on_change=show.on_change) as virtual, open_clip(virtual.port) as clip:
        console.print(
            f"virtual clip [bold]{clip.hello.unit}[/bold] on {virtual.port}, kernels {clip.hello.kernels}"
        )
        clip.set_clock(time.time() - len(pcm) / SAMPLE_RATE_HZ)  # as if the call had just ended
        clip.commit(
            Settings(),
            {"serial": SERIAL, "pseudonym": history.PLAYED, "team": history.TEAM, "site": history.SITE},
        )
        register(clip, store)
        console.print(
            f"provisioned for [bold]{history.PLAYED}[/bold], team {history.TEAM}; the call begins\n"
        )
        show.watch(clip, lambda: virtual.play(pcm, show.progress))
        return [into_store(clip, store, number) for number in range(len(records.STREAMS))]


def fresh_store(out: Path) -> Store:
    """An empty store in `out`; the one of an earlier demo is replaced. MissingInput where nothing can be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        path = out / STORE_NAME
        for old in (path, out / (STORE_NAME + ".wal"), beside(path)):
            if old is not None:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise MissingInput(
            f"{out} cannot be written ({error.strerror})", "choose a folder with --out"
        ) from error
    return Store(path)


def add_history(store: Store, zone: ZoneInfo) -> int:
    """Example days of the team up to yesterday; returns how many records they are."""
    return history.make(store, SEED, dt.datetime.now(zone).date(), zone)


def write_reports(store: Store, out: Path, zone: ZoneInfo) -> list[Path]:
    """The played agent's report and the team's, in `out`."""
    pages = (report.agent_page(store, history.PLAYED, zone), report.team_page(store, history.TEAM, zone))
    return [report.save(page, out) for page in pages]
