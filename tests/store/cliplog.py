"""A clip's log built by hand, in seconds, for the tests of the store and of what is computed over it."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from allears.aggregate.facts import Facts
from allears.store import Store
from allears_core import fields, records

UTC = ZoneInfo("UTC")
UNIT, LOG = "00112233aabbccdd", "0a0b0c0d"


def packed(
    layout: fields.Layout, seq: int, boot: int = 1, uptime_ms: int | None = None, **values: object
) -> tuple[records.Record, bytes]:
    """A record as a pull delivers it; fields not given are 0 or empty, the uptime 16 ms a record."""
    full = {
        name: values.get(name, b"" if code == "*" else bytes(8) if code[0] == "b" else 0)
        for name, code, _, _ in layout.fields
    }
    raw = records.pack(layout, boot, seq, seq * 16 if uptime_ms is None else uptime_ms, full)
    (item,) = records.Reader().feed(raw, last=True)
    return item


def named(store: Store) -> Store:
    store.put_unit(UNIT, LOG, pseudonym="Heron", team="North", serial="AE-1", site="Leeds", firmware="0.1.0")
    return store


def hop(seconds: float) -> int:
    """Hops in `seconds`; the cases use multiples of 16 ms."""
    return round(seconds * 1000 / 16)


class Log:
    """Builds one boot of a clip's log in seconds after boot."""

    def __init__(self, boot: int = 1, first_seq: int = 0):
        self.items: list[tuple[records.Record, bytes]] = []
        self._boot, self._seq = boot, first_seq

    def add(self, layout: fields.Layout, **values: object) -> "Log":
        self.items.append(packed(layout, self._seq, self._boot, **values))
        self._seq += 1
        return self

    def clock(self, at_s: float, utc: dt.datetime | None, uptime_s: int | None = None) -> "Log":
        utc_s = fields.NONE_U32 if utc is None else int(utc.timestamp())
        uptime_ms = None if uptime_s is None else uptime_s * 1000
        return self.add(records.CLOCK, uptime_ms=uptime_ms, hop=hop(at_s), utc_s=utc_s, source=2)

    def call(self, start_s: float, end_s: float, number: int = 1, **values: object) -> "Log":
        """A call whose speech fills [start_s, end_s)."""
        return self.add(records.CALL, call=number, start_hop=hop(start_s), end_hop=hop(end_s) - 1, **values)

    def state(self, at_s: float, state: str, source: str = "button") -> "Log":
        return self.add(
            records.STATE,
            hop=hop(at_s),
            state=records.STATES.index(state),
            source=records.STATE_SOURCES.index(source),
        )


def facts(log: Log, zone: ZoneInfo = UTC) -> Facts:
    """Facts of a new store in memory that holds the agent's stream of `log`."""
    store = named(Store(":memory:"))
    store.ingest(UNIT, LOG, records.EVENTS, log.items)
    return Facts(store, records.EVENTS, zone)


@pytest.fixture(scope="session")
def clip() -> SimpleNamespace:
    """What a test needs to write a clip's log."""
    return SimpleNamespace(UNIT=UNIT, LOG=LOG, Log=Log, facts=facts, named=named, packed=packed)
