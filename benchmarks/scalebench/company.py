"""A synthetic company, drawn from a seed, as Parquet files in the form of the store's typed tables.

A site holds SITE_AGENTS agents in teams of TEAM_AGENTS. Each agent draws from (seed, agent), so a small company is the
beginning of a large one. Sequence numbers grow with time; they are not contiguous.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from allears_core import records
from allears_core.params import HOP_MS
from scalebench import happenings
from scalebench.shifts import Year, draw

SITE_AGENTS, TEAM_AGENTS, GROUP_AGENTS = 50, 10, 5  # a row group of a file holds GROUP_AGENTS agents
FIRST = dt.date(2025, 1, 6)  # a Monday; 250 worked days take in both changes of the clocks
ZONE = ZoneInfo("Europe/Berlin")
STARTS = (dt.time(7), dt.time(8, 30), dt.time(10), dt.time(12))
LEAD_IN_S = 120.0  # the clip is on this long before the shift, and 60 s longer than it
SEED = 7
Columns = dict[str, "np.ndarray | str"]


def worked_days(days: int) -> list[dt.date]:
    """The first `days` weekdays from FIRST on."""
    weeks = (FIRST + dt.timedelta(days=7 * (n // 5) + n % 5) for n in range(days))
    return list(weeks)


def sites(agents: int) -> list[str]:
    """Names of the sites that a company of `agents` has."""
    return [f"S{site:03}" for site in range(-(-agents // SITE_AGENTS))]


def write(folder: Path, agents: int, days: int, workers: int = 2) -> None:
    """Write the company's files: FOLDER/TABLE/SITE-STREAM.parquet. Existing ones are replaced."""
    jobs = [
        (folder, site, range(at, min(at + SITE_AGENTS, agents)), days)
        for site, at in zip(sites(agents), range(0, agents, SITE_AGENTS), strict=True)
    ]
    if workers == 1 or len(jobs) == 1:
        for job in jobs:
            _write_site(job)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(_write_site, jobs, chunksize=1)


def _write_site(job: tuple[Path, str, range, int]) -> None:
    folder, site, agents, days = job
    writers: dict[Path, pq.ParquetWriter] = {}
    for first in range(agents.start, agents.stop, GROUP_AGENTS):
        group = [agent_tables(agent, days) for agent in range(first, min(first + GROUP_AGENTS, agents.stop))]
        for name in group[0]:
            table = pa.concat_tables([tables[name] for tables in group]).unify_dictionaries()
            for stream in _streams_of(name):
                path = folder / name / f"{site}-{stream}.parquet"
                rows = table if stream == "both" else _of_stream(table, stream)
                if path not in writers:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    writers[path] = pq.ParquetWriter(
                        path, rows.schema, compression="zstd", compression_level=1
                    )
                writers[path].write_table(rows, row_group_size=len(rows))
    for writer in writers.values():
        writer.close()


def _streams_of(table: str) -> tuple[str, ...]:
    if table in ("units", "acd_states"):
        return ("both",)
    return ("events",) if table in ("events", "marks", "cues") else records.STREAMS


def _of_stream(table: pa.Table, stream: str) -> pa.Table:
    return table.add_column(2, "stream", _words(np.zeros(len(table), np.int8), (stream,)))


def agent_tables(agent: int, days: int) -> dict[str, pa.Table]:
    """All tables of one agent, without the column `stream`."""
    rng = np.random.default_rng([SEED, agent])
    start = STARTS[rng.integers(len(STARTS))]
    year = draw(rng, days)
    key = {"unit": f"{agent:016x}", "log_id": f"{agent:08x}"}
    shift_s = np.array([_utc_s(date, start) for date in worked_days(days)])
    tables = {
        "calls": _table(key, *_calls(rng, year)),
        "clocks": _table(key, *_clocks(year, shift_s)),
        "states": _table(key, *_states(year)),
        "acd_states": _acd(f"A{agent:05}", year, shift_s),
        "units": _unit(agent, key),
    }
    for name, found in happenings.draw(rng, year, hops_of(year.start)).items():
        tables[name] = _table(key, *found)
    return tables


