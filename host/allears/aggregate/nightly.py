"""All tables behind a night's reports, computed once and kept as Parquet: FOLDER/TABLE/NAME.parquet."""

import functools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow.parquet as pq

from allears.aggregate import days, engines, events
from allears.aggregate.facts import ACD, CLIP, Facts
from allears.aggregate.recipe import Recipe
from allears.aggregate.walltime import local_date
from allears.errors import NotEnoughData
from allears_core.records import EVENTS, STREAMS, SUMMARIES

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
    """One independent part of a company's night: the clips' logs of a site, or its imported states."""

    site: str
    source: str

    def name(self, stream: str) -> str:
        """What its files are called."""
        return f"{self.site}-{stream if self.source == CLIP else self.source}"


def parts(folder: Path) -> list[Part]:
    """Every part of the company in a folder of Parquet, what takes longest first."""
    large_first = sorted(engines.sites(folder), key=lambda site: -engines.size(folder, site))
    return [Part(site, source) for source in (CLIP, ACD) for site in large_first]


class Night:
    """Computes parts of one company's night, one after the other, on one DuckDB.

    The first part of a kind is put together from the expressions; the others do the same again over their files.
    """

    def __init__(self, folder: Path, out: Path, zone: ZoneInfo, threads: int = 1, memory: str = "1500MB"):
        self._folder, self._out, self._zone = folder, out, zone
        self._engine = engines.duckdb(folder, "*", threads, memory)
        extent = engines.extent_ms(self._engine)
        if extent is None:
            raise NotEnoughData(f"{folder} holds nothing with a known time", "write records of clips into it")
        first, last = (local_date(utc_ms, zone) for utc_ms in extent)
        self._days = first, last
        self._known: dict[tuple[str, str], tuple[Recipe, Facts]] = {}

    def run(self, part: Part) -> int:
        """Compute and write one part. Returns the rows written.

        A clip writes its calls, states and clocks into both streams. Where both still hold the same ones, the tables
        made of them are made once.
        """
        engines.point(self._engine, self._folder, part.site)
        events, summaries = STREAMS[EVENTS], STREAMS[SUMMARIES]
        rows = self._compute(part, events)
        if part.source == ACD:
            return rows
        where = self._engine, self._folder, part.site
        if not all(engines.streams_agree(*where, table, apart) for table, apart in _TOLD.items()):
            return rows + self._compute(part, summaries)
        for table in (*LOAD, *CALLS):
            made, twin = (
                self._out / table / f"{part.name(stream)}.parquet" for stream in (events, summaries)
            )
            rows += pq.read_metadata(shutil.copyfile(made, twin)).num_rows
        return rows

    def _compute(self, part: Part, stream: str) -> int:
        """Compute and write one stream of a part. Returns the rows written."""
        kind = part.source, stream
        if kind in self._known:
            recipe, _ = self._known[kind]
            files = recipe.again(self._out, part.name(stream))
            rows = sum(int(pq.read_metadata(path).num_rows) for path in files)
        else:
            recipe = Recipe(self._engine)
            facts = Facts(recipe, stream, self._zone, sources=(part.source,), days=self._days)
            rows = write(facts, self._out, part.name(stream))
            self._known[kind] = recipe, facts  # the facts hold the calendar in place
        outside = not self._holds(self._known[kind][1])
        recipe.clear()
        return self._compute_alone(part, stream) if outside else rows

    def _holds(self, facts: Facts) -> bool:
        """False where anything of a part lies outside the company's calendar: an uptime is not what it should be."""
        spans = facts.numbered_spans
        (row,) = facts.rows(spans.agg(first=spans.start_ms.min(), last=spans.end_ms.max()))
        if row["first"] is None:
            return True
        first, last = (local_date(row[name], self._zone) for name in ("first", "last"))
        return self._days[0] <= first and last <= self._days[1]

    def _compute_alone(self, part: Part, stream: str) -> int:
        """The same with a calendar of its own."""
        engine = engines.duckdb(self._folder, part.site)
        rows = write(Facts(engine, stream, self._zone, sources=(part.source,)), self._out, part.name(stream))
        engine.disconnect()
        return rows


@functools.lru_cache(maxsize=1)
def _night(folder: Path, out: Path, zone: ZoneInfo, threads: int, memory: str) -> Night:
    return Night(folder, out, zone, threads, memory)


def run(folder: Path, out: Path, zone: ZoneInfo, part: Part, threads: int = 1, memory: str = "1500MB") -> int:
    """Compute and write one part; a process that is given several of one company puts the expressions together once."""
    return _night(folder, out, zone, threads, memory).run(part)
