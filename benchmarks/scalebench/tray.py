"""One day's tray: the logs of 200 clips as a pull delivers them, and their way into a real store."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from allears.history.logs import ClipLog, write_day
from allears.history.people import PEOPLE
from allears.history.shifts import draw_day, draw_happenings
from allears.store import Store
from allears_core import records

UNITS = 200
FIRST = dt.date(2026, 3, 2)
SEED = 11
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Ingest:
    """seconds of the newest day: reading the bytes, and storing the records; records and bytes of that day."""

    reading_s: float
    storing_s: float
    records: int
    bytes: int

    @property
    def seconds(self) -> float:
        """From bytes to durable."""
        return self.reading_s + self.storing_s


def logs(days: int, units: int = UNITS) -> list[list[tuple[bytes, ...]]]:
    """For each unit and day the bytes of both streams that a pull after that day brings."""
    found = []
    for unit in range(units):
        rng = np.random.default_rng([SEED, unit])
        person = replace(PEOPLE[unit % len(PEOPLE)], pseudonym=f"A{unit:05}")
        log, pulled, before = ClipLog(f"{unit:016x}"), [], (0, 0)
        for number in range(days):
            day = draw_day(rng, person, FIRST + dt.timedelta(days=number))
            write_day(log, rng, person, day, draw_happenings(rng, person, day, 0.5), UTC)
            after = tuple(len(stream) for stream in log.streams)
            pulled.append(
                tuple(bytes(stream[a:b]) for stream, a, b in zip(log.streams, before, after, strict=True))
            )
            before = after
        found.append(pulled)
    return found


def ingest(path: Path, tray: list[list[tuple[bytes, ...]]]) -> Ingest:
    """Store every day of every unit, and time the newest: each stream of each unit as one pull stores it."""
    with Store(path) as store:
        for number in range(len(tray[0])):
            began = time.perf_counter()
            pulled = [
                (f"{unit:016x}", f"{unit:08x}", stream, records.Reader().feed(raw, last=True))
                for unit, days in enumerate(tray)
                for stream, raw in enumerate(days[number])
            ]
            read = time.perf_counter()
            for unit in range(len(tray)):
                store.put_unit(
                    f"{unit:016x}", f"{unit:08x}", pseudonym=f"A{unit:05}", team=f"T{unit // 10:03}"
                )
            store.ingest_tray(pulled)
            stored = time.perf_counter()
    count = sum(len(items) for _, _, _, items in pulled)
    size = sum(len(raw) for days in tray for raw in days[-1])
    return Ingest(read - began, stored - read, count, size)


def run(path: Path) -> Ingest:
    """Two days of a tray into a new store; the figures are the second day's."""
    path.unlink(missing_ok=True)
    return ingest(path, logs(2))
