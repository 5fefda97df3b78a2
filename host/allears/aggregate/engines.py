"""What runs the expressions: DuckDB over a store or a folder of Parquet, or Spark over the same folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import ibis
from ibis.backends import BaseBackend

from allears.errors import MissingInput

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Tables of the store that the expressions read; a folder holds FOLDER/TABLE/SITE-STREAM.parquet.
READ = ("units", "calls", "clocks", "states", "events", "cues", "marks", "acd_states")


def sites(folder: Path) -> list[str]:
    """Names of the sites in a folder of Parquet."""
    return sorted({path.name.partition("-")[0] for path in (folder / "units").glob("*.parquet")})


def duckdb(folder: Path, site: str = "*", threads: int = 2, memory: str = "3GB") -> BaseBackend:
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
    for table in READ:
        files = str(folder / table / f"{site}-*.parquet").replace("'", "''")
        engine.raw_sql(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files}')")
    return engine


def spark(folder: Path, session: "SparkSession", site: str = "*") -> BaseBackend:
    """Spark over the same files. The session must count in UTC (spark.sql.session.timeZone).

    What is computed on the way goes into the session's own tables (spark.sql.warehouse.dir).
    """
    engine = ibis.pyspark.connect(session)
    for table in READ:
        files = str(folder / table / f"{site}-*.parquet")
        session.read.parquet(files).createOrReplaceTempView(table)
    return engine
