"""Typed tables of the store, built from the clip's own record tables: same names, same units, kinds as words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allears_core import fields, records

# Record name -> table. The plural is the table, the record the row.
TABLES = {
    "BOOT": "boots",
    "CLOCK": "clocks",
    "STATE": "states",
    "EVENT": "events",
    "CUE": "cues",
    "CUE_NOTE": "cue_notes",
    "CALL": "calls",
    "MARK": "marks",
    "HEALTH": "health",
    "LOST": "losses",
    "SETTING": "setting_changes",
    "SESSION": "sessions",
    "CONSENT": "consents",
}

# (name, DuckDB type, meaning) of the columns every typed table begins with.
KEY_COLUMNS = (
    ("unit", "VARCHAR", "unit id, hex"),
    ("log_id", "VARCHAR", "log the record stands in, hex; a new owner of the clip gets a new log"),
    ("stream", "VARCHAR", "events (the agent's) or summaries (the lead's)"),
    ("boot", "INTEGER", "boot id"),
    ("seq", "BIGINT", "sequence in the stream"),
    ("ms", "BIGINT", "ms since boot"),
)
_SQL_TYPES = {
    "u8": "INTEGER",
    "i8": "INTEGER",
    "u16": "INTEGER",
    "i16": "INTEGER",
    "u32": "BIGINT",
    "i32": "BIGINT",
}
_INDEX = re.compile(r"index into ([A-Z_]+)")
_BITS = re.compile(r"bits of ([A-Z_]+)")
_NONE = re.compile(r"(?<!\w)(0xF+|255|-32768)(?: for)? none\b")


@dataclass(frozen=True)
class Column:
    """One column of a typed table. decode: value of the record's field -> value stored (None is NULL)."""

    name: str
    sql_type: str
    meaning: str
    field: str
    decode: Callable[[Any], Any]


def word(table: tuple[str, ...]) -> Callable[[Any], str | None]:
    """Decoder of an index into `table`; an index a newer clip wrote becomes `unknown-N`, not a guess."""

    def decode(value: int | None) -> str | None:
        if value is None:
            return None
        return table[value] if value < len(table) else f"unknown-{value}"

    return decode


def words(table: tuple[str, ...]) -> Callable[[Any], str | None]:
    """Decoder of a bit field: the names of the bits set, joined by a blank; unknown bits as `unknown-N`."""

    def decode(value: int | None) -> str | None:
        if value is None:
            return None
        bits = [bit for bit in range(value.bit_length()) if value >> bit & 1]
        return " ".join(table[bit] if bit < len(table) else f"unknown-{bit}" for bit in bits)

    return decode


def _nullable(none_value: int) -> Callable[[Any], Any]:
    return lambda value: None if value == none_value else value


def same(value: Any) -> Any:
    """Decoder of a field that is stored as it came."""
    return value


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


def _column(layout: fields.Layout, name: str, code: str, unit: str) -> Column:
    taken = any(name == key[0] for key in KEY_COLUMNS)
    stored = f"{layout.name.lower()}_{name}" if taken else name
    index, none = _INDEX.search(unit), _NONE.search(unit)
    if index:
        return Column(stored, "VARCHAR", unit, name, word(getattr(records, index.group(1))))
    if bits := _BITS.search(unit):
        return Column(stored, "VARCHAR", unit, name, words(getattr(records, bits.group(1))))
    if code == "*":
        return Column(stored, "VARCHAR", unit, name, _text)
    if code[0] == "b":
        return Column(stored, "VARCHAR", f"{unit}, hex", name, _hex)
    if name == "utc_s":
        return Column(stored, "BIGINT", f"{unit}, NULL: time unknown", name, _nullable(fields.NONE_U32))
    if none:
        return Column(stored, _SQL_TYPES[code], unit, name, _nullable(int(none.group(1), 0)))
    return Column(stored, _SQL_TYPES[code], unit, name, same)


COLUMNS: dict[str, tuple[Column, ...]] = {
    layout.name: tuple(_column(layout, name, code, unit) for name, code, unit, _ in layout.fields)
    for layout in records.LAYOUTS
}
