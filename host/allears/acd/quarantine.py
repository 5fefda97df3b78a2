"""Rows that were set aside: a CSV beside the export, each with its line and what is wrong with it."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from allears.acd.rows import RowError
from allears.errors import AllEarsError


def path_for(export: Path) -> Path:
    """Where the rows set aside of an export go unless the user says otherwise."""
    return export.with_name(export.name + ".quarantine.csv")


def write(
    path: Path, header: Sequence[str], errors: Sequence[RowError], raw: Mapping[int, Sequence[str]]
) -> None:
    """Write the rows of `errors` with their fields as they stood in the file. Raises AllEarsError where it cannot."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["line", "why", *header])
    for error in errors:
        writer.writerow([error.line, error.text, *(_inert(field) for field in raw.get(error.line, ()))])
    try:
        path.write_text(out.getvalue(), "utf-8", errors="replace")
    except OSError as failure:
        raise AllEarsError(
            f"the rows set aside could not be written to {path} ({failure.strerror})",
            "choose another place with --quarantine; nothing was imported",
        ) from failure


def _inert(field: str) -> str:
    """A field that no spreadsheet takes for a formula."""
    return "'" + field if field.startswith(("=", "+", "-", "@", "\t", "\r")) else field
