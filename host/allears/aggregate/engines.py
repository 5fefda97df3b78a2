"""What runs the expressions: DuckDB over a store or a folder of Parquet, or Spark over the same folder."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import ibis
import pyarrow.parquet as pq
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend

from allears.errors import MissingInput
from allears.store.schema import literal
from allears_core.records import STREAMS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Tables of the store that the expressions read; a folder holds FOLDER/TABLE/SITE-STREAM.parquet.
READ = ("units", "calls", "clocks", "states", "events", "cues", "marks", "acd_states")


def sites(folder: Path) -> list[str]:
    """Names of the sites in a folder of Parquet."""
    return sorted({path.name.partition("-")[0] for path in (folder / "units").glob("*.parquet")})


def size(folder: Path, site: str) -> int:
    """Bytes of Parquet of one site."""
    return sum(path.stat().st_size for table in READ for path in (folder / table).glob(f"{site}-*.parquet"))


def duckdb(folder: Path, site: str = "*", threads: int = 2, memory: str = "3GB") -> Backend:
    """DuckDB over the Parquet files of one site, or of all. MissingInput where the folder holds none."""
    if not sites(folder):
        raise MissingInput(f"{folder} holds no company", "name a folder with units/SITE-*.parquet")
    engine = ibis.duckdb.connect(
        threads=threads,
        memory_limit=memory,
        preserve_insertion_order=False,
        temp_directory=str(folder / "spill"),
    )
    engine.raw_sql("SET enable_progress_bar = false")
    point(engine, folder, site)
    return engine


def point(engine: Backend, folder: Path, site: str) -> None:
    """Make an engine's views show another site."""
    for table in READ:
        files = literal(folder / table / f"{site}-*.parquet")
        engine.raw_sql(f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM read_parquet({files})")


def extent_ms(engine: Backend) -> tuple[int, int] | None:
    """UTC ms between which everything lies that the engine's files can date; None where nothing has a time.

    A clip's hops are dated by a CLOCK of their boot, so they lie no further from it than its longest uptime.
    """
    found = engine.raw_sql(
        "WITH up AS (SELECT max(ms) AS ms FROM "
        "(SELECT ms FROM clocks UNION ALL SELECT ms FROM calls UNION ALL SELECT ms FROM states)) "
        "SELECT min(utc_s * 1000 - ms), max(utc_s * 1000 + 1000) + (SELECT ms FROM up) FROM clocks "
        "UNION ALL SELECT epoch_ms(min(start_utc)), epoch_ms(max(end_utc)) FROM acd_states"
    ).fetchall()
    known = [(first, last) for first, last in found if first is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def streams_agree(engine: Backend, folder: Path, site: str, table: str, apart: Sequence[str]) -> bool:
    """True where both streams of a site's table hold the same rows, but for the columns `apart`.

    Columns that one program wrote alike are alike byte by byte, which is seen without decoding them. Else rows are
    compared by count and sum of their 64-bit hashes; engine: pointed at the site.
    """
    files = sorted(folder / table / f"{site}-{stream}.parquet" for stream in STREAMS)
    if sorted((folder / table).glob(f"{site}-*.parquet")) == files and _same_bytes(files[0], files[1], apart):
        return True
    columns = ", ".join(f'"{name}"' for name in engine.table(table).columns if name not in apart)
    found = engine.raw_sql(f"SELECT count(*), sum(hash({columns})) FROM {table} GROUP BY stream").fetchall()
    return not found or (len(found) == 2 and found[0] == found[1])


def _same_bytes(left: Path, right: Path, apart: Sequence[str]) -> bool:
    """True where every column of two Parquet files but `apart` is stored in the same bytes."""
    ours, theirs = pq.read_metadata(left), pq.read_metadata(right)
    if ours.schema != theirs.schema or ours.num_row_groups != theirs.num_row_groups:
        return False
    with left.open("rb") as our_file, right.open("rb") as their_file:
        for group, at in itertools.product(range(ours.num_row_groups), range(ours.num_columns)):
            chunk, twin = ours.row_group(group).column(at), theirs.row_group(group).column(at)
            if chunk.path_in_schema in apart:
                continue
            form, twin_form = ((c.num_values, c.compression, c.total_compressed_size) for c in (chunk, twin))
            if form != twin_form or _stored(our_file, chunk) != _stored(their_file, twin):
                return False
    return True


def _stored(file: BinaryIO, chunk: pq.ColumnChunkMetaData) -> bytes:
    """Pages of a column chunk: those of its dictionary, if it has one, come first."""
    file.seek(chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset)
    return file.read(chunk.total_compressed_size)


def spark(folder: Path, session: "SparkSession", site: str = "*") -> BaseBackend:
    """Spark over the same files. The session must count in UTC (spark.sql.session.timeZone).

    What is computed on the way goes into the session's own tables (spark.sql.warehouse.dir).
    """
    engine = ibis.pyspark.connect(session)
    for table in READ:
        files = str(folder / table / f"{site}-*.parquet")
        session.read.parquet(files).createOrReplaceTempView(table)
    return engine
