"""Time and memory of work in processes of its own, so that nothing before it counts."""

from __future__ import annotations

import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CORES = 2


@dataclass(frozen=True)
class Taken:
    """seconds: of wall time; cpu_s: of processor time; peak_mib: resident memory of all its processes together."""

    seconds: float
    cpu_s: float
    peak_mib: float
    result: Any

    def figures(self) -> dict[str, float]:
        """The figures without the result, rounded for print."""
        return {name: round(value, 2) for name, value in asdict(self).items() if name != "result"}


class _Watch(threading.Thread):
    """Adds up the resident memory of processes, twenty times a second, and keeps the largest sum."""

    def __init__(self, pids: Sequence[int]):
        super().__init__(daemon=True)
        self._pids = list(pids)
        self._over = threading.Event()
        self.peak_mib = 0.0

    def run(self) -> None:
        while not self._over.wait(0.05):
            self.peak_mib = max(self.peak_mib, sum(map(_resident_mib, self._pids)))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.peak_mib


def _resident_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ready(_: Callable[..., Any], everybody: Any) -> None:
    """Wait, with what the work imports already there, until every process is so far."""
    everybody.wait()


def _timed(job: tuple[Callable[..., Any], tuple[Any, ...]]) -> tuple[float, Any]:
    work, arguments = job
    before = _cpu_s()
    result = work(*arguments)
    return _cpu_s() - before, result


def taken(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], workers: int = CORES) -> Taken:
    """Do work(*arguments) for every job, in `workers` processes; their start does not count, their memory does.

    result: the jobs' results, in order.
    """
    context = multiprocessing.get_context("spawn")
    everybody = context.Barrier(workers + 1)
    with context.Pool(workers, _ready, (work, everybody)) as pool:
        pids = {process.pid for process in multiprocessing.active_children() if process.pid}
        everybody.wait()
        watch = _Watch([*pids, os.getpid()])
        watch.start()
        began = time.monotonic()
        found = list(pool.imap(_timed, [(work, job) for job in jobs]))
        seconds = time.monotonic() - began
        peak_mib = watch.stop()
    return Taken(seconds, sum(cpu for cpu, _ in found), peak_mib, [result for _, result in found])
