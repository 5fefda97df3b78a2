"""Tables to files: one a table, and the dictionary beside them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet

from allears.errors import MissingInput
from allears.export.table import Filled, dictionary

FORMATS = ("csv", "json", "parquet")
DICTIONARY = "allears-dictionary.json"


def write(tables: Sequence[Filled], kind: str, folder: Path) -> list[Path]:
    """Write `allears-TABLE.KIND` for each table and the dictionary into `folder`; returns the paths.

    CSV: UTF-8 with a header, comma, UTC times in ISO form, empty for none. JSON: a list of objects. Raises
    MissingInput where the folder cannot be written.
    """
    paths = places(tables, kind, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for filled, path in zip(tables, paths, strict=False):
            _WRITERS[kind](filled, path)
        listed = {"schema": 1, "tables": dictionary([filled.table for filled in tables])}
        (folder / DICTIONARY).write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise MissingInput(
            f"{folder} cannot be written ({error.strerror or error})", "choose a folder with --out"
        ) from error
    return paths


def places(tables: Sequence[Filled], kind: str, folder: Path) -> list[Path]:
    """Where `write` puts the tables, in their order, and the dictionary after them."""
    return [*(folder / f"allears-{filled.table.name}.{kind}" for filled in tables), folder / DICTIONARY]


def _csv(filled: Filled, path: Path) -> None:
    pyarrow.csv.write_csv(filled.rows, path)


def _parquet(filled: Filled, path: Path) -> None:
    pyarrow.parquet.write_table(filled.rows, path, compression="zstd")


def _json(filled: Filled, path: Path) -> None:
    rows = filled.rows.to_pylist()
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False, default=_iso) + "\n", "utf-8")


def _iso(value: object) -> str:
    """Dates and times, the only values that JSON has no form for."""
    isoformat = getattr(value, "isoformat", None)
    if isoformat is None:
        raise TypeError(f"no JSON form for {type(value).__name__}")
    return str(isoformat())


_WRITERS = {"csv": _csv, "json": _json, "parquet": _parquet}
