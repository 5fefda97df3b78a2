"""Everything the store holds of one agent, from the agent's own stream."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from allears.aggregate.days import agent_days
from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.export import tables
from allears.export.table import Filled, fill
from allears.indicators import BY_KEY, Result, collect
from allears.store import Store
from allears_core.records import EVENTS

Row = dict[str, Any]


def agent_tables(store: Store, pseudonym: str, zone: ZoneInfo) -> list[Filled]:
    """The tables of tables.AGENT_TABLES of one agent; NotEnoughData if the store knows nothing of them."""
    facts = Facts(store, EVENTS, zone, [pseudonym])
    if not facts.rows(facts.units):
        raise NotEnoughData(
            f"the store holds nothing of agent {pseudonym}",
            "check the pseudonym, or pull the agent's clip first",
        )
    filled = [fill(tables.RECORDS[name], _records(facts, name)) for name in tables.RECORDS]
    record = collect.agent(facts, pseudonym)
    gaps = ({**row, "start_utc": row["start_ms"]} for row in record.gaps)
    return [
        *filled,
        fill(tables.CONTESTS, _contests(store, pseudonym)),
        fill(tables.HALF_HOURS, record.half_hours),
        fill(tables.DAYS, facts.rows(agent_days(facts).order_by("date", "source")) if record.days else []),
        fill(tables.GAPS, gaps),
        fill(tables.RESULTS, _results(pseudonym, record)),
    ]


def _records(facts: Facts, name: str) -> list[Row]:
    table = tables.RECORDS[name].name
    hop = tables.DATED.get(name)
    rows = facts.dated(table, hop) if hop else facts.owned(table)
    found = facts.rows(rows.order_by("unit", "log_id", "seq"))
    return [{**row, "start_utc": row.get("start_ms")} for row in found]


def _contests(store: Store, pseudonym: str) -> list[Row]:
    names = [column.name for column in tables.CONTESTS.columns]
    rows = store.connection.execute(
        f"SELECT {', '.join(names)} FROM contests JOIN units USING (unit, log_id) WHERE pseudonym = ? "
        "ORDER BY contested_utc",
        [pseudonym],
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _results(pseudonym: str, record: collect.Record) -> Iterator[Row]:
    for day in record.dates():
        part = record.between(day, day)
        for result in {**collect.conversation_results(part.calls), **collect.load_results(part)}.values():
            yield {"agent": pseudonym, "date": day, **result_row(result)}


def result_row(result: Result) -> Row:
    """An indicator's result as a row."""
    definition = BY_KEY[result.key]
    return {**result.document(), "title": definition.title, "unit": definition.unit}
