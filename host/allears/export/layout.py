"""A store as a folder of Parquet, FOLDER/TABLE/SITE-STREAM.parquet: what aggregate.engines reads, on any engine."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from allears.aggregate.engines import READ
from allears.errors import MissingInput
from allears.store import Store
from allears.store.schema import literal
from allears_core.records import EVENTS, STREAMS

BOTH = "both"  # what stands for the stream where a table belongs to neither
UNNAMED = "unnamed"  # the site of those for whom nobody named one
_HOUSE = ("units", "acd_states")


@dataclass(frozen=True)
class Written:
    """One file: its path, rows, and the agents of whom it may hold a row."""

    path: Path
    rows: int
    agents: tuple[str, ...]


def write_layout(store: Store, folder: Path) -> list[Written]:
    """Write every table that the night reads, one file a site and stream; a site's older files are replaced.

    A table is whole when its name appears. An imported state goes to the site of the agent's clip, of their team, or
    to UNNAMED. MissingInput where the store holds nothing or the folder cannot be written.
    """
    connection = store.connection
    _sort_into_sites(connection)
    people: dict[str, set[str]] = {}
    for site, agent in connection.execute("SELECT site, agent FROM layout_people").fetchall():
        people.setdefault(site, set()).add(agent)
    if not people:
        raise MissingInput(
            f"the store {store.path} holds nobody's records", "pull a clip or import states first"
        )
    written = []
    try:
        for (site, agents), name in zip(sorted(people.items()), _file_names(sorted(people)), strict=True):
            for table, stream, query in _queries(connection, site):
                path = folder / table / f"{name}-{stream}.parquet"
                rows = _copy(connection, query, path)
                written.append(Written(path, rows, tuple(sorted(agents))))
    except (OSError, duckdb.IOException) as error:
        raise MissingInput(
            f"{folder} cannot be written ({str(error).splitlines()[0]})", "choose a folder with --out"
        ) from error
    return written


def _sort_into_sites(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary tables: the site of every log, and of everybody with a clip or imported states."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE layout_units AS SELECT unit, log_id, pseudonym AS agent, team, "
        f"coalesce(nullif(site, ''), '{UNNAMED}') AS site FROM units"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE layout_people AS WITH clips AS (SELECT DISTINCT agent, site FROM layout_units), "
        "teams AS (SELECT team, max(site) AS site FROM layout_units GROUP BY team), "
        "others AS (SELECT agent, max(team) AS team FROM acd_states "
        "WHERE agent NOT IN (SELECT agent FROM clips) GROUP BY agent) "
        "SELECT agent, site FROM clips UNION ALL "
        f"SELECT agent, coalesce(site, '{UNNAMED}') FROM others LEFT JOIN teams USING (team)"
    )


def _file_names(sites: list[str]) -> Iterator[str]:
    """A name of letters, digits and _ for each site, no two alike: a hyphen ends it, and patterns must not match."""
    taken: set[str] = set()
    for site in sites:
        plain = name = re.sub(r"\W", "_", site)
        number = 2
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        yield name


def _queries(connection: duckdb.DuckDBPyConnection, site: str) -> Iterator[tuple[str, str, str]]:
    """(table, stream, SQL) for a site: rows of a log lie together, in its order, and so do those of an agent."""
    here = literal(site)
    logs = f"(SELECT unit, log_id FROM layout_units WHERE site = {here})"
    yield "units", BOTH, f"SELECT * FROM units SEMI JOIN {logs} USING (unit, log_id) ORDER BY unit, log_id"
    yield (
        "acd_states",
        BOTH,
        "SELECT s.* FROM acd_states s JOIN (SELECT agent, max(site) AS site FROM layout_people GROUP BY agent) "
        f"USING (agent) WHERE site = {here} ORDER BY agent, start_utc",
    )
    for table in READ:
        if table in _HOUSE:
            continue
        found = connection.execute(f"SELECT DISTINCT stream FROM {table}").fetchall()
        streams = {stream for (stream,) in found} | {STREAMS[EVENTS]}  # a table without a file cannot be read
        for stream in sorted(streams):
            yield (
                table,
                stream,
                f"SELECT t.* FROM {table} t SEMI JOIN {logs} USING (unit, log_id) "
                f"WHERE stream = '{stream}' ORDER BY unit, log_id, seq",
            )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Rows of a query as Parquet at `path`, which is whole when it is there. Returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".fresh")
    (row,) = connection.execute(
        f"COPY ({query}) TO {literal(fresh)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    ).fetchall()
    os.replace(fresh, path)
    return int(row[0])
