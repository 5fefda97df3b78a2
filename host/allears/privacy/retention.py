"""How long the store keeps what: events a short while, summaries and imported states longer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from allears.privacy.rewrite import rewrite
from allears.store import Store
from allears.store.columns import TABLES

EVENTS_DAYS, SUMMARIES_DAYS = 90, 400
_KEPT_LAST = ("boots", "clocks")  # what dates the others: they go when nothing is left to date


@dataclass(frozen=True)
class Policy:
    """Days that are kept, counted back from today: of the agents' events, and of summaries and imported states."""

    events_days: int = EVENTS_DAYS
    summaries_days: int = SUMMARIES_DAYS


@dataclass(frozen=True)
class Expired:
    """rows: deleted, by table. undated: records that stay because nobody knows how old they are."""

    rows: dict[str, int]
    undated: int


def expire(store: Store, now: dt.datetime, policy: Policy | None = None) -> Expired:
    """Delete what is older than the policy allows and write the store anew; closes the store. now: aware."""
    chosen = policy or Policy()
    events, summaries = (
        now.astimezone(dt.UTC) - dt.timedelta(days=days)
        for days in (chosen.events_days, chosen.summaries_days)
    )
    connection = store.connection
    connection.begin()
    connection.execute(_BOOTS)
    limits = {"events": int(events.timestamp() * 1000), "summaries": int(summaries.timestamp() * 1000)}
    rows = {}
    for table in sorted(TABLES.values(), key=lambda name: name in _KEPT_LAST):
        statement = _OLD if table not in _KEPT_LAST else _NOTHING_LEFT
        rows[table] = _count(store, statement.format(table=table, others=_others()), limits)
    rows["records"] = _count(store, _RAW.format(kept=_kept()), {})
    old = "DELETE FROM acd_states WHERE end_utc < $limit"
    rows["acd_states"] = _count(store, old, {"limit": summaries.replace(tzinfo=None)})
    undated = connection.execute(_UNDATED.format(others=_others())).fetchall()[0][0]
    connection.execute("DROP TABLE boot_times")
    connection.commit()
    if str(store.path) != ":memory:":
        rewrite(connection, store.path)
    return Expired({table: count for table, count in rows.items() if count}, int(undated))


# UTC ms of uptime 0 of each boot, by its first clock that knew the time (as aggregate.walltime dates it).
_BOOTS = """
CREATE OR REPLACE TEMP TABLE boot_times AS
SELECT unit, log_id, stream, boot, arg_min(utc_s * 1000 + utc_ms - ms, seq) AS boot_ms
FROM clocks WHERE utc_s IS NOT NULL GROUP BY ALL
"""
_OLD = """
DELETE FROM {table} AS t USING boot_times b
WHERE t.unit = b.unit AND t.log_id = b.log_id AND t.stream = b.stream AND t.boot = b.boot
AND b.boot_ms + t.ms < CASE t.stream WHEN 'events' THEN $events ELSE $summaries END
"""
_NOTHING_LEFT = """
DELETE FROM {table} AS t USING boot_times b
WHERE t.unit = b.unit AND t.log_id = b.log_id AND t.stream = b.stream AND t.boot = b.boot
AND b.boot_ms + t.ms < CASE t.stream WHEN 'events' THEN $events ELSE $summaries END
AND (t.unit, t.log_id, t.stream, t.boot) NOT IN ({others})
"""
_RAW = """
DELETE FROM records AS r WHERE NOT EXISTS (
    FROM ({kept}) k WHERE k.unit = r.unit AND k.log_id = r.log_id AND k.stream = r.stream AND k.seq = r.seq
)
"""
_UNDATED = """
SELECT count(*) FROM ({others}) o WHERE (unit, log_id, stream, boot) NOT IN
(SELECT unit, log_id, stream, boot FROM boot_times)
"""


def _others() -> str:
    """The boots of all records but those that only date others."""
    tables = [table for table in TABLES.values() if table not in _KEPT_LAST]
    return " UNION ALL ".join(f"SELECT unit, log_id, stream, boot FROM {table}" for table in tables)


def _kept() -> str:
    return " UNION ALL ".join(f"SELECT unit, log_id, stream, seq FROM {table}" for table in TABLES.values())


def _count(store: Store, statement: str, values: Mapping[str, object]) -> int:
    named = {name: value for name, value in values.items() if f"${name}" in statement}
    return int(store.connection.execute(statement, named or None).fetchall()[0][0])
