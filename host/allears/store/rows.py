"""Records and imported states as Arrow tables, column by column, in the order of the store's tables."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from allears.store.columns import COLUMNS, KEY_COLUMNS, TABLES, same
from allears_core import records

_ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64()}
Items = list[tuple[records.Record, bytes]]


@dataclass(frozen=True)
class AcdState:
    """One state of one agent as the switchboard logged it; times are aware, end after start.

    team, reason: as the file has them. contacts: contacts in hand at once, begins: contacts that begin with this row;
    None where nobody counted. rebuilt: the times are put together from a date and durations. offset_ms: what the store
    adds to the times to make them the clips'.
    """

    agent: str
    state: str
    start: dt.datetime
    end: dt.datetime
    team: str | None = None
    reason: str | None = None
    contacts: int | None = None
    begins: int | None = None
    rebuilt: bool = False
    offset_ms: int = 0


@dataclass(frozen=True)
class AcdImport:
    """What is written down about one imported file; times in ms, see schema.HOUSE["acd_imports"]."""

    file_id: str
    source: str
    profile: str
    zone: str
    rows: int
    quarantined: int
    overlap_ms: int
    offset_ms: int = 0
    offset_low_ms: int | None = None
    offset_high_ms: int | None = None
    offset_calls: int = 0


@dataclass(frozen=True)
class Batch:
    """Records of one stream of one log, with their raw bytes."""

    unit: str
    log_id: str
    stream: str
    items: Items


def arrow_of_records(batches: Sequence[Batch]) -> dict[str, pa.Table]:
    """Typed tables by name, one for each record name that occurs."""
    by_name: dict[str, list[tuple[Batch, records.Record]]] = {}
    for batch in batches:
        for record, _ in batch.items:
            by_name.setdefault(record.name, []).append((batch, record))
    return {TABLES[name]: _typed(name, found) for name, found in by_name.items()}


def _typed(name: str, found: list[tuple[Batch, records.Record]]) -> pa.Table:
    columns = [
        pa.array([batch.unit for batch, _ in found], pa.string()),
        pa.array([batch.log_id for batch, _ in found], pa.string()),
        pa.array([batch.stream for batch, _ in found], pa.string()),
        pa.array([record.boot for _, record in found], pa.int32()),
        pa.array([record.seq for _, record in found], pa.int64()),
        pa.array([record.ms for _, record in found], pa.int64()),
    ]
    names = [key[0] for key in KEY_COLUMNS]
    for column in COLUMNS[name]:
        values = [record.values[column.field] for _, record in found]
        if column.decode is not same:  # few values occur often: each is decoded once
            decoded = {value: column.decode(value) for value in set(values)}
            values = [decoded[value] for value in values]
        columns.append(pa.array(values, _ARROW[column.sql_type]))
        names.append(column.name)
    return pa.table(columns, names=names)


def arrow_of_raw(batches: Sequence[Batch]) -> pa.Table:
    """The records as they came, byte for byte."""
    rows = [(batch, record, raw) for batch in batches for record, raw in batch.items]
    columns = {
        "unit": pa.array([batch.unit for batch, _, _ in rows], pa.string()),
        "log_id": pa.array([batch.log_id for batch, _, _ in rows], pa.string()),
        "stream": pa.array([batch.stream for batch, _, _ in rows], pa.string()),
        "seq": pa.array([record.seq for _, record, _ in rows], pa.int64()),
        "name": pa.array([record.name for _, record, _ in rows], pa.string()),
        "raw": pa.array([bytes(raw) for _, _, raw in rows], pa.binary()),
    }
    return pa.table(columns)


def arrow_of_cursors(batches: Sequence[Batch]) -> pa.Table:
    """The first sequence number after each batch; its items are in order."""
    columns = {
        "unit": pa.array([batch.unit for batch in batches], pa.string()),
        "log_id": pa.array([batch.log_id for batch in batches], pa.string()),
        "stream": pa.array([batch.stream for batch in batches], pa.string()),
        "next_seq": pa.array([batch.items[-1][0].seq + 1 for batch in batches], pa.int64()),
    }
    return pa.table(columns)


def arrow_of_acd(states: Sequence[AcdState], profile: str, source: str, example: bool) -> pa.Table:
    """Imported states with times in UTC, each moved by its offset."""
    n = len(states)
    columns = {
        "agent": pa.array([state.agent for state in states], pa.string()),
        "state": pa.array([state.state for state in states], pa.string()),
        "start_utc": pa.array([_utc(state.start, state.offset_ms) for state in states], pa.timestamp("us")),
        "end_utc": pa.array([_utc(state.end, state.offset_ms) for state in states], pa.timestamp("us")),
        "profile": _strings(profile, n),
        "source": _strings(source, n),
        "example": pa.array([example] * n, pa.bool_()),
        "team": pa.array([state.team for state in states], pa.string()),
        "reason": pa.array([state.reason for state in states], pa.string()),
        "contacts": pa.array([state.contacts for state in states], pa.int32()),
        "begins": pa.array([state.begins for state in states], pa.int32()),
        "rebuilt": pa.array([state.rebuilt for state in states], pa.bool_()),
        "offset_ms": pa.array([state.offset_ms for state in states], pa.int64()),
    }
    return pa.table(columns)


def _utc(time: dt.datetime, offset_ms: int) -> dt.datetime:
    return time.astimezone(dt.UTC).replace(tzinfo=None) + dt.timedelta(milliseconds=offset_ms)


def _strings(value: str, n: int) -> pa.Array:
    return pa.array([value] * n, pa.string())
