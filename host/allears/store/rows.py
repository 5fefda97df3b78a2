"""Records and imported states as Arrow tables, column by column, in the order of the store's tables."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from allears.store.columns import COLUMNS, KEY_COLUMNS, TABLES
from allears_core import records

_ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64()}
Items = list[tuple[records.Record, bytes]]


@dataclass(frozen=True)
class AcdState:
    """One state of one agent as the switchboard logged it; times are aware, end after start."""

    agent: str
    state: str
    start: dt.datetime
    end: dt.datetime


def arrow_of_records(unit: str, log_id: str, stream: str, items: Items) -> dict[str, pa.Table]:
    """Typed tables by name, one for each record name that occurs in `items`."""
    by_name: dict[str, list[records.Record]] = {}
    for record, _ in items:
        by_name.setdefault(record.name, []).append(record)
    return {TABLES[name]: _typed(name, unit, log_id, stream, found) for name, found in by_name.items()}


def _typed(name: str, unit: str, log_id: str, stream: str, found: list[records.Record]) -> pa.Table:
    n = len(found)
    columns = [
        _strings(unit, n),
        _strings(log_id, n),
        _strings(stream, n),
        pa.array([record.boot for record in found], pa.int32()),
        pa.array([record.seq for record in found], pa.int64()),
        pa.array([record.ms for record in found], pa.int64()),
    ]
    names = [key[0] for key in KEY_COLUMNS]
    for column in COLUMNS[name]:
        values = [column.decode(record.values[column.field]) for record in found]
        columns.append(pa.array(values, _ARROW[column.sql_type]))
        names.append(column.name)
    return pa.table(columns, names=names)


def arrow_of_raw(unit: str, log_id: str, stream: str, items: Items) -> pa.Table:
    """The records as they came, byte for byte."""
    n = len(items)
    columns = [
        _strings(unit, n),
        _strings(log_id, n),
        _strings(stream, n),
        pa.array([record.seq for record, _ in items], pa.int64()),
        pa.array([record.name for record, _ in items], pa.string()),
        pa.array([bytes(raw) for _, raw in items], pa.binary()),
    ]
    return pa.table(columns, names=["unit", "log_id", "stream", "seq", "name", "raw"])


def arrow_of_acd(states: Sequence[AcdState], profile: str, source: str, example: bool) -> pa.Table:
    """Imported states with times in UTC."""
    n = len(states)
    columns = [
        pa.array([state.agent for state in states], pa.string()),
        pa.array([state.state for state in states], pa.string()),
        pa.array([_utc(state.start) for state in states], pa.timestamp("us")),
        pa.array([_utc(state.end) for state in states], pa.timestamp("us")),
        _strings(profile, n),
        _strings(source, n),
        pa.array([example] * n, pa.bool_()),
    ]
    return pa.table(columns, names=["agent", "state", "start_utc", "end_utc", "profile", "source", "example"])


def _utc(time: dt.datetime) -> dt.datetime:
    return time.astimezone(dt.UTC).replace(tzinfo=None)


def _strings(value: str, n: int) -> pa.Array:
    return pa.array([value] * n, pa.string())
