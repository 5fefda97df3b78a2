"""Pulls from a virtual clip over a cable that is cut at random bytes, into a store that must end complete."""

import os
import random
import select
import tempfile
import threading
import tty
from pathlib import Path
from typing import Any, Self

from allears import sim
from allears.device import open_clip, pulling
from allears.device.client import Clip
from allears.errors import AllEarsError
from allears.keys import KeyStore
from allears.store import Store
from allears_core import records

CHUNK_BYTES = 2000
MOST_BYTES = 1500  # of what the clip says before the cut
RECORDS_A_PULL = 3
ANSWER_S = 0.5


class Cable:
    """A pseudo-terminal joined to a clip's port until so many bytes have come from the clip; then it hangs up."""

    def __init__(self, port: str, cut_after: int):
        self._far = os.open(port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._far)
        self._near, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._left = cut_after
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while self._left > 0:
            ready, _, _ = select.select([self._near, self._far, self._stop], [], [])
            if self._stop in ready:
                break
            if self._near in ready:
                os.write(self._far, os.read(self._near, 4096))
            if self._far in ready:
                data = os.read(self._far, 4096)[: self._left]
                self._left -= len(data)
                os.write(self._near, data)
        os.close(self._slave)
        os.close(self._near)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._stopped, b"x")
        self._thread.join()
        for descriptor in (self._far, self._stop, self._stopped):
            os.close(descriptor)


def pulls(trials: int, seed: int = 1) -> dict[str, Any]:
    """`trials` pulls, each cut somewhere, while the clip's log grows; then one that is not cut.

    missing, twice: records of the clip that the store lacks, or holds more than once.
    """
    draw = random.Random(seed)
    cut = 0
    with (
        tempfile.TemporaryDirectory(prefix="allears-safe-") as folder,
        sim.start(fast=True) as virtual,
        Store(Path(folder, "store.duckdb")) as store,
    ):
        with open_clip(virtual.port) as clip:
            unit, log_id = clip.hello.unit, clip.hello.log_id
        store.put_unit(unit, log_id, pseudonym="cable")
        for _ in range(trials):
            with Cable(virtual.port, draw.randrange(1, MOST_BYTES)) as cable:
                cut += _pulled(cable.path, store)
        with open_clip(virtual.port) as clip:
            for stream in (records.EVENTS, records.SUMMARIES):
                pulling.into_store(clip, store, stream)
            held = [clip.range(stream) for stream in (records.EVENTS, records.SUMMARIES)]
        missing, twice = _compare(store, unit, held)
    found = sum(stretch.next_seq for stretch in held)
    return {"pulls": trials, "cut": cut, "missing": missing, "twice": twice, "records": found}


def _pulled(path: str, store: Store) -> bool:
    """One pull over a cable; True if it was cut."""
    try:
        with Clip(path, wait_s=ANSWER_S, answer_s=ANSWER_S, keys=KeyStore()) as clip:
            for _ in range(RECORDS_A_PULL):
                clip.set_clock()
            for stream in (records.EVENTS, records.SUMMARIES):
                pulling.into_store(clip, store, stream, chunk_bytes=CHUNK_BYTES)
    except AllEarsError:
        return True
    return False


def _compare(store: Store, unit: str, held: list[Any]) -> tuple[int, int]:
    missing = twice = 0
    for stream, stretch in enumerate(held):
        rows = store.connection.execute(
            "SELECT seq FROM records WHERE unit = ? AND stream = ?", [unit, records.STREAMS[stream]]
        ).fetchall()
        seqs = [seq for (seq,) in rows]
        twice += len(seqs) - len(set(seqs))
        missing += len(set(range(stretch.next_seq)) - set(seqs))
    return missing, twice
