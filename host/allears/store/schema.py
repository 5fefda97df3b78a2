"""The store's schema: named migrations, each applied once in a transaction and written down."""

from collections.abc import Iterator

import duckdb

from allears.store.columns import COLUMNS, KEY_COLUMNS, TABLES

_HOUSE = """
CREATE TABLE units (
  unit VARCHAR NOT NULL, log_id VARCHAR NOT NULL, serial VARCHAR, pseudonym VARCHAR NOT NULL, team VARCHAR,
  site VARCHAR, firmware VARCHAR, profile VARCHAR, example BOOLEAN NOT NULL, PRIMARY KEY (unit, log_id));
CREATE TABLE cursors (
  unit VARCHAR NOT NULL, log_id VARCHAR NOT NULL, stream VARCHAR NOT NULL, next_seq BIGINT NOT NULL,
  PRIMARY KEY (unit, log_id, stream));
CREATE TABLE records (
  unit VARCHAR NOT NULL, log_id VARCHAR NOT NULL, stream VARCHAR NOT NULL, seq BIGINT NOT NULL,
  name VARCHAR NOT NULL, raw BLOB NOT NULL);
CREATE TABLE acd_states (
  agent VARCHAR NOT NULL, state VARCHAR NOT NULL, start_utc TIMESTAMP NOT NULL, end_utc TIMESTAMP NOT NULL,
  profile VARCHAR NOT NULL, source VARCHAR NOT NULL, example BOOLEAN NOT NULL);
"""


def quoted(name: str) -> str:
    """SQL identifier."""
    return f'"{name}"'


def _typed_tables() -> Iterator[str]:
    for record, table in TABLES.items():
        rows = [(name, kind, meaning) for name, kind, meaning in KEY_COLUMNS]
        rows += [(column.name, column.sql_type, column.meaning) for column in COLUMNS[record]]
        yield f"CREATE TABLE {table} ({', '.join(f'{quoted(name)} {kind}' for name, kind, _ in rows)})"
        for name, _, meaning in rows:
            text = meaning.replace("'", "''")
            yield f"COMMENT ON COLUMN {table}.{quoted(name)} IS '{text}'"


MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("units, raw records, one typed table a record, imported states", (_HOUSE, *_typed_tables())),
)
SCHEMA_VERSION = len(MIGRATIONS)


def _growth(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Statements that add the columns of record fields younger than the store."""
    known = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    return [
        f"ALTER TABLE {table} ADD COLUMN {quoted(column.name)} {column.sql_type}"
        for record, table in TABLES.items()
        for column in COLUMNS[record]
        if (table, column.name) not in known
    ]


def is_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """True if nothing is left for `migrate` to do."""
    return version_of(connection) == SCHEMA_VERSION and not _growth(connection)


def version_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Schema version written in the store; 0 for a new, empty one."""
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_version'").fetchall():
        return 0
    return int(connection.execute("SELECT max(version) FROM schema_version").fetchall()[0][0])


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the store to SCHEMA_VERSION, all or nothing for each migration, then add columns of new record fields."""
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
