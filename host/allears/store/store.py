"""The store: one DuckDB file that holds what clips logged and what the switchboard exported."""

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import platformdirs

from allears.errors import AllEarsError, BadInput, MissingInput, StoreLocked, StoreVersion, unwritable
from allears.store import schema
from allears.store.rows import (
    AcdImport,
    AcdState,
    Batch,
    arrow_of_acd,
    arrow_of_cursors,
    arrow_of_raw,
    arrow_of_records,
)
from allears_core import records

ENVIRONMENT = "ALLEARS_STORE"


def default_path() -> Path:
    """Where the store lives unless `--store` says otherwise: $ALLEARS_STORE, else the user's data folder."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("allears", False)) / "allears.duckdb"


@dataclass(frozen=True)
class Ingested:
    """new: records written; known: records that were there already and were left as they are."""

    new: int
    known: int


class Store:
    """An open store; use it as a context manager.

    read_only: several readers may share the file; nothing is created and nothing can be written.
    Raises MissingInput, BadInput (no DuckDB file, one of something else, or a damaged one), StoreLocked, StoreVersion
    (written by a newer release).
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, read_only: bool = False):
        self.path = Path(path) if path is not None else default_path()
        self.connection = _open(self.path, read_only)
        try:
            self._check_version(read_only)
        except duckdb.Error as error:
            self.connection.close()
            raise _named(error, self.path) from error
        except BaseException:
            self.connection.close()
            raise

    def _check_version(self, read_only: bool) -> None:
        if schema.is_foreign(self.connection):
            raise BadInput(f"{self.path} is not an AllEars store", _CHOOSE)
        version = schema.version_of(self.connection)
        if version > schema.SCHEMA_VERSION:
            raise StoreVersion(
                f"the store {self.path} has schema {version} and this release reads up to {schema.SCHEMA_VERSION}",
                "upgrade allears or choose another file with --store",
            )
        if not read_only:
            schema.migrate(self.connection)
        elif not schema.is_current(self.connection):
            raise StoreVersion(
                f"the store {self.path} was written by an older release",
                "open it once for writing, for example with `allears pull`",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, duckdb.Error):
            if _is_unwritable(error):
                raise unwritable(f"the store {self.path}", error) from error
            if _is_damage(error):
                raise _named(error, self.path) from error

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self.connection.close()

    def put_unit(
        self,
        unit: str,
        log_id: str,
        *,
        pseudonym: str,
        serial: str = "",
        team: str = "",
        site: str = "",
        firmware: str = "",
        profile: str = "",
        example: bool = False,
    ) -> None:
        """Say whose log (unit, log_id) is. Known logs are updated; `example` marks made-up data for ever.

        BadInput for a log whose agent was forgotten.
        """
        gone = self.connection.execute(
            "SELECT 1 FROM forgotten WHERE log = sha256(?)", [unit + log_id]
        ).fetchall()
        if gone:
            raise BadInput(
                f"the log of clip {unit} belongs to an agent who was forgotten here",
                "provision the clip for its new agent, which begins a new log",
            )
        told = (unit, log_id, serial, pseudonym, team, site, firmware, profile, example)
        if self._unit(unit, log_id) in (told, (*told[:-1], True)):
            return  # nothing new: a commit is a wait for the disk
        self.connection.execute(
            "INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET serial = excluded.serial, "
            "pseudonym = excluded.pseudonym, team = excluded.team, site = excluded.site, "
            "firmware = excluded.firmware, profile = excluded.profile, example = units.example OR excluded.example",
            list(told),
        )

    def _unit(self, unit: str, log_id: str) -> tuple[Any, ...] | None:
        """What is known of a log, in the order of the table's columns."""
        rows = self.connection.execute(
            "SELECT * FROM units WHERE unit = ? AND log_id = ?", [unit, log_id]
        ).fetchall()
        return rows[0] if rows else None

    def next_seq(self, unit: str, log_id: str, stream: int | str) -> int:
        """First sequence number not in the store yet: pull from here, and acknowledge below it."""
        rows = self.connection.execute(
            "SELECT next_seq FROM cursors WHERE unit = ? AND log_id = ? AND stream = ?",
            [unit, log_id, stream_name(stream)],
        ).fetchall()
        return int(rows[0][0]) if rows else 0

    def ingest(
        self, unit: str, log_id: str, stream: int | str, items: Iterable[tuple[records.Record, bytes]]
    ) -> Ingested:
        """Write records with their raw bytes in one transaction; on disk when it returns.

        items: (Record, raw) as records.Reader.feed gives them, any order. A record whose (unit, log_id, stream, seq)
        is known is left alone, so a repeated pull changes nothing. The log must have been named with put_unit.
        """
        (found,) = self.ingest_tray([(unit, log_id, stream, items)])
        return found

    def ingest_tray(
        self, pulled: Iterable[tuple[str, str, int | str, Iterable[tuple[records.Record, bytes]]]]
    ) -> list[Ingested]:
        """The same for many logs, (unit, log_id, stream, items) each, in one transaction: a whole tray at once.

        ValueError if one stream of a log comes twice.
        """
        batches, found, logs = [], [], set()
        cursors = self._cursors()
        for unit, log_id, stream, items in pulled:
            if (unit, log_id, stream_name(stream)) in logs:
                raise ValueError(f"log {log_id} of unit {unit} comes twice in one tray")
            logs.add((unit, log_id, stream_name(stream)))
            next_seq = cursors.get((unit, log_id, stream_name(stream)), 0)
            batch, given = self._new_of(unit, log_id, stream_name(stream), items, next_seq)
            found.append(Ingested(len(batch.items), given - len(batch.items)))
            if batch.items:
                batches.append(batch)
        if batches:
            with self._transaction():
                self._write(batches)
        return found

    def _cursors(self) -> dict[tuple[str, str, str], int]:
        """next_seq of every stream of every log."""
        rows = self.connection.execute("SELECT unit, log_id, stream, next_seq FROM cursors").fetchall()
        return {(unit, log_id, stream): int(next_seq) for unit, log_id, stream, next_seq in rows}

    def _new_of(
        self,
        unit: str,
        log_id: str,
        stream: str,
        items: Iterable[tuple[records.Record, bytes]],
        next_seq: int,
    ) -> tuple[Batch, int]:
        """What of `items` is not in the store yet, in order of sequence, and how many items there were."""
        by_seq: dict[int, tuple[records.Record, bytes]] = {}
        given = 0
        for record, raw in items:
            given += 1
            by_seq.setdefault(record.seq, (record, raw))
        if by_seq and next_seq > min(
            by_seq
        ):  # nothing at or above the cursor is known: the log need not be searched
            for seq in self._known(unit, log_id, stream, by_seq):
                del by_seq[seq]
        return Batch(unit, log_id, stream, [by_seq[seq] for seq in sorted(by_seq)]), given

    def put_acd(
        self,
        states: Sequence[AcdState],
        profile: str,
        source: str,
        example: bool = False,
        imported: AcdImport | None = None,
        replace: bool = False,
    ) -> int:
        """Write imported states in one transaction, with what is noted about their file; returns how many were new.

        States that are there already are left alone, but for their offset, which becomes the newest. replace: stored
        states in the way of new ones are deleted first.
        """
        batch = arrow_of_acd(states, profile, source, example)
        with self._transaction():
            self.connection.register("batch", batch)
            if replace:
                self.connection.execute(
                    "DELETE FROM acd_states s WHERE EXISTS (SELECT 1 FROM batch b WHERE s.agent = b.agent "
                    f"AND {_OVERLAP_ACD} AND NOT ({_SAME_ACD}))"
                )
            before = self._count("acd_states")
            self.connection.execute(
                "UPDATE acd_states s SET start_utc = b.start_utc, end_utc = b.end_utc, offset_ms = b.offset_ms "
                f"FROM batch b WHERE coalesce(s.offset_ms, 0) <> b.offset_ms AND {_SAME_ACD}"
            )
            self.connection.execute(
                "INSERT INTO acd_states BY NAME SELECT b.* FROM batch b "
                f"WHERE NOT EXISTS (SELECT 1 FROM acd_states s WHERE {_SAME_ACD})"
            )
            self.connection.unregister("batch")
            if imported:
                names = ", ".join(field.name for field in fields(imported))
                self.connection.execute(
                    f"INSERT OR REPLACE INTO acd_imports ({names}) VALUES ({', '.join('?' * len(fields(imported)))})",
                    list(astuple(imported)),
                )
            return self._count("acd_states") - before

    def acd_overlaps(self, states: Sequence[AcdState]) -> list[tuple[int, str]]:
        """(index in `states`, what is in the way) for states that overlap another one already stored.

        Compared on the switchboard's own clock: offsets added to stored times are taken off.
        """
        self.connection.register("batch", arrow_of_acd(states, "", "", False))
        rows = self.connection.execute(
            "SELECT b.row, min(s.state || ' from ' || s.start_utc || ' UTC') FROM "
            "(SELECT *, row_number() OVER () - 1 AS row FROM batch) b JOIN "
            f"(SELECT agent, state, {_own_clock('start_utc')} AS start_utc, {_own_clock('end_utc')} AS end_utc "
            "FROM acd_states) s ON s.agent = b.agent AND s.start_utc < b.end_utc AND b.start_utc < s.end_utc "
            "AND (s.start_utc, s.end_utc, s.state) <> (b.start_utc, b.end_utc, b.state) GROUP BY b.row ORDER BY b.row"
        ).fetchall()
        self.connection.unregister("batch")
        return [(int(row), str(text)) for row, text in rows]

    def _known(self, unit: str, log_id: str, stream: str, by_seq: dict[int, Any]) -> list[int]:
        rows = self.connection.execute(
            "SELECT seq FROM records WHERE unit = ? AND log_id = ? AND stream = ? AND seq BETWEEN ? AND ?",
            [unit, log_id, stream, min(by_seq), max(by_seq)],
        ).fetchall()
        return [seq for (seq,) in rows if seq in by_seq]

    def _write(self, batches: list[Batch]) -> None:
        logs = {(batch.unit, batch.log_id) for batch in batches}
        unnamed = logs - set(self.connection.execute("SELECT unit, log_id FROM units").fetchall())
        if unnamed:
            unit, log_id = min(unnamed)
            raise ValueError(f"log {log_id} of unit {unit} has no owner: call put_unit first")
        tables = {**arrow_of_records(batches), "records": arrow_of_raw(batches)}
        for name, table in tables.items():
            self.connection.register("batch", table)
            self.connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM batch")
            self.connection.unregister("batch")
        self.connection.register("batch", arrow_of_cursors(batches))
        self.connection.execute(
            "INSERT INTO cursors SELECT * FROM batch "
            "ON CONFLICT DO UPDATE SET next_seq = greatest(cursors.next_seq, excluded.next_seq)"
        )
        self.connection.unregister("batch")

    def _count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    def _transaction(self) -> "_Transaction":
        return _Transaction(self.connection, self.path)


