"""What a ledger knows of people besides groups: which files hold their rows, and whom forgetting was begun for."""

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from allears.errors import BadInput

TOKEN_DIGITS = 32
SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT NOT NULL, member TEXT NOT NULL, issued_utc TEXT NOT NULL, PRIMARY KEY (path, member)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unfinished (member TEXT PRIMARY KEY, logs TEXT NOT NULL, files TEXT NOT NULL) WITHOUT ROWID;
"""


def file_name(name: str) -> str:
    """A person's or team's name as it stands in names of files and folders: letters, digits, _ and hyphens."""
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "unnamed"


@dataclass(frozen=True)
class Unfinished:
    """What is still to be cleaned of somebody: ids of their logs, and files that hold rows of theirs."""

    logs: tuple[str, ...]
    files: tuple[Path, ...]


class Notes:
    """The part of the ledger that is about files; a Ledger is one. People stand under keyed tokens."""

    _db: sqlite3.Connection
    _key: bytes

    def _token(self, name: str) -> str:
        return hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()[:TOKEN_DIGITS]

    def note_file(self, path: Path, people: Iterable[str], issued: dt.datetime) -> None:
        """Write down that a file at `path` holds rows of these people now, and of nobody else it held before.

        For `forget`, which takes it away with the first of them.
        """
        place, at = str(path.resolve()), issued.astimezone(dt.UTC).isoformat()
        with self._together():
            self._db.execute("DELETE FROM files WHERE path = ?", [place])
            self._db.executemany(
                "INSERT INTO files VALUES (?, ?, ?)", [(place, self._token(name), at) for name in {*people}]
            )

    @contextlib.contextmanager
    def _together(self) -> Iterator[None]:
        """All of it or nothing; a Ledger names what SQLite says."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:  # a full disk has ended it by itself
                self._db.execute("ROLLBACK")

    def claim(self, paths: Sequence[Path], name: str, issued: dt.datetime) -> None:
        """Note files that are about to be written and hold rows of one person alone, before there is anything in them.

        BadInput, and nothing noted, where one of them is there and holds rows of somebody else.
        """
        for path in paths:
            others = "SELECT 1 FROM files WHERE path = ? AND member <> ?"
            if (
                path.exists()
                and self._db.execute(others, [str(path.resolve()), self._token(name)]).fetchone()
            ):
                raise BadInput(f"{path} holds rows of somebody else", "choose another folder with --out")
        for path in paths:
            self.note_file(path, [name], issued)

    def files_of(self, name: str) -> list[Path]:
        """Files written down as holding rows of this person."""
        rows = self._db.execute("SELECT path FROM files WHERE member = ? ORDER BY path", [self._token(name)])
        return [Path(path) for (path,) in rows]

    def unfinished(self, name: str) -> Unfinished | None:
        """What an earlier forgetting of this person left to be done; None if none was cut short."""
        row = self._db.execute(
            "SELECT logs, files FROM unfinished WHERE member = ?", [self._token(name)]
        ).fetchone()
        return Unfinished(tuple(json.loads(row[0])), tuple(map(Path, json.loads(row[1])))) if row else None

    def begin_forgetting(self, name: str, logs: Sequence[str], files: Sequence[Path]) -> None:
        """Write down, before anything goes, what is to be cleaned: so that it can be done again if it is cut short."""
        told = json.dumps(list(logs)), json.dumps([str(path) for path in files])
        self._db.execute("INSERT OR REPLACE INTO unfinished VALUES (?, ?, ?)", [self._token(name), *told])

    def end_forgetting(self, name: str) -> None:
        """Nothing is left to be cleaned of this person."""
        self._db.execute("DELETE FROM unfinished WHERE member = ?", [self._token(name)])
