"""What runs the expressions: DuckDB over a store or a folder of Parquet, or Spark over the same folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
from ibis.backends import BaseBackend
from ibis.backends.duckdb import Backend

from allears.errors import MissingInput

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


def duckdb(folder: Path, sites_of: Sequence[str] = ("*",), threads: int = 2, memory: str = "3GB") -> Backend:
    """DuckDB over the Parquet files of some sites, or of all. MissingInput where the folder holds none."""
    if not sites(folder):
        raise MissingInput(f"{folder} holds no company", "name a folder with units/SITE-*.parquet")
    engine = ibis.duckdb.connect(
        threads=threads,
        memory_limit=memory,
        preserve_insertion_order=False,
        temp_directory=str(folder / "spill"),
    )
    engine.raw_sql("SET enable_progress_bar = false")
    for table in READ:
        paths = [str(folder / table / f"{site}-*.parquet").replace("'", "''") for site in sites_of]
        files = ", ".join(f"'{path}'" for path in paths)
        engine.raw_sql(f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{files}])")
    return engine


def streams_agree(engine: Backend, table: str, apart: Sequence[str]) -> bool:
    """True where both streams of a table hold the same rows, but for the columns `apart`.

    Rows are compared by count and sum of their 64-bit hashes.
    """
    columns = ", ".join(f'"{name}"' for name in engine.table(table).columns if name not in apart)
    found = engine.raw_sql(f"SELECT count(*), sum(hash({columns})) FROM {table} GROUP BY stream").fetchall()
    return not found or (len(found) == 2 and found[0] == found[1])


def spark(folder: Path, session: "SparkSession", site: str = "*") -> BaseBackend:
    """Spark over the same files. The session must count in UTC (spark.sql.session.timeZone).

    What is computed on the way goes into the session's own tables (spark.sql.warehouse.dir).
    """
    engine = ibis.pyspark.connect(session)
    for table in READ:
        files = str(folder / table / f"{site}-*.parquet")
        session.read.parquet(files).createOrReplaceTempView(table)
    return engine
