"""What DuckDB was asked to compute over one site, noted, to be done again over others without being put together anew.

Putting the expressions of a night together takes longer than computing those of a small site.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from allears.store.schema import literal, quoted


@dataclass(frozen=True)
class _Kept:
    """A table that is computed and kept."""

    table: str
    definition: str
    query: str


@dataclass(frozen=True)
class _Written:
    """A table that is written as OUT/TABLE/NAME.parquet; form: COPY's options."""

    table: str
    query: str
    form: str


class Recipe:
    """Stands for an engine where facts.Facts asks for one, and notes every table that is kept and every file written.

    The views that the engine reads may be pointed at other files; `again` computes the same of those.
    """

    name = "duckdb"

    def __init__(self, engine: Backend):
        self.engine = engine
        self._steps: list[_Kept | _Written] = []

    def table(self, name: str) -> ir.Table:
        """A table or view of the engine."""
        return self.engine.table(name)

    def to_pyarrow(self, table: ir.Table) -> pa.Table:
        """Rows now; they are no part of what is done again."""
        return self.engine.to_pyarrow(table)

    def create_table(self, name: str, table: ir.Table, **how: Any) -> ir.Table:
        """Compute and keep a table."""
        found = self.engine.create_table(name, table, **how)
        asked = f"SELECT sql FROM duckdb_tables() WHERE table_name = {literal(name)}"
        ((definition,),) = self.engine.raw_sql(asked).fetchall()
        self._steps.append(_Kept(name, definition, self.engine.compile(table)))
        return found

    def to_parquet(self, table: ir.Table, path: Path, **how: str) -> None:
        """Compute and write OUT/TABLE/NAME.parquet."""
        self.engine.to_parquet(table, path, **how)
        form = ", ".join(["FORMAT parquet", *(f"{key} {value}" for key, value in how.items())])
        self._steps.append(_Written(path.parent.name, self.engine.compile(table), form))

    def again(self, out: Path, name: str) -> list[Path]:
        """Do it all again, to OUT/TABLE/NAME.parquet; returns the files."""
        files = []
        for step in self._steps:
            if isinstance(step, _Kept):
                self.engine.raw_sql(step.definition)
                self.engine.raw_sql(f"INSERT INTO {quoted(step.table)} {step.query}")
            else:
                files.append(out / step.table / f"{name}.parquet")
                self.engine.raw_sql(f"COPY ({step.query}) TO {literal(files[-1])} ({step.form})")
        return files

    def clear(self) -> None:
        """Let go of every table that was kept."""
        for step in self._steps:
            if isinstance(step, _Kept):
                self.engine.raw_sql(f"DROP TABLE {quoted(step.table)}")
