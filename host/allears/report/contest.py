"""Events of the last days that the agent may want to contest: the least sure first, each with its evidence."""

import datetime as dt
from typing import Any

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time, midnight_ms
from allears.i18n import listed
from allears.report import call, words

DAYS = 7
MOST = 12  # as many as one reads at day's end


def doubtful(facts: Facts, pseudonym: str, today: dt.date) -> dict[str, Any]:
    """rows: evidence of up to MOST events of the DAYS days up to `today`, smallest margin first; of: how many in all.

    Each row has the reference under which the event stands in the log: clip, boot and sequence number.
    """
    first = today - dt.timedelta(days=DAYS - 1)
    table = facts.dated("events", "onset_hop")
    mine = table.filter(
        table.agent == pseudonym,
        table.kind.isin(list(call.NUMBERED)),
        table.start_ms >= midnight_ms(first, facts.zone),
        table.start_ms < midnight_ms(today + dt.timedelta(days=1), facts.zone),
    )
    rows = facts.rows(mine.order_by("confidence", "start_ms").limit(MOST))
    (total,) = facts.rows(mine.agg(n=mine.count()))
    return {"rows": [_row(facts, row) for row in rows], "of": total["n"], "span": words.span(first, today)}


def _row(facts: Facts, event: dict[str, Any]) -> dict[str, Any]:
    time = local_time(event["start_ms"], facts.zone)
    call.in_seconds(event)
    return {
        **call.evidence(event),
        "when": listed([words.date(time.date()), f"{words.clock(time)}:{time.second:02}"]),
        "reference": f"{event['unit'][-4:]}-{event['boot']}-{event['seq']}",
    }
