"""All tables behind a night's reports, computed once and kept as Parquet: FOLDER/TABLE/NAME.parquet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from allears.aggregate import days, engines, events
from allears.aggregate.facts import ACD, CLIP, Facts
from allears_core.records import EVENTS, STREAMS, SUMMARIES

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
    "calls": lambda facts: facts.on_date(facts.calls),
    "day_calls": days.day_calls,
}
# Of the agent's stream alone.
HAPPENED: dict[str, Callable[[Facts], ir.Table]] = {
    "events_by_call": events.by_call,
    "events_by_half_hour": events.by_half_hour,
    "events_by_day": events.by_day,
    "cues_by_day": events.cues_by_day,
}


def tables(facts: Facts) -> dict[str, Callable[[Facts], ir.Table]]:
    """What there is to compute of these facts, by name."""
    found = dict(LOAD)
    if CLIP in facts.sources:
        found |= CALLS
        if facts.stream == STREAMS[EVENTS]:
            found |= HAPPENED
    return found


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
    """One independent part of a company's night: a site's log of one stream, or its imported states."""

    site: str
    stream: str
    source: str

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{self.site}-{self.stream}" if self.source == CLIP else f"{self.site}-{self.source}"


def parts(folder: Path) -> list[Part]:
    """Every part of the company in a folder of Parquet, what takes longest first."""
    kinds = ((STREAMS[EVENTS], CLIP), (STREAMS[SUMMARIES], CLIP), (STREAMS[EVENTS], ACD))
    return [Part(site, stream, source) for stream, source in kinds for site in engines.sites(folder)]


def run(folder: Path, out: Path, zone: ZoneInfo, part: Part, threads: int = 1, memory: str = "1500MB") -> int:
    """Compute and write one part on DuckDB. Returns the rows written."""
    engine = engines.duckdb(folder, part.site, threads, memory)
    rows = write(Facts(engine, part.stream, zone, sources=(part.source,)), out, part.name)
    engine.disconnect()
    return rows
