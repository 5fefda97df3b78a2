"""The same expressions on Spark: a local session, and the tables of a night compared row by row with DuckDB's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allears.aggregate import engines, nightly
from allears.aggregate.facts import Facts
from scalebench.company import ZONE

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def missing() -> str:
    """Why there is no Spark here; empty where there is."""
    if shutil.which("java") is None:
        return "no Java here: apt-get install openjdk-17-jre-headless"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install allears[spark]"
    return ""


def session(folder: Path) -> SparkSession:
    """A local session on two threads, for tables of a few thousand rows."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC", "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[2]").appName("allears")
    for name, value in settings.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found


def rows(facts: Facts, table: Any) -> list[tuple[Any, ...]]:
    """Rows of a table in an order of their own, columns by name."""
    names = sorted(table.columns)
    return sorted((tuple(row[name] for name in names) for row in facts.rows(table.select(names))), key=repr)


def compare(folder: Path, spark_session: SparkSession) -> dict[str, tuple[int, bool]]:
    """For every table of a night: how many rows DuckDB gives, and whether Spark gives the same."""
    ours = Facts(engines.duckdb(folder), "events", ZONE)
    theirs = Facts(engines.spark(folder, spark_session), "events", ZONE)
    found = {}
    for name, build in nightly.tables(ours).items():
        expected = rows(ours, build(ours))
        found[name] = len(expected), expected == rows(theirs, build(theirs))
    return found


def run(folder: Path) -> dict[str, tuple[int, bool]]:
    """compare, in a session that ends with it."""
    opened = session(folder)
    try:
        return compare(folder, opened)
    finally:
        opened.stop()