def hops_of(seconds: np.ndarray) -> np.ndarray:
    """Hops since boot at `seconds` after the shift began."""
    return np.rint((seconds + LEAD_IN_S) * (1000 / HOP_MS)).astype(np.int64)


def _hops(seconds: np.ndarray) -> np.ndarray:
    return np.rint(seconds * (1000 / HOP_MS)).astype(np.int32)


def _utc_s(date: dt.date, start: dt.time) -> int:
    return int(dt.datetime.combine(date, start, ZONE).timestamp())


def _calls(rng: np.random.Generator, year: Year) -> tuple[np.ndarray, np.ndarray, Columns]:
    n = len(year.day)
    turns = np.maximum(2, np.rint(year.customer / 9)).astype(np.int32)
    start, end = hops_of(year.start), hops_of(year.end_s) - 1
    gap = np.rint(rng.normal(0.5, 0.15, n) * 62.5).astype(np.int32)
    columns: Columns = {
        "call": number_in_day(year.day), "start_hop": start, "end_hop": end, "agent_hops": _hops(year.agent),
        "customer_hops": _hops(year.customer), "joint_hops": _hops(year.customer * 0.03),
        "blanked_hops": rng.integers(0, 60, n, np.int32), "hold_hops": _hops(year.hold),
        "dead_air_count": rng.poisson(0.3, n).astype(np.int32), "dead_air_hops": rng.integers(0, 900, n, np.int32),
        "longest_agent_hops": _hops(np.minimum(year.agent / 3, 70)),
        "longest_customer_hops": _hops(np.minimum(year.customer / 3, 95)),
        "talk_overs": rng.poisson(year.customer / 400).astype(np.int32),
        "acknowledgements": rng.poisson(year.customer / 30).astype(np.int32),
        "early_answers": rng.poisson(year.customer / 190).astype(np.int32),
        "simultaneous_starts": rng.poisson(year.customer / 500).astype(np.int32),
        "agent_turns": turns, "customer_turns": turns, "gap_count": turns - 1, "gap_median_hops": gap,
        "gap_p90_hops": gap + rng.integers(20, 90, n, np.int32), "first_word_hops": rng.integers(10, 250, n, np.int32),
        "opening_share_q8": rng.integers(60, 220, n, np.int32), "opening_whole": (rng.random(n) < 0.8).astype(np.int32),
        "cues": rng.integers(0, 2, n, np.int32), "agent_level_q8": rng.integers(-7000, -5800, n, np.int32),
        "customer_level_q8": rng.integers(-10000, -8000, n, np.int32),
        "customer_start_q8": rng.integers(-10000, -8000, n, np.int32), "loud_count": np.zeros(n, np.int32),
        "pace_q4": rng.integers(60, 100, n, np.int32), "usual_pace_q4": np.full(n, 80, np.int32),
        "usual_level_q8": np.full(n, -6400, np.int32), "ended_by": "silence", "doubts": "",
    }  # fmt: skip
    return year.day, end, columns


def number_in_day(day: np.ndarray) -> np.ndarray:
    """1, 2, 3 … within each day, for days in order."""
    first = np.searchsorted(day, day)
    return (np.arange(len(day)) - first + 1).astype(np.int32)


def _clocks(year: Year, shift_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, Columns]:
    days = len(shift_s)
    day = np.repeat(np.arange(days), 2)
    hop = np.stack([np.zeros(days, np.int64), hops_of(year.end + 60)], axis=1).ravel()
    utc = np.stack([shift_s - int(LEAD_IN_S), shift_s + (year.end + 60).astype(np.int64)], axis=1).ravel()
    return day, hop, {"hop": hop, "utc_s": utc, "utc_ms": np.zeros(2 * days, np.int32), "source": "host"}


