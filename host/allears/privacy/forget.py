"""Forgetting an agent: store, release ledger, reports and exports; and the search afterwards that shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from allears.errors import NotEnoughData
from allears.privacy.ledger import Ledger, beside
from allears.privacy.notes import Unfinished, file_name
from allears.privacy.rewrite import erase, is_searched, rewrite, search
from allears.store import Store

_NAMES = ("pseudonym", "agent")  # columns that name a person


@dataclass(frozen=True)
class Forgotten:
    """What was found of an agent, what was done, and what a search afterwards still finds.

    rows: deleted, by table. groups: in how many groups of the ledger a random token now stands for them. removed:
    reports and exports taken away. before, after: how often their name or a log of theirs stood in a file; only files
    where it did. searched: files looked through afterwards. unsearched: names too short to look for byte by byte, or
    part of the name of somebody who stays.
    """

    pseudonym: str
    rows: dict[str, int]
    groups: int
    removed: tuple[Path, ...]
    before: dict[Path, int]
    after: dict[Path, int]
    searched: tuple[Path, ...]
    unsearched: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """For `--json`: plain types."""
        return {
            "rows": self.rows,
            "groups": self.groups,
            "removed": [str(path) for path in self.removed],
            "before": {str(path): times for path, times in self.before.items()},
            "after": {str(path): times for path, times in self.after.items()},
            "searched": [str(path) for path in self.searched],
            "unsearched": list(self.unsearched),
            "gone": not self.after,
        }


def forget(store_path: Path, pseudonym: str, folders: Sequence[Path] = ()) -> Forgotten:
    """Take an agent out of the store, its ledger and every file written down there as holding rows of theirs.

    folders: looked through before and afterwards; what this product wrote of the agent in them is removed too. A clip
    may still hold the log: the store remembers it by its hash and takes it no more. NotEnoughData if nothing of them
    is known. Cut short, it leaves in the ledger what is still to be done, and doing it again finishes it.
    """
    with Store(store_path) as store, Ledger(beside(store.path)) as ledger:
        begun = ledger.unfinished(pseudonym)
        earlier = begun or Unfinished((), ())
        logs = list(dict.fromkeys([*_logs(store.connection, pseudonym), *earlier.logs]))
        noted = list(dict.fromkeys([*ledger.files_of(pseudonym), *earlier.files]))
        texts = [pseudonym, *logs]
        unsearched = tuple(text for text in texts if not is_searched(text) or _inside(store.connection, text))
        wanted = [text for text in texts if text not in unsearched]
        before = _search(store_path, folders, wanted)
        ledger.begin_forgetting(pseudonym, logs, noted)
        rows = _delete(store.connection, pseudonym)
        groups = ledger.forget(pseudonym)
        pages = _pages(_others(store_path, folders), pseudonym, before)
        removed = tuple(path for path in dict.fromkeys([*noted, *pages]) if erase(path))
        for folder in {path.parent for path in noted if path.parent.name == file_name(pseudonym)}:
            _remove_empty(folder)
        if not (rows or groups or removed or begun):
            ledger.end_forgetting(pseudonym)
            raise NotEnoughData(f"nothing is known of agent {pseudonym}", "check the pseudonym")
        rewrite(store.connection, store.path)
        ledger.end_forgetting(pseudonym)
    searched = (*_own(store_path), *_others(store_path, folders))
    after = _search(store_path, folders, wanted)
    return Forgotten(pseudonym, rows, groups, removed, before, after, searched, unsearched)


def _search(store_path: Path, folders: Sequence[Path], texts: Sequence[str]) -> dict[Path, int]:
    return search(_own(store_path), texts) | search(_others(store_path, folders), texts, whole_words=True)


def _own(store_path: Path) -> list[Path]:
    """The store, its write-ahead log, its ledger and their journals."""
    return sorted(path for path in store_path.parent.glob(f"{store_path.name}*") if path.is_file())


def _others(store_path: Path, folders: Sequence[Path]) -> list[Path]:
    """All files of `folders` but the store's own."""
    own = {path.resolve() for path in _own(store_path)}
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in dict.fromkeys(found) if path.resolve() not in own]


def _pages(files: Sequence[Path], pseudonym: str, named: Collection[Path]) -> list[Path]:
    """What this product wrote of the agent: files called allears-…; a chart bears the name outside only."""
    chart = f"allears-agent-{file_name(pseudonym)}-"
    return [
        path
        for path in files
        if path.name.startswith("allears-")
        and (path in named or (path.suffix == ".png" and path.name.startswith(chart)))
    ]


def _remove_empty(folder: Path) -> None:
    """An export's folder bears the name; where there is something else in it, it stays."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _inside(connection: duckdb.DuckDBPyConnection, text: str) -> bool:
    """Whether a text stands inside the name of somebody else, who stays."""
    rows = connection.execute(
        "SELECT count(*) FROM (SELECT pseudonym AS name FROM units UNION SELECT agent FROM acd_states) "
        "WHERE contains(name, $text) AND name <> $text",
        {"text": text},
    ).fetchall()
    return bool(rows[0][0])


def _logs(connection: duckdb.DuckDBPyConnection, pseudonym: str) -> list[str]:
    rows = connection.execute("SELECT DISTINCT log_id FROM units WHERE pseudonym = ?", [pseudonym]).fetchall()
    return [log_id for (log_id,) in rows]


def _delete(connection: duckdb.DuckDBPyConnection, pseudonym: str) -> dict[str, int]:
    """Delete every row of the agent from every table, now and of whatever table is added later. Rows by table."""
    connection.begin()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT unit, log_id FROM units WHERE pseudonym = ?", [pseudonym]
    )
    connection.execute(
        "INSERT INTO forgotten SELECT DISTINCT sha256(unit || log_id) FROM gone ON CONFLICT DO NOTHING"
    )
    deleted: dict[str, int] = {}
    for table, columns in _tables(connection).items():
        conditions = [f"{name} = $name" for name in _NAMES if name in columns]
        if {"unit", "log_id"} <= columns:
            conditions.append("(unit, log_id) IN (SELECT unit, log_id FROM gone)")
        if conditions:
            values = {"name": pseudonym} if conditions[0].endswith("$name") else {}
            statement = f'DELETE FROM "{table}" WHERE {" OR ".join(conditions)}'
            count = int(connection.execute(statement, values or None).fetchall()[0][0])
            deleted |= {table: count} if count else {}
    connection.execute("DROP TABLE gone")
    connection.commit()
    return deleted


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND table_name <> 'gone' "
        "AND database_name = current_database()"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found
