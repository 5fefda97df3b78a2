"""Consent to be seen by name: given and withdrawn by the agent, with the agent's key, written down by the clip."""

import datetime as dt
from dataclasses import dataclass

from allears.errors import NoConsent
from allears.store import Store
from allears_core.records import EVENTS, STREAMS, SUMMARIES


@dataclass(frozen=True)
class Consent:
    """The newest word of an agent. until: how long a lead may see figures by name, None where it was withdrawn."""

    pseudonym: str
    until: dt.datetime | None

    def holds(self, now: dt.datetime) -> bool:
        """Whether it is in force; now: aware."""
        return self.until is not None and now < self.until


def newest(store: Store, pseudonym: str) -> Consent | None:
    """What the agent's clips last wrote down, from the lead's stream; None if they never did.

    A new log begins with a new owner of the clip, so consent does not pass on; the log used last counts.
    """
    rows = store.connection.execute(
        "SELECT c.until_utc_s FROM consents c JOIN units u USING (unit, log_id) LEFT JOIN clocks k ON "
        "(k.unit, k.log_id, k.stream, k.boot) = (c.unit, c.log_id, c.stream, c.boot) AND k.utc_s IS NOT NULL "
        "WHERE u.pseudonym = ? AND c.stream = ? GROUP BY c.unit, c.log_id, c.boot, c.seq, c.ms, c.until_utc_s "
        "ORDER BY arg_min(k.utc_s * 1000 + k.utc_ms - k.ms, k.seq) + c.ms DESC NULLS LAST, c.boot DESC, c.seq DESC "
        "LIMIT 1",
        [pseudonym, STREAMS[SUMMARIES]],
    ).fetchall()
    if not rows:
        return None
    seconds = int(rows[0][0])
    return Consent(pseudonym, dt.datetime.fromtimestamp(seconds, dt.UTC) if seconds else None)


def require_own(store: Store, pseudonym: str, now: dt.datetime) -> None:
    """NoConsent unless the store holds the agent's own log, which only their key opens, or a consent is in force."""
    own = store.connection.execute(
        "SELECT 1 FROM cursors JOIN units USING (unit, log_id) WHERE pseudonym = ? AND stream = ? LIMIT 1",
        [pseudonym, STREAMS[EVENTS]],
    ).fetchone()
    if own is None:
        require(store, pseudonym, now)


def is_known(store: Store, pseudonym: str) -> bool:
    """Whether the store holds a log or switchboard states of such an agent."""
    found = store.connection.execute(
        "SELECT 1 FROM units WHERE pseudonym = $1 UNION ALL SELECT 1 FROM acd_states WHERE agent = $1 LIMIT 1",
        [pseudonym],
    ).fetchall()
    return bool(found)


def require(store: Store, pseudonym: str, now: dt.datetime) -> Consent:
    """The consent in force at `now` (aware). NoConsent without one; the words are the same for whoever is unknown."""
    found = newest(store, pseudonym)
    if found is None or not found.holds(now):
        raise NoConsent(
            f"agent {pseudonym} has not agreed to be seen by name",
            "ask them: `allears consent --days N` writes it down on their clip, and a pull brings it",
        )
    return found
