"""The store's schema: named migrations, each applied once in a transaction and written down."""

from collections.abc import Iterable, Iterator

import duckdb

from allears.store.columns import COLUMNS, KEY_COLUMNS, TABLES

_LOG = (
    ("unit", "VARCHAR", "unit id, hex"),
    ("log_id", "VARCHAR", "log, hex; a new owner of the clip gets a new log"),
)
_STREAM = ("stream", "VARCHAR", "events (the agent's) or summaries (the lead's)")
# table -> (meaning, columns (name, type, meaning), key); the typed tables of records follow from columns.COLUMNS.
HOUSE = {
    "units": (
        "Whose log is whose.",
        (
            *_LOG,
            ("serial", "VARCHAR", "serial number on the case"),
            ("pseudonym", "VARCHAR", "the agent"),
            ("team", "VARCHAR", "the agent's team"),
            ("site", "VARCHAR", ""),
            ("firmware", "VARCHAR", "version at the newest pull"),
            ("profile", "VARCHAR", "cue profile at the newest pull"),
            ("example", "BOOLEAN", "made-up data, for ever"),
        ),
        "unit, log_id",
    ),
    "cursors": (
        "Where the next pull begins.",
        (*_LOG, _STREAM, ("next_seq", "BIGINT", "first sequence number not in the store")),
        "unit, log_id, stream",
    ),
    "records": (
        "Every record as it came, once.",
        (
            *_LOG,
            _STREAM,
            ("seq", "BIGINT", "sequence in the stream"),
            ("name", "VARCHAR", "record type"),
            ("raw", "BLOB", "the record's bytes, header and CRC included"),
        ),
        "",
    ),
    "acd_states": (
        "States of agents as imported.",
        (
            ("agent", "VARCHAR", "the agent's pseudonym"),
            ("state", "VARCHAR", "talk, hold, acw, ready, break or other"),
            ("start_utc", "TIMESTAMP", "UTC"),
            ("end_utc", "TIMESTAMP", "UTC"),
            ("profile", "VARCHAR", "form of the file it came from"),
            ("source", "VARCHAR", "name of that file"),
            ("example", "BOOLEAN", "made-up data"),
            ("team", "VARCHAR", "the team that the file names"),
            ("reason", "VARCHAR", "the switchboard's own word for the state"),
            ("contacts", "INTEGER", "contacts in hand at once; NULL counts as one in talk, hold and acw"),
            ("begins", "INTEGER", "contacts that begin with this row; NULL where nobody counted"),
            ("rebuilt", "BOOLEAN", "times put together from a date and durations: right by the day only"),
            ("offset_ms", "BIGINT", "what was added to the file's times to make them the clips'"),
        ),
        "",
    ),
    "acd_imports": (
        "Files of states that were imported, each once.",
        (
            ("file_id", "VARCHAR", "SHA-256 of the file, first 16 hex digits"),
            ("source", "VARCHAR", "name of the file"),
            ("profile", "VARCHAR", "form of the file"),
            ("zone", "VARCHAR", "time zone of its local times"),
            ("rows", "BIGINT", "rows in the file"),
            ("quarantined", "BIGINT", "rows set aside as wrong"),
            ("overlap_ms", "BIGINT", "time that two rows of one agent claimed, given to one of them"),
            ("offset_ms", "BIGINT", "what was added to its times"),
            ("offset_low_ms", "BIGINT", "lower limit of that offset, NULL: not estimated"),
            ("offset_high_ms", "BIGINT", "upper limit, NULL: not estimated"),
            ("offset_calls", "BIGINT", "calls on which the estimate rests"),
        ),
        "file_id",
    ),
    "contests": (
        "Events that their agent contests. The agent's own, like the events.",
        (
            *_LOG,
            ("boot", "INTEGER", "boot id of the event"),
            ("seq", "BIGINT", "sequence of the event in the stream of events"),
            ("note", "VARCHAR", "in the agent's words, may be empty"),
            ("contested_utc", "TIMESTAMP", "UTC"),
        ),
        "unit, log_id, boot, seq",
    ),
    "forgotten": (
        "Logs that are taken no more: their agent was forgotten.",
        (("log", "VARCHAR", "SHA-256 of unit and log id, one after the other"),),
        "log",
    ),
}


def quoted(name: str) -> str:
    """SQL identifier."""
    return f'"{name}"'


def literal(text: object) -> str:
    """SQL string, for statements that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


def _create(table: str, columns: Iterable[tuple[str, str, str]], more: str = "") -> Iterator[str]:
    listed = list(columns)
    yield f"CREATE TABLE {table} ({', '.join(f'{quoted(name)} {kind}' for name, kind, _ in listed)}{more})"
    for name, _, meaning in listed:
        yield _comment(table, name, meaning)


def _comment(table: str, name: str, meaning: str) -> str:
    return f"COMMENT ON COLUMN {table}.{quoted(name)} IS {literal(meaning)}"


def _all_tables() -> dict[str, tuple[list[tuple[str, str, str]], str]]:
    """Table -> columns (name, type, meaning) and key, for house tables and those of records."""
    tables = {table: (list(columns), key) for table, (_, columns, key) in HOUSE.items()}
    for record, table in TABLES.items():
        typed = [(column.name, column.sql_type, column.meaning) for column in COLUMNS[record]]
        tables[table] = ([*KEY_COLUMNS, *typed], "")
    return tables


def _created(tables: Iterable[str]) -> Iterator[str]:
    for table in tables:
        columns, key = _all_tables()[table]
        yield from _create(table, columns, f", PRIMARY KEY ({key})" if key else "")


MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("units, raw records, one typed table a record, imported states", tuple(_created(_all_tables()))),
)
SCHEMA_VERSION = len(MIGRATIONS)


def _growth(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Statements that add the tables, and the columns of tables, that are younger than the store."""
    known = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    there = {table for table, _ in known}
    statements = list(_created(table for table in _all_tables() if table not in there))
    for table, (columns, _) in _all_tables().items():
        for name, kind, meaning in columns:
            if table in there and (table, name) not in known:
                statements.append(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {kind}")
                statements.append(_comment(table, name, meaning))
    return statements


def is_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """True if nothing is left for `migrate` to do."""
    return version_of(connection) == SCHEMA_VERSION and not _growth(connection)


def version_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Schema version written in the store; 0 for a new, empty one."""
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_version'").fetchall():
        return 0
    return int(connection.execute("SELECT max(version) FROM schema_version").fetchall()[0][0])


def is_foreign(connection: duckdb.DuckDBPyConnection) -> bool:
    """True for a DuckDB file with tables of something else."""
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return bool(tables) and "schema_version" not in tables


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the store to SCHEMA_VERSION, all or nothing for each migration, then add what is younger."""
    for version in range(version_of(connection) + 1, SCHEMA_VERSION + 1):
        name, statements = MIGRATIONS[version - 1]
        connection.begin()
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER, name VARCHAR)")
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (?, ?)", [version, name])
        connection.commit()
    added = _growth(connection)
    if added:
        connection.begin()
        for statement in added:
            connection.execute(statement)
        connection.commit()
