"""The same occupancy query three ways: our expressions on DuckDB, pandas, SQLite.

The query: seconds taken (talk, hold, after-call work) and seconds counted (those and ready) by agent and half-hour,
over the imported states. All three return (rows, seconds taken, seconds counted), which must be equal.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from allears.aggregate import engines
from allears.aggregate.facts import ACD, Facts
from allears.aggregate.walltime import SLOT_MS
from allears.indicators.load import DENOMINATOR, NUMERATOR

SLOT_S = SLOT_MS // 1000
TAKEN = ("talk", "hold", "acw")
COUNTED = (*TAKEN, "ready")
Sums = tuple[int, int, int]


def ours(folder: Path, zone: ZoneInfo) -> Sums:
    """Half-hours of the reports, on DuckDB, site by site."""
    found = np.zeros(3, np.int64)
    for site in engines.sites(folder):
        engine = engines.duckdb(folder, site)
        halves = Facts(engine, "events", zone, sources=(ACD,)).half_hours
        taken_s = sum(halves[f"{name}_s"] for name in NUMERATOR)
        counted_s = sum(halves[f"{name}_s"] for name in DENOMINATOR)
        counted = halves.filter(counted_s > 0)
        table = engine.to_pyarrow(
            counted.agg(rows=counted.count(), taken=taken_s.sum(), counted=counted_s.sum())
        )
        found += [round(value) for value in table.to_pylist()[0].values()]
        engine.disconnect()
    return int(found[0]), int(found[1]), int(found[2])


def pandas(folder: Path) -> Sums:
    """One frame of all states, cut at half-hours by repeating rows, then one group-by."""
    import pandas as pd

    table = pq.read_table(
        folder / "acd_states",
        columns=["agent", "state", "start_utc", "end_utc"],
        read_dictionary=["agent", "state"],
    ).unify_dictionaries()
    table = table.filter(pc.is_in(table["state"].cast(pa.string()), value_set=pa.array(COUNTED)))
    frame = pd.DataFrame({
        "agent": table["agent"].combine_chunks().indices.to_numpy(),
        "taken": np.isin(table["state"].to_pandas().to_numpy(), TAKEN),
        "start": table["start_utc"].to_numpy().astype("datetime64[s]").astype(np.int64),
        "end": table["end_utc"].to_numpy().astype("datetime64[s]").astype(np.int64),
    })  # fmt: skip
    del table
    first = frame["start"] // SLOT_S
    pieces = (frame["end"] - 1) // SLOT_S - first + 1
    at = np.repeat(np.arange(len(frame)), pieces)
    cut = frame.iloc[at]
    slot = (
        first.to_numpy()[at] + np.arange(len(at)) - np.repeat(np.cumsum(pieces) - pieces, pieces).to_numpy()
    )
    seconds = np.minimum(cut["end"], (slot + 1) * SLOT_S) - np.maximum(cut["start"], slot * SLOT_S)
    cut = cut.assign(slot=slot, seconds=seconds, taken_s=np.where(cut["taken"], seconds, 0))
    sums = cut.groupby(["agent", "slot"], sort=False)[["taken_s", "seconds"]].sum()
    return len(sums), int(sums["taken_s"].sum()), int(sums["seconds"].sum())


def load_sqlite(folder: Path, path: Path) -> int:
    """Write the states into a SQLite file. Returns how many there are."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("CREATE TABLE states (agent TEXT, state TEXT, start_s INTEGER, end_s INTEGER)")
        count = 0
        for file in sorted((folder / "acd_states").glob("*.parquet")):
            for batch in pq.ParquetFile(file).iter_batches(
                columns=["agent", "state", "start_utc", "end_utc"]
            ):
                agent, state, start, end = batch.columns
                seconds = (
                    column.to_numpy(zero_copy_only=False).astype("datetime64[s]").astype(np.int64).tolist()
                    for column in (start, end)
                )
                rows = zip(agent.to_pylist(), state.to_pylist(), *seconds, strict=True)
                connection.executemany("INSERT INTO states VALUES (?, ?, ?, ?)", rows)
                count += len(batch)
    return count


_QUERY = f"""
WITH RECURSIVE pieces(agent, state, start_s, end_s, slot) AS (
    SELECT agent, state, start_s, end_s, start_s / {SLOT_S} FROM states
    WHERE state IN {COUNTED} AND end_s > start_s
    UNION ALL
    SELECT agent, state, start_s, end_s, slot + 1 FROM pieces WHERE (slot + 1) * {SLOT_S} < end_s
),
halves AS (
    SELECT agent, slot,
        sum(CASE WHEN state IN {TAKEN} THEN min(end_s, (slot + 1) * {SLOT_S}) - max(start_s, slot * {SLOT_S})
            ELSE 0 END) AS taken_s,
        sum(min(end_s, (slot + 1) * {SLOT_S}) - max(start_s, slot * {SLOT_S})) AS counted_s
    FROM pieces GROUP BY agent, slot
)
SELECT count(*), sum(taken_s), sum(counted_s) FROM halves
"""


def sqlite(path: Path) -> Sums:
    """One statement: states cut by a recursive common table, then grouped. The loading is not counted."""
    with sqlite3.connect(path) as connection:
        rows, taken_s, counted_s = connection.execute(_QUERY).fetchone()
    return int(rows), int(taken_s), int(counted_s)
