"""Rows of a file by role: CSV with whatever separator, title lines above the header, and columns in any order."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from allears.acd import profile as profiles
from allears.acd.profile import Profile
from allears.acd.rows import Row, RowError
from allears.acd.text import decoded, repaired
from allears.errors import BadInput, MissingInput

if TYPE_CHECKING:
    from _csv import Reader

_HEADER_WITHIN = 30  # lines of titles that may stand above the header
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Table:
    """Rows of a file, what is wrong with others, and how it was read.

    repaired: values whose letters had been spoilt and were put right. extra: facts worth telling, in words.
    """

    header: tuple[str, ...]
    rows: list[Row]
    errors: list[RowError]
    spoilt: dict[int, tuple[str, ...]]
    encoding: str
    repaired: int = 0
    extra: list[str] = field(default_factory=list)


def raw_bytes(path: Path) -> bytes:
    """The file as it is; MissingInput when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingInput(f"{path} cannot be read ({error.strerror})", "check the path") from error


def read_csv(name: str, raw: bytes, profile: Profile) -> Table:
    """The rows of a CSV file by the roles of `profile`.

    name: the file's, for messages. Raises BadInput when no line of its top names the columns that are needed; says then
    whose export it looks like.
    """
    text = decoded(raw)
    lines = io.StringIO(text.text, newline=None).readlines()
    start, separator = _header(lines, profile)
    if start is None:
        raise BadInput(*_no_header(name, lines, profile))
    reader = csv.reader(lines[start:], delimiter=separator, strict=True)
    try:
        return _rows(reader, start, profile, text.encoding)
    except csv.Error as error:
        raise BadInput(
            f"{name} is no CSV table at line {start + reader.line_num} ({error})", "export it again"
        ) from error


def _rows(reader: "Reader", start: int, profile: Profile, encoding: str) -> Table:
    header = tuple(next(reader))
    places = columns_of(header, profile)
    found = Table(header, [], [], {}, encoding)
    fixed = 0
    line = start + reader.line_num + 1
    for fields in reader:
        # A row is named by the line it begins on, even where a field holds line ends.
        here, line = line, start + reader.line_num + 1
        if not any(item.strip() for item in fields):
            continue
        if len(fields) != len(header):
            what = "fewer" if len(fields) < len(header) else "more"
            found.errors.append(
                RowError(here, f"has {what} fields than the header, {len(fields)} of {len(header)}")
            )
            found.spoilt[here] = tuple(fields)
            continue
        values = {}
        for role, at in places.items():
            plain_text = single_spaced(fields[at])
            values[role] = repaired(plain_text)
            fixed += values[role] != plain_text
        found.rows.append(Row(here, values, tuple(fields)))
    return Table(header, found.rows, found.errors, found.spoilt, encoding, fixed)


def header_of(path: Path) -> list[str]:
    """The names in what looks like the header of a CSV file: the line of its top with most fields. MissingInput."""
    lines = io.StringIO(decoded(raw_bytes(path)).text, newline=None).readlines()[:_HEADER_WITHIN]
    tops = [_fields(line, separator) for line in lines for separator in _SEPARATORS]
    return [single_spaced(name) for name in max(tops, key=len, default=[])]


def columns_of(header: Sequence[str], profile: Profile) -> dict[str, int]:
    """Role -> place in the header, for the roles whose column is there."""
    places: dict[str, int] = {}
    known = {plain(name): at for at, name in reversed(list(enumerate(header)))}
    for role, names in profile.columns.items():
        for name in names:
            if plain(name) in known:
                places[role] = known[plain(name)]
                break
    return places


def single_spaced(text: str) -> str:
    """A value without blanks around it, line ends and no-break spaces in it."""
    return " ".join(text.split())


def plain(name: str) -> str:
    """A column's name without what exports vary: case, spaces, underscores, byte order marks."""
    return "".join(letter for letter in repaired(name).casefold() if letter.isalnum())


def _header(lines: Sequence[str], profile: Profile) -> tuple[int | None, str]:
    """Line that names every required column, and what separates its columns."""
    for at, line in enumerate(lines[:_HEADER_WITHIN]):
        for separator in sorted(_SEPARATORS, key=line.count, reverse=True):
            if not missing(_fields(line, separator), profile):
                return at, separator
    return None, ","


def _fields(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def missing(header: Iterable[str], profile: Profile) -> list[str]:
    """Required roles that the header has no column for."""
    places = columns_of(list(header), profile)
    return [role for role in profile.required if role not in places]


def _no_header(name: str, lines: Sequence[str], profile: Profile) -> tuple[str, str]:
    tops = [_fields(line, separator) for line in lines[:_HEADER_WITHIN] for separator in _SEPARATORS]
    best = min(tops, key=lambda top: len(missing(top, profile)), default=[])
    lacking = missing(best, profile)
    wanted = ", ".join(
        " or ".join(profile.columns.get(role, (f"--column {role}=NAME",))[:3]) for role in lacking
    )
    for other in profiles.names():
        candidate = profiles.load(other)
        if other == profile.name or candidate.form != "csv" or candidate.needs:
            continue
        if any(not missing(top, candidate) for top in tops):
            return (
                f"{name} has no column for {', '.join(lacking)} and looks like an export of {candidate.title}",
                f"import it with --profile {other}",
            )
    return (
        f"{name} has no column for {', '.join(lacking)} of {profile.title}",
        f"its header must name {wanted}; other names are given with --column ROLE=NAME",
    )
