"""The release ledger: which groups every report ever issued has spoken of, day by day, without a name.

Each figure of a group is made of slices: one local day, or one half-hour of a day. A slice of a new report is
admitted if no combination with slices already released could speak of fewer than five people (see atoms). What is not
admitted is left out of the report, totals included, and counted. People stand in the ledger under keyed tokens;
forgetting a person replaces their token by a random one, so that protection outlives the name.
"""

import datetime as dt
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from allears.errors import AllEarsError, BadInput, StoreLocked, unwritable
from allears.privacy.notes import SCHEMA, TOKEN_DIGITS, Notes
from allears.privacy.suppression import History, decide, is_small, member

WHOLE_DAY = -1
VERSION_DIGITS = 16
_WAIT_S = 10.0  # for another report that is being issued
_SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (token_key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS group_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS groups (id INTEGER NOT NULL, member TEXT NOT NULL, PRIMARY KEY (id, member)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slices (
    family TEXT NOT NULL, date TEXT NOT NULL, minute INTEGER NOT NULL, group_id INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    PRIMARY KEY (family, date, minute, group_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS releases (
    id INTEGER PRIMARY KEY, issued_utc TEXT NOT NULL, what TEXT NOT NULL, admitted INTEGER NOT NULL,
    suppressed INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS zones (team TEXT PRIMARY KEY, zone TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, order=True)
class Slice:
    """What a sum is made of: a family of figures (figures of one family can be subtracted from one another), a local
    day, and the local minute at which a half-hour begins, or WHOLE_DAY."""

    family: str
    date: dt.date
    minute: int = WHOLE_DAY


@dataclass(frozen=True)
class Within:
    """Whose figures a release holds, and the zone (IANA name) in which their days begin."""

    team: str
    zone: str


@dataclass(frozen=True)
class Admitted:
    """kept: slices that may go into the report. small: left out for fewer than five people. told_apart: left out
    because, beside an earlier report, they would speak of fewer than five."""

    kept: frozenset[Slice]
    small: frozenset[Slice]
    told_apart: frozenset[Slice]

    def dates(self, family: str) -> list[dt.date]:
        """Days kept of a family, oldest first."""
        return sorted({kept.date for kept in self.kept if kept.family == family})


class Ledger(Notes):
    """An open ledger; use it as a context manager. `path` None keeps it in memory (previews, tests).

    Raises BadInput if the file is something else, StoreLocked if another report is being issued for too long.
    """

    def __init__(self, path: Path | None):
        self.path = path
        fresh = path is not None and not path.exists()
        try:
            self._db = sqlite3.connect(path or ":memory:", timeout=_WAIT_S, isolation_level=None)
            if fresh and path is not None:
                os.chmod(path, 0o600)
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(_SCHEMA + SCHEMA)
            self._key = self._token_key()
        except sqlite3.Error as error:
            raise _named(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise _named(error, self.path) from error

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._db.close()

    def release(
        self,
        what: str,
        slices: Mapping[Slice, Iterable[str] | Mapping[str, str]],
        issued: dt.datetime,
        within: Within | None = None,
    ) -> Admitted:
        """Decide which slices a report may use and write down that it was issued, at once.

        what: kind and name of the report. slices: who stands behind each; with a mapping, also a text that changes
        when that person's data of the day do (the same in all slices of the day), so that data that came late cannot
        be told by the difference. issued: aware. within: whose days these are, and in which zone; AllEarsError if the
        team was shown in another one.
        """
        try:
            with self._together():
                if within is not None:
                    self._require_zone(within)
                admitted = self._decide(slices)
                if within is not None and admitted.kept:
                    self._db.execute("INSERT OR IGNORE INTO zones VALUES (?, ?)", [within.team, within.zone])
                left_out = len(admitted.small) + len(admitted.told_apart)
                self._db.execute(
                    "INSERT INTO releases (issued_utc, what, admitted, suppressed) VALUES (?, ?, ?, ?)",
                    [issued.astimezone(dt.UTC).isoformat(), what, len(admitted.kept), left_out],
                )
        except sqlite3.Error as error:
            raise _named(error, self.path) from error
        return admitted

    def _require_zone(self, within: Within) -> None:
        """A day of one zone less the same day of another is a few hours at its ends, in which few may be at work."""
        known = self._db.execute("SELECT zone FROM zones WHERE team = ?", [within.team]).fetchone()
        if known and known[0] != within.zone:
            raise AllEarsError(
                f"team {within.team} was shown in days of {known[0]}, and beside those the days of {within.zone} "
                "could tell of one person",
                f"add --time-zone {known[0]}",
            )

    def _decide(self, slices: Mapping[Slice, Iterable[str] | Mapping[str, str]]) -> Admitted:
        kept: set[Slice] = set()
        small: set[Slice] = set()
        apart: set[Slice] = set()
        days: dict[tuple[str, dt.date], dict[int, frozenset[str]]] = {}
        for one, names in slices.items():
            versions = names if isinstance(names, Mapping) else dict.fromkeys(names, "")
            group = frozenset(self._member(name, version) for name, version in versions.items())
            days.setdefault((one.family, one.date), {})[one.minute] = group
        for (family, date), groups in sorted(days.items()):
            population = groups.get(WHOLE_DAY)
            slots = {minute: group for minute, group in groups.items() if minute != WHOLE_DAY}
            decision = decide(population, slots, self._history(family, date))
            if decision.whole:
                self._write(family, date, population, slots, decision.minutes)
            for minute, group in groups.items():
                one = Slice(family, date, minute)
                if decision.whole and (minute == WHOLE_DAY or minute in decision.minutes):
                    kept.add(one)
                else:
                    (small if is_small(group) else apart).add(one)
        return Admitted(frozenset(kept), frozenset(small), frozenset(apart))

    def _history(self, family: str, date: dt.date) -> History:
        rows = self._db.execute(
            "SELECT s.minute, s.shown, g.id, g.member FROM slices s JOIN groups g ON g.id = s.group_id "
            "WHERE s.family = ? AND s.date = ?",
            [family, date.isoformat()],
        )
        members: dict[tuple[int, int, int], set[str]] = {}
        for minute, shown, number, who in rows:
            members.setdefault((minute, shown, number), set()).add(who)
        history = History()
        for (minute, shown, _), group in members.items():
            if minute == WHOLE_DAY:
                history.days.add(frozenset(group))
            else:
                part = history.shown if shown else history.withheld
                part.setdefault(minute, set()).add(frozenset(group))
        return history

    def _write(
        self,
        family: str,
        date: dt.date,
        population: frozenset[str] | None,
        slots: Mapping[int, frozenset[str]],
        minutes: frozenset[int],
    ) -> None:
        rows = [(minute, group, int(minute in minutes)) for minute, group in slots.items()]
        rows += [(WHOLE_DAY, population, 1)] if population is not None else []
        self._db.executemany(
            "INSERT INTO slices VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET shown = max(shown, excluded.shown)",
            [
                (family, date.isoformat(), minute, self._group(group), shown)
                for minute, group, shown in rows
                if group
            ],
        )

    def _group(self, people: frozenset[str]) -> int:
        """Number of a group, the one it has had before if there was one."""
        name = hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest()
        known = self._db.execute("SELECT id FROM group_names WHERE name = ?", [name]).fetchone()
        if known:
            return int(known[0])
        number = int(self._db.execute("INSERT INTO group_names (name) VALUES (?)", [name]).lastrowid or 0)
        self._db.executemany(
            "INSERT INTO groups VALUES (?, ?)", [(number, member) for member in sorted(people)]
        )
        return number

    def _member(self, name: str, version: str) -> str:
        return member(
            self._token(name), self._token(f"{name}\n{version}")[:VERSION_DIGITS] if version else ""
        )

    def _token_key(self) -> bytes:
        row = self._db.execute("SELECT token_key FROM secret").fetchone()
        if row:
            return bytes(row[0])
        key = secrets.token_bytes(32)
        self._db.execute("INSERT INTO secret VALUES (?)", [key])
        return key

    def forget(self, name: str) -> int:
        """Replace a person's token by a random one, for good, and drop the list of their files.

        The groups they stood in keep their size, so that no later report can be subtracted from an earlier one.
        Returns in how many groups they stood.
        """
        token, stranger = self._token(name), secrets.token_hex(TOKEN_DIGITS // 2)
        self._db.execute("BEGIN IMMEDIATE")
        mine = "substr(member, 1, length($token)) = $token"
        rows = self._db.execute(f"SELECT DISTINCT id FROM groups WHERE {mine}", {"token": token})
        groups = [number for (number,) in rows.fetchall()]
        renaming = f"UPDATE groups SET member = $stranger || substr(member, length($token) + 1) WHERE {mine}"
        self._db.execute(renaming, {"token": token, "stranger": stranger})
        for number in groups:
            members = [m for (m,) in self._db.execute("SELECT member FROM groups WHERE id = ?", [number])]
            renamed = hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()
            self._db.execute("UPDATE group_names SET name = ? WHERE id = ?", [renamed, number])
        self._db.execute("DELETE FROM files WHERE path IN (SELECT path FROM files WHERE member = ?)", [token])
        self._db.execute("COMMIT")
        self._db.execute("VACUUM")
        return len(groups)

    def count(self) -> dict[str, int]:
        """How many reports were issued, and how many slices were shown and left out in them."""
        row = self._db.execute(
            "SELECT count(*), coalesce(sum(admitted), 0), coalesce(sum(suppressed), 0) FROM releases"
        ).fetchone()
        return {"reports": int(row[0]), "shown": int(row[1]), "left_out": int(row[2])}


def beside(store: Path) -> Path | None:
    """Where the ledger of a store lies: next to it; None for a store in memory."""
    return None if str(store) == ":memory:" else store.with_name(store.name + ".releases")


def _named(error: sqlite3.Error, path: Path | None) -> AllEarsError:
    if "locked" in str(error):
        return StoreLocked(f"the release ledger {path} is in use by another process", "wait for it to end")
    if isinstance(error, sqlite3.OperationalError):
        return unwritable(f"the release ledger {path}", error)
    return BadInput(
        f"the release ledger {path} cannot be used ({error})",
        "put back a copy of it; without it no report of a group may be issued from this store",
    )
