"""What a clip tells about its own health: counters, crash records, its application, its clock."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from allears.device.client import Clip
from allears.errors import DeviceError
from allears_core import messages, records
from allears_core.fields import NONE_U32
from allears_core.params import HOP_MS

ERASE_S = 120.0  # an erase of flash takes up to 0.4 s on the worst chips; usually 0.05 s a block


@dataclass(frozen=True)
class Crash:
    """How a run ended that should not have. ms: since that run's boot, 0 unknown."""

    kind: str
    firmware: str
    ms: int
    traceback: str


@dataclass(frozen=True)
class Drift:
    """How fast the clip's clock runs against its hosts' over `seconds` of one boot: parts per million, above 0 fast."""

    boot: int
    ppm: float
    seconds: float


@dataclass(frozen=True)
class Session:
    """One run of the clip as its log tells it. began_utc_s: None where no host told it the time; seconds: how long;
    calls: (start, end) of each in seconds of sound since it began."""

    boot: int
    began_utc_s: float | None
    seconds: float
    calls: list[tuple[float, float]]


def sessions(found: Iterable[records.Record]) -> list[Session]:
    """The runs in a stream's records, in their order. Times within a run need no clock but the clip's own."""
    runs: dict[int, list[records.Record]] = {}
    for record in found:
        runs.setdefault(record.boot, []).append(record)
    return [_session(boot, run) for boot, run in runs.items()]


def _session(boot: int, run: list[records.Record]) -> Session:
    began = [
        record.values["utc_s"] + (record.values["utc_ms"] - record.ms) / 1000
        for record in run
        if record.name == "CLOCK" and record.values["utc_s"] != NONE_U32
    ]
    calls = [
        (record.values["start_hop"] * HOP_MS / 1000, record.values["end_hop"] * HOP_MS / 1000)
        for record in run
        if record.name == "CALL"
    ]
    return Session(boot, began[0] if began else None, max(record.ms for record in run) / 1000, calls)


def counters(clip: Clip) -> dict[str, Any]:
    """Counters since the clip's boot: those of STATUS and COUNTERS, `health` by name."""
    status = clip.status()
    values = clip.ask(messages.COUNTERS, messages.COUNTERS_REPLY)
    raw = values.pop("health")
    health = {}
    for at in range(0, len(raw), messages.COUNT_BYTES):
        row = messages.COUNT.unpack(raw[at : at + messages.COUNT_BYTES])
        known = row["code"] < len(records.HEALTH_CODES)
        health[records.HEALTH_CODES[row["code"]] if known else str(row["code"])] = row["count"]
    return {**status, **values, "safe": bool(values["safe"]), "health": health}


def crashes(clip: Clip, count: int) -> list[Crash]:
    """The newest `count` crash records that the clip keeps, the newest first."""
    found = []
    for index in range(count):
        values = clip.ask(messages.CRASH, messages.CRASH_REPLY, index=index)
        kind, firmware, text = (values["text"].decode(errors="replace").split("\n", 2) + ["", ""])[:3]
        found.append(Crash(kind, firmware, values["ms"], text))
    return found


def drifts(found: Iterable[records.Record]) -> list[Drift]:
    """How the clip's clock drifted, from CLOCK records that a host set, for each boot with two of them or more.

    Least squares through the differences between what hosts said and the clip's own milliseconds.
    """
    host = records.STATE_SOURCES.index("host")
    told: dict[int, list[tuple[int, int]]] = {}
    for record in found:
        if record.name == "CLOCK" and record.values["source"] == host:
            utc_ms = record.values["utc_s"] * 1000 + record.values["utc_ms"]
            told.setdefault(record.boot, []).append((record.ms, utc_ms))
    return [drift for boot, pairs in sorted(told.items()) if (drift := _drift(boot, pairs)) is not None]


def _drift(boot: int, pairs: list[tuple[int, int]]) -> Drift | None:
    first_ms, first_utc = pairs[0]
    x = [utc - first_utc for _, utc in pairs]
    y = [ms - first_ms - (utc - first_utc) for ms, utc in pairs]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((at - mean_x) ** 2 for at in x)
    if not spread:
        return None
    slope = sum((at - mean_x) * (late - mean_y) for at, late in zip(x, y, strict=True)) / spread
    return Drift(boot, slope * 1e6, (max(x) - min(x)) / 1000)


def clock_error_ms(
    clip: Clip, known: Iterable[records.Record], now_s: Callable[[], float] = time.time
) -> int | None:
    """How far the clip's clock is ahead of this machine's, from the last time a host set it in this boot; None where
    none did."""
    host = records.STATE_SOURCES.index("host")
    ours = [
        record
        for record in known
        if record.name == "CLOCK" and record.boot == clip.hello.boot and record.values["source"] == host
    ]
    if not ours:
        return None
    last = ours[-1]
    began = now_s()
    uptime_ms = clip.ask(messages.COUNTERS, messages.COUNTERS_REPLY)["ms"]
    middle_ms = (began + now_s()) / 2 * 1000
    utc_ms = last.values["utc_s"] * 1000 + last.values["utc_ms"] + (uptime_ms - last.ms)
    return round(utc_ms - middle_ms)


def erase(clip: Clip, wait_s: float = ERASE_S) -> int:
    """Make the clip forget its log and all that was learnt about its agent; blocks of flash that were written over.

    Raises CutOff where it does not come back with another log, DeviceError where it does not say what it wrote over.
    """
    old = clip.hello.log_id
    clip.ask_once(messages.ERASE, messages.DONE)
    clip.come_back(lambda: clip.hello.log_id != old, wait_s)
    blocks = int(counters(clip)["erased_blocks"])
    if not blocks:
        raise DeviceError(
            "the clip has a new log and does not say that it wrote over the old", "run this again"
        )
    return blocks