def _own_clock(column: str, table: str = "") -> str:
    """SQL: a stored time as the switchboard had it."""
    return f"{table}{column} - to_milliseconds(coalesce({table}offset_ms, 0))"


_SAME_ACD = "s.agent = b.agent AND s.state = b.state AND " + " AND ".join(
    f"{_own_clock(column, 's.')} = {_own_clock(column, 'b.')}" for column in ("start_utc", "end_utc")
)

_OVERLAP_ACD = (
    f"{_own_clock('start_utc', 's.')} < {_own_clock('end_utc', 'b.')} AND "
    f"{_own_clock('start_utc', 'b.')} < {_own_clock('end_utc', 's.')}"
)


class _Transaction:
    """All or nothing; a full or failing disk ends as an error a person can act on."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path):
        self._connection = connection
        self._path = path

    def __enter__(self) -> None:
        self._connection.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                self._connection.commit()
            except duckdb.Error as failure:
                if not _is_unwritable(failure):
                    raise
                raise unwritable(f"the store {self._path}", failure) from failure
            return
        with contextlib.suppress(duckdb.TransactionException):  # a full disk has ended it by itself
            self._connection.rollback()
        if isinstance(error, duckdb.Error) and _is_unwritable(error):
            raise unwritable(f"the store {self._path}", error) from error


def stream_name(stream: int | str) -> str:
    """`events` or `summaries` from the name itself or the index in records.STREAMS."""
    name = records.STREAMS[stream] if isinstance(stream, int) else stream
    if name not in records.STREAMS:
        raise ValueError(f"there is no stream {stream!r}")
    return name


def _open(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    if read_only and not path.exists():
        raise MissingInput(f"there is no store at {path}", "pull a clip first, or run `allears demo`")
    if path.is_dir():
        raise BadInput(f"{path} is a folder, not a store", "name a file with --store")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        raise _named(error, path) from error
    except OSError as error:
        raise MissingInput(
            f"the store's folder {path.parent} cannot be made ({error.strerror})", _CHOOSE
        ) from error


_CHOOSE = "choose another file with --store"


def _is_damage(error: duckdb.Error) -> bool:
    """True where the file's content is at fault, not what we asked of it."""
    return "Corrupt" in str(error) or isinstance(
        error, (duckdb.FatalException, duckdb.SerializationException)
    )


def _is_unwritable(error: duckdb.Error) -> bool:
    """True where the disk is full, fails, or may not be written."""
    return any(
        word in str(error) for word in ("Failed to commit", "Could not write", "No space left", "Read-only")
    )


def _named(error: duckdb.Error, path: Path) -> AllEarsError:
    """The store's own error for what DuckDB says about the file."""
    text = str(error)
    if "set lock" in text:
        return StoreLocked(f"the store {path} is in use by another process", "wait for it to end or close it")
    if "not a valid DuckDB" in text:
        return BadInput(f"{path} is not an AllEars store", _CHOOSE)
    if "version number" in text:
        return StoreVersion(f"{path} was written by a newer DuckDB", "upgrade allears or " + _CHOOSE)
    if _is_damage(error):
        return BadInput(
            f"the store {path} is damaged ({_first_line(error)})",
            "put back a copy of it, or pull and import again into another file with --store",
        )
    return MissingInput(f"the store {path} cannot be opened ({_first_line(error)})", _CHOOSE)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
