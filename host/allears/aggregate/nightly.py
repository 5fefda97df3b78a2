"""All tables behind a night's reports, computed once and kept as Parquet: FOLDER/TABLE/NAME.parquet."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow.parquet as pq

from allears.aggregate import days, engines, events
from allears.aggregate.facts import ACD, CLIP, Facts
from allears_core.records import EVENTS, STREAMS, SUMMARIES

# Sites of up to so many bytes of Parquet are computed together: what a query costs before its first row is paid once.
PART_BYTES = 800 << 20
LEAST_PARTS = 4  # of each source, so that a few processes share the work evenly
# What only says where in a log a call was written.
_IN_LOG = ("stream", "seq", "ms", "start_hop", "end_hop")
# What the tables of either stream are made of, and what of it differs between streams that tell the same.
_TOLD = {"calls": ("stream", "seq", "ms"), "states": ("stream", "seq", "ms"), "clocks": ("stream", "seq")}
# Of every source of states: the clip, and the switchboard.
LOAD: dict[str, Callable[[Facts], ir.Table]] = {
    "half_hours": lambda facts: facts.half_hours,
    "day_states": days.day_states,
    "day_exposure": days.day_exposure,
    "gaps": days.gaps,
    "rests": days.rests,
}
# Of a clip's log, either stream.
CALLS: dict[str, Callable[[Facts], ir.Table]] = {
    "calls": lambda facts: facts.on_date(facts.calls.drop(*_IN_LOG)),
    "day_calls": days.day_calls,
}
# Of the agent's stream alone.
HAPPENED: dict[str, Callable[[Facts], ir.Table]] = {
    "events_by_call": events.by_call,
    "events_by_half_hour": lambda facts: facts.kept(events.by_half_hour),
    "events_by_day": events.by_day,
    "cues_by_day": events.cues_by_day,
}


def tables(facts: Facts) -> dict[str, Callable[[Facts], ir.Table]]:
    """What there is to compute of these facts, by name."""
    if CLIP not in facts.sources:
        return LOAD
    return LOAD | CALLS | (HAPPENED if facts.stream == STREAMS[EVENTS] else {})


def write(facts: Facts, folder: Path, name: str) -> int:
    """Compute every table of `facts` and write each to FOLDER/TABLE/NAME.parquet. Returns the rows written."""
    rows = 0
    for table, build in tables(facts).items():
        path = folder / table / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows += facts.write(build(facts), path)
    return rows


@dataclass(frozen=True)
class Part:
    """One independent part of a company's night: the clips' logs of some sites, or their imported states."""

    sites: tuple[str, ...]
    source: str

    def name(self, stream: str) -> str:
        """What its files are called."""
        sites = self.sites[0] if len(self.sites) == 1 else f"{self.sites[0]}..{self.sites[-1]}"
        return f"{sites}-{stream if self.source == CLIP else self.source}"


def parts(folder: Path) -> list[Part]:
    """Every part of the company in a folder of Parquet, what takes longest first."""
    together = list(_together({site: engines.size(folder, site) for site in engines.sites(folder)}))
    return [Part(sites, source) for source in (CLIP, ACD) for sites in together]


def _together(sizes: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """Sites in order, as many together as fit PART_BYTES and still make LEAST_PARTS."""
    limit = min(PART_BYTES, sum(sizes.values()) // LEAST_PARTS)
    taken: list[str] = []
    for site in sizes:
        if taken and sum(sizes[other] for other in (*taken, site)) > limit:
            yield tuple(taken)
            taken = []
        taken.append(site)
    yield tuple(taken)


def run(folder: Path, out: Path, zone: ZoneInfo, part: Part, threads: int = 1, memory: str = "1800MB") -> int:
    """Compute and write one part on DuckDB. Returns the rows written.

    A clip writes its calls, states and clocks into both streams. Where both still hold the same ones, the tables
    made of them are made once.
    """
    events_of, summaries_of = (part.name(STREAMS[stream]) for stream in (EVENTS, SUMMARIES))
    if part.source == ACD:
        return _compute(folder, out, zone, part, STREAMS[EVENTS], threads, memory)
    engine = engines.duckdb(folder, part.sites, threads, memory)
    agree = all(engines.streams_agree(engine, table, apart) for table, apart in _TOLD.items())
    engine.disconnect()
    rows = _compute(folder, out, zone, part, STREAMS[EVENTS], threads, memory)
    if not agree:
        return rows + _compute(folder, out, zone, part, STREAMS[SUMMARIES], threads, memory)
    for table in (*LOAD, *CALLS):
        made = shutil.copyfile(out / table / f"{events_of}.parquet", out / table / f"{summaries_of}.parquet")
        rows += pq.read_metadata(made).num_rows
    return rows


def _compute(
    folder: Path, out: Path, zone: ZoneInfo, part: Part, stream: str, threads: int, memory: str
) -> int:
    """Compute and write one stream of a part. Returns the rows written."""
    engine = engines.duckdb(folder, part.sites, threads, memory)
    rows = write(Facts(engine, stream, zone, sources=(part.source,)), out, part.name(stream))
    engine.disconnect()
    return rows
