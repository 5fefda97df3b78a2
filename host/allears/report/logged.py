"""What stands in a clip's log beside its calls: what the agent marked, and what the clip told of itself."""

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time, midnight_ms
from allears.i18n import listed
from allears.i18n import text as _
from allears.report import vocabulary, words


def marks(facts: Facts, pseudonym: str, first: dt.date) -> list[dict[str, str]]:
    """The agent's marks since the local date `first`, by kind: title, times, last."""
    return [
        {"title": _(vocabulary.MARKS.get(row["kind"], row["kind"])), **_when(facts, row)}
        for row in facts.rows(_by_kind(facts, "marks", "mark", pseudonym, first))
    ]


def health(facts: Facts, pseudonym: str, first: dt.date) -> list[dict[str, str]]:
    """What was out of order with the agent's clips since `first`, by kind: title, step, detail, times, last."""
    rows = facts.rows(_by_kind(facts, "health", "code", pseudonym, first, detail=ibis._.detail))
    return [
        {
            "title": _(vocabulary.HEALTH.get(row["kind"], (row["kind"], ""))[0]),
            "step": _(vocabulary.HEALTH.get(row["kind"], ("", vocabulary.HEALTH_UNKNOWN))[1]),
            "detail": row["detail"],
            **_when(facts, row),
        }
        for row in rows
        if row["kind"] not in vocabulary.HEALTH_WELL
    ]


def _by_kind(
    facts: Facts, table: str, column: str, pseudonym: str, first: dt.date, **newest: Any
) -> ir.Table:
    """kind, times, start_ms of the newest (NULL: time unknown) and its `newest` columns; the newest kind first."""
    rows = facts.dated(table, "hop")
    since = midnight_ms(first, facts.zone)
    rows = rows.filter(rows.agent == pseudonym, rows.start_ms.isnull() | (rows.start_ms >= since))
    order = ibis.coalesce(ibis._.start_ms, 0)
    taken = {name: value.argmax(order) for name, value in newest.items()}
    grouped = rows.group_by(kind=rows[column]).agg(
        times=ibis._.count(), start_ms=ibis._.start_ms.max(), **taken
    )
    return grouped.order_by(grouped.start_ms.desc(), grouped.kind)


def _when(facts: Facts, row: dict[str, Any]) -> dict[str, str]:
    if row["start_ms"] is None:
        return {"times": words.count(row["times"]), "last": _("time unknown")}
    last = local_time(row["start_ms"], facts.zone)
    return {"times": words.count(row["times"]), "last": listed([words.date(last.date()), words.clock(last)])}
