"""Events of the last days that the agent may want to contest: the least sure first, each with its evidence."""

import datetime as dt
from typing import Any

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time, midnight_ms
from allears.errors import NotEnoughData
from allears.i18n import listed
from allears.i18n import text as _
from allears.report import call, words
from allears.store import Store
from allears_core.records import EVENTS, STREAMS

DAYS = 7
MOST = 12  # as many as one reads at day's end
_REFERENCE = "right(unit, 4) || '-' || boot || '-' || seq"
Key = tuple[str, str, int, int]  # unit, log, boot, sequence


def contest(store: Store, pseudonym: str, reference: str, note: str, at: dt.datetime) -> None:
    """Write down that an agent contests an event; a second time replaces the note. at: aware.

    NotEnoughData where no event of theirs stands under the reference.
    """
    moment = at.astimezone(dt.UTC).replace(tzinfo=None)
    store.connection.execute(
        "INSERT INTO contests VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET note = excluded.note, contested_utc = excluded.contested_utc",
        [*_event(store, pseudonym, reference), note, moment],
    )


def withdraw_contest(store: Store, pseudonym: str, reference: str) -> None:
    """Take it back. NotEnoughData as above, and where it was not contested."""
    gone = store.connection.execute(
        "DELETE FROM contests WHERE unit = ? AND log_id = ? AND boot = ? AND seq = ? RETURNING 1",
        list(_event(store, pseudonym, reference)),
    ).fetchall()
    if not gone:
        raise NotEnoughData(
            f"agent {pseudonym} has not contested {reference}",
            "there is nothing to withdraw; check the reference",
        )


def _event(store: Store, pseudonym: str, reference: str) -> Key:
    """The event of this agent under a reference; the newest log, should two clips of theirs give the same."""
    rows = store.connection.execute(
        "SELECT unit, log_id, boot, seq FROM events JOIN units USING (unit, log_id) "
        f"WHERE pseudonym = ? AND stream = ? AND {_REFERENCE} = ? ORDER BY unit, log_id",
        [pseudonym, STREAMS[EVENTS], reference],
    ).fetchall()
    if not rows:
        raise NotEnoughData(
            f"agent {pseudonym} has no event {reference}", "take the reference from the agent's report"
        )
    unit, log_id, boot, seq = rows[-1]
    return unit, log_id, boot, seq


def doubtful(store: Store, facts: Facts, pseudonym: str, today: dt.date) -> dict[str, Any]:
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
    notes = _contested(store)
    return {
        "rows": [_row(facts, row, notes) for row in rows],
        "of": total["n"],
        "span": words.span(first, today),
    }


def _contested(store: Store) -> dict[Key, str]:
    rows = store.connection.execute("SELECT unit, log_id, boot, seq, note FROM contests").fetchall()
    return {(unit, log_id, boot, seq): note for unit, log_id, boot, seq, note in rows}


def _row(facts: Facts, event: dict[str, Any], notes: dict[Key, str]) -> dict[str, Any]:
    time = local_time(event["start_ms"], facts.zone)
    call.in_seconds(event)
    note = notes.get((event["unit"], event["log_id"], event["boot"], event["seq"]))
    return {
        **call.evidence(event),
        "when": listed([words.date(time.date()), f"{words.clock(time)}:{time.second:02}"]),
        "contested": "" if note is None else note or _("yes"),
        "reference": f"{event['unit'][-4:]}-{event['boot']}-{event['seq']}",
    }