def _states(year: Year) -> tuple[np.ndarray, np.ndarray, Columns]:
    """STATE records: the clip's own around each call, and the button's at shift and breaks."""
    days = np.arange(len(year.end))
    rested = ~np.isnan(year.break_start)
    rest_day = np.nonzero(rested)[0]
    parts = [
        (year.day, hops_of(year.start), "talk", "sound"),
        (year.day, hops_of(year.end_s), "ready", "sound"),
        (days, np.zeros(len(days), np.int64), "off", "button"),
        (days, hops_of(np.zeros(len(days))), "ready", "button"),
        (days, hops_of(year.end), "off", "button"),
        (rest_day, hops_of(year.break_start[rested]), "break", "button"),
        (rest_day, hops_of(year.break_end[rested]), "ready", "button"),
    ]
    day = np.concatenate([part[0] for part in parts])
    hop = np.concatenate([part[1] for part in parts])
    order = np.lexsort((hop, day))
    columns: Columns = {"hop": hop[order]}
    for name, at, words in (("state", 2, records.STATES), ("source", 3, records.STATE_SOURCES)):
        codes = np.concatenate([np.full(len(part[0]), words.index(part[at]), np.int8) for part in parts])
        columns[name] = _words(codes[order], words)
    return day[order], hop[order], columns


def _table(key: dict[str, str], day: np.ndarray, hop: np.ndarray, columns: Columns) -> pa.Table:
    n = len(day)
    arrays = {
        **{name: _words(np.zeros(n, np.int8), (value,)) for name, value in key.items()},
        "boot": pa.array((day + 1).astype(np.int32)),
        "seq": pa.array(day * (1 << 24) + hop * 8),
        "ms": pa.array(hop * HOP_MS),
    }
    for name, values in columns.items():
        arrays[name] = (
            _words(np.zeros(n, np.int8), (values,)) if isinstance(values, str) else pa.array(values)
        )
    return pa.table(arrays)


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(words))


def _unit(agent: int, key: dict[str, str]) -> pa.Table:
    team = f"T{agent // TEAM_AGENTS:04}"
    row = {
        **key, "serial": f"AE-{agent}", "pseudonym": f"A{agent:05}", "team": team,
        "site": f"S{agent // SITE_AGENTS:03}", "firmware": "example", "profile": "service", "example": True,
    }  # fmt: skip
    return pa.table({name: [value] for name, value in row.items()})


def _acd(agent: str, year: Year, shift_s: np.ndarray) -> pa.Table:
    """The same year as the switchboard logged it, in whole seconds and without a hole."""
    words = ("ready", "talk", "hold", "acw", "break")
    rested = ~np.isnan(year.break_start)
    held = year.hold >= 1
    talk_end = year.end_s - year.hold
    parts = [
        (np.arange(len(year.end)), np.zeros(len(year.end)), 0),
        (year.day, year.start, 1),
        (year.day[held], talk_end[held], 2),
        (year.day, year.end_s, 3),
        (year.day, year.end_s + year.acw, 0),
        (np.nonzero(rested)[0], year.break_start[rested], 4),
        (np.nonzero(rested)[0], year.break_end[rested], 0),
    ]
    day = np.concatenate([part[0] for part in parts])
    at = np.rint(np.concatenate([part[1] for part in parts])).astype(np.int64)
    code = np.concatenate([np.full(len(part[0]), part[2], np.int8) for part in parts])
    order = np.lexsort((code, at, day))  # at one instant ready comes first and is left out as empty
    day, at, code = day[order], at[order], code[order]
    last = np.append(day[1:] != day[:-1], True)
    end = np.where(last, np.rint(year.end[day]).astype(np.int64), np.append(at[1:], 0))
    keep = end > at
    begun, ended = ((shift_s[day[keep]] + value[keep]) * 1_000_000 for value in (at, end))
    n = int(keep.sum())
    zeros = np.zeros(n, np.int8)
    return pa.table({
        "agent": _words(zeros, (agent,)), "state": _words(code[keep], words),
        "start_utc": pa.array(begun, pa.timestamp("us")), "end_utc": pa.array(ended, pa.timestamp("us")),
        "profile": _words(zeros, ("neutral",)), "source": _words(zeros, ("synthetic company",)),
        "example": pa.array(np.ones(n, bool)), "team": pa.nulls(n, pa.string()), "reason": pa.nulls(n, pa.string()),
        "contacts": pa.nulls(n, pa.int32()), "begins": pa.nulls(n, pa.int32()),
        "rebuilt": pa.array(np.zeros(n, bool)), "offset_ms": pa.array(np.zeros(n, np.int64)),
    })  # fmt: skip
