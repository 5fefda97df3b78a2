"""What an exported table is: columns with type and meaning, from which file and dictionary are both made."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

# Words of the dictionary -> Arrow types. Nothing here can hold a run of samples: no binary, no list.
TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "truth": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("ms", tz="UTC"),
}


@dataclass(frozen=True)
class Column:
    """kind: a key of TYPES. meaning: unit and what it says, in words."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """An exported table. meaning: what a row is."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    def schema(self) -> pa.Schema:
        """Arrow schema, with the meanings as metadata of the fields."""
        return pa.schema(
            [pa.field(c.name, TYPES[c.kind], metadata={"meaning": c.meaning}) for c in self.columns],
            metadata={"meaning": self.meaning},
        )


@dataclass(frozen=True)
class Filled:
    """A table with its rows."""

    table: Table
    rows: pa.Table


def fill(table: Table, rows: Iterable[Mapping[str, Any]]) -> Filled:
    """Rows by column name; a column that a row lacks is empty, one that the table lacks is left out."""
    listed = list(rows)
    arrays = [
        pa.array([_fitting(row.get(c.name), c.kind) for row in listed], TYPES[c.kind]) for c in table.columns
    ]
    return Filled(table, pa.Table.from_arrays(arrays, schema=table.schema()))


def _fitting(value: Any, kind: str) -> Any:
    """UTC ms or a naive UTC datetime stand for a time; everything else is what it is."""
    if value is None or isinstance(value, dt.datetime):
        return value
    return int(value) if kind in ("time", "integer") else value


def dictionary(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """The data dictionary of tables, for `dictionary.json` and docs/data-dictionary.md."""
    return [
        {
            "table": table.name,
            "meaning": table.meaning,
            "columns": [{"name": c.name, "type": c.kind, "meaning": c.meaning} for c in table.columns],
        }
        for table in tables
    ]
