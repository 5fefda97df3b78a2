"""From records to calls, spans and half-hours: written once, as Ibis expressions over one stream, for any engine."""

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

from allears.aggregate import spans
from allears.aggregate.recipe import Recipe
from allears.aggregate.walltime import (
    BOOT_KEY,
    ENDLESS_HOP,
    calendar,
    clock_ranges,
    dated,
    local_date,
    midnight_ms,
    slot_number,
)
from allears.errors import NotEnoughData
from allears.store.store import Store, stream_name
from allears_core.params import HOP_MS

BREAK_MS = 300_000  # a break counts from 5 min on
CLIP, ACD = "clip", "acd"


def exact_sum(seconds: ir.NumericValue) -> ir.NumericValue:
    """Sum of seconds that are whole ms: float64 adds whole ms exactly, so the sum does not hang on the order."""
    return (seconds * 1000).round().cast("float64").sum() / 1000.0


def seconds_of(hops: ir.NumericValue) -> ir.FloatingValue:
    """Seconds as float64 on every engine; some would make whole numbers over 1000.0 a decimal."""
    return hops.cast("float64") * HOP_MS / 1000.0


def exact_count(counts: ir.NumericValue) -> ir.IntegerValue:
    """Sum of whole numbers as int64: DuckDB's own sum is wider, and Parquet would make it a float."""
    return counts.cast("float64").sum().cast("int64")


class Facts:
    """Tables over what one stream of the store may show, dated in `zone`.

    source: a store, or any Ibis backend whose tables are named as the store's. stream: `events` for the agent's own
    reports, `summaries` for the lead's. agents: only these pseudonyms; the others' records are not even read.
    sources: CLIP for what the clips logged, ACD for the imported states, which belong to neither stream.
    days: first and last local date that the calendar is to hold, where somebody knows them already.
    Times are UTC ms, durations s. The tables are a snapshot: what is ingested after the first look needs new Facts.
    """

    def __init__(
        self,
        source: Store | BaseBackend | Recipe,
        stream: int | str,
        zone: ZoneInfo,
        agents: Sequence[str] | None = None,
        sources: Sequence[str] = (CLIP, ACD),
        days: tuple[dt.date, dt.date] | None = None,
    ):
        self._source = source
        self._engine: Any = source
        if isinstance(source, Store):
            self._engine = ibis.duckdb.from_connection(source.connection)
        self.stream = stream_name(stream)
        self.sources = tuple(sources)
        self._agents = None if agents is None else sorted(agents)
        self._kept: dict[Callable[..., ir.Table], ir.Table] = {}
        self.zone = zone
        self._days = days

    @classmethod
    def of_agent(cls, source: Store | BaseBackend, stream: int | str, zone: ZoneInfo, agent: str) -> "Facts":
        """Facts of one agent, or of everybody where no log is theirs."""
        everybody = cls(source, stream, zone)
        return everybody._only(everybody.units.agent == agent)

    @classmethod
    def of_team(cls, source: Store | BaseBackend, stream: int | str, zone: ZoneInfo, team: str) -> "Facts":
        """Facts of the agents of one team, or of everybody where there is no such team."""
        everybody = cls(source, stream, zone)
        return everybody._only(everybody.units.team == team)

    def _only(self, who: ir.BooleanValue) -> "Facts":
        agents = {row["agent"] for row in self.rows(self.units.filter(who).select("agent"))}
        return Facts(self._source, self.stream, self.zone, sorted(agents)) if agents else self

    def rows(self, table: ir.Table) -> list[dict[str, Any]]:
        """The table's rows, as dictionaries."""
        found: list[dict[str, Any]] = self._engine.to_pyarrow(table).to_pylist()
        return found

    def settled(self, table: ir.Table) -> ir.Table:
        """The table computed once and kept: what is built on it stays quick."""
        name, embedded = f"facts_{uuid.uuid4().hex}", self._engine.name == "duckdb"
        # Other engines know no temporary tables here: theirs go where the session keeps its tables, and stay there.
        return self._engine.create_table(name, table, temp=embedded, overwrite=not embedded)

    def write(self, table: ir.Table, path: Path) -> int:
        """Write a table as one Parquet file. Returns its rows."""
        form = {"parquet_version": "v2"} if self._engine.name == "duckdb" else {}
        self._engine.to_parquet(table, path, **form)
        return int(pq.read_metadata(path).num_rows)

    def kept(self, build: Callable[["Facts"], ir.Table]) -> ir.Table:
        """The table that `build` makes of these facts, settled at its first use."""
        if build not in self._kept:
            self._kept[build] = self.settled(build(self))
        return self._kept[build]

    @functools.cached_property
    def units(self) -> ir.Table:
        """Whose log is whose: unit, log_id, agent, team, site, example."""
        units = self._engine.table("units")
        owners = units.select("unit", "log_id", "team", "site", "example", agent=units.pseudonym)
        return owners if self._agents is None else owners.filter(owners.agent.isin(self._agents))

    @functools.cached_property
    def _unit_ids(self) -> list[str]:
        """Units of the agents asked for."""
        return sorted({row["unit"] for row in self.rows(self.units.select("unit"))})

    def log(self, name: str) -> ir.Table:
        """One typed table of this stream."""
        table = self._engine.table(name)
        table = table.filter(table.stream == self.stream)
        return table if self._agents is None else table.filter(table.unit.isin(self._unit_ids))

    def owned(self, name: str) -> ir.Table:
        """One typed table with whose it is: agent, team, example."""
        return self.log(name).inner_join(self.units.drop("site"), ["unit", "log_id"])

    @functools.cached_property
    def clock_ranges(self) -> ir.Table:
        """Which hops of which boot are dated how, with owner (see walltime.clock_ranges)."""
        return self.settled(clock_ranges(self.log("clocks")))

    def dated(self, name: str, hop: str) -> ir.Table:
        """One typed table with owner and start_ms, the UTC ms of its column `hop`."""
        return dated(self.owned(name), self.clock_ranges, hop)

    def placed(self, rows: ir.Table, hop: str) -> ir.Table:
        """`dated` by numbers: rows of one typed table with their boot's number, who, owner, example and start_ms.

        Only for what lies in known boots: calls, states and clocks do, and what a call brings.
        """
        ranges = self.boot_ranges
        on = [*[rows[key] == ranges[key] for key in BOOT_KEY], rows[hop] >= ranges.from_hop]
        found = rows.inner_join(ranges, [*on, rows[hop] < ranges.to_hop])
        whose = ("number", "who", "owner", "example")
        return found.select(*rows.columns, *whose, start_ms=found.offset_ms + found[hop] * HOP_MS)

    @functools.cached_property
    def calls(self) -> ir.Table:
        """One row a call: agent, team, start_ms, end_ms (NULL: time unknown), seconds of each kind, counts."""
        table = self.placed(self.log("calls"), "start_hop").drop("number")
        table = table.inner_join(self.owners.drop("who"), "owner").drop("owner", "who")
        hops = table.end_hop - table.start_hop + 1
        kinds = [name for name in table.columns if name.endswith("_hops")]
        seconds = {name.removesuffix("_hops") + "_s": seconds_of(table[name]) for name in kinds}
        calls = table.mutate(end_ms=table.start_ms + hops * HOP_MS, call_s=seconds_of(hops), **seconds)
        return calls.drop(*kinds)

    @functools.cached_property
    def owners(self) -> ir.Table:
        """Every pair of agent and team, numbered: owner; who numbers the agents. Joins and sorts go by number.

        The clips know the team; of somebody without a clip the imported file does, or nobody (NULL).
        """
        teams = self.units.select("agent", "team").distinct()
        imported = self._acd.group_by("agent").agg(team=ibis._.team.max()).anti_join(teams, "agent")
        known = ibis.union(teams, imported)
        order = ibis.window(order_by=["agent", "team"])
        return self.settled(
            known.mutate(
                owner=ibis.row_number().over(order),
                who=ibis.dense_rank().over(ibis.window(order_by="agent")),
            )
        )

    @property
    def _acd(self) -> ir.Table:
        acd = self._engine.table("acd_states")
        if "rebuilt" in acd.columns:
            # Times put together from durations would put calls, gaps and breaks at hours at which they were not.
            acd = acd.filter(~ibis.coalesce(acd.rebuilt, False))
        return acd if self._agents is None else acd.filter(acd.agent.isin(self._agents))

    @functools.cached_property
    def boots(self) -> ir.Table:
        """Every boot of a known owner, numbered, with the last hop that any record tells of."""
        told = [
            self.log(name).select(*BOOT_KEY, last_hop=ibis._[hop])
            for name, hop in (("calls", "end_hop"), ("states", "hop"), ("clocks", "hop"))
        ]
        lasting = ibis.union(*told).group_by(BOOT_KEY).agg(last_hop=ibis._.last_hop.max())
        units = self.units.inner_join(self.owners, ["agent", "team"])
        units = units.select("unit", "log_id", "owner", "who", "example")
        owned = lasting.inner_join(units, ["unit", "log_id"])
        return self.settled(owned.mutate(number=ibis.row_number().over(ibis.window(order_by=list(BOOT_KEY)))))

    @functools.cached_property
    def boot_ranges(self) -> ir.Table:
        """clock_ranges with the boots' numbers and owners: hops [from_hop, to_hop) of a boot count from offset_ms.

        Every hop of a boot lies in just one of them; in a boot without a known time they have no offset_ms.
        """
        told = self.boots.left_join(self.clock_ranges.drop("stream"), BOOT_KEY)
        return self.settled(
            told.select(
                *self.boots.columns,
                "offset_ms",
                from_hop=ibis.coalesce(told.from_hop, 0),
                to_hop=ibis.coalesce(told.to_hop, ENDLESS_HOP),
            )  # fmt: skip
        )

    @functools.cached_property
    def numbered_spans(self) -> ir.Table:
        """`spans` with numbers for names: who, owner, acd (whether imported), state, start_ms, end_ms."""
        parts = {CLIP: self._clip_spans, ACD: self._acd_spans}
        return self.settled(_union([parts[source]() for source in self.sources]))

    def _clip_spans(self) -> ir.Table:
        said = spans.said(self.log("states"), self.boots, self.boot_ranges)
        called = spans.called(self.placed(self.log("calls"), "start_hop"))
        parts = (called, said, spans.listening(self.boot_ranges))
        return _union([part.select(*spans.NAMES) for part in parts]).mutate(acd=False)

    def _acd_spans(self) -> ir.Table:
        owners = self.owners
        newest = owners.group_by("agent").agg(owner=owners.owner.max(), who=owners.who.max())
        imported = spans.imported(self._acd).inner_join(newest, "agent")
        return imported.select(*spans.NAMES).mutate(acd=True)

    @functools.cached_property
    def spans(self) -> ir.Table:
        """Who was in which state when: agent, team, source, state, start_ms, end_ms.

        State `on` is the clip listening; `call` is talk and hold. A clip's other states may lie under a call, which
        outranks them: half_hours takes out what does.
        """
        named = self.named(self.numbered_spans, "owner").drop("who", "owner")
        return named.mutate(state=spans.state_name(named.state))

    def named(self, rows: ir.Table, by: str) -> ir.Table:
        """Rows with the names for their numbers: agent and, by `owner`, team for `owner` or `who`; source for `acd`."""
        owners = self.owners
        owners = owners.select("who", "agent").distinct() if by == "who" else owners.drop("who")
        found = rows.inner_join(owners, by)
        return found.mutate(source=ibis.ifelse(found.acd, ACD, CLIP)).drop("acd")

    @functools.cached_property
    def numbered_half_hours(self) -> ir.Table:
        """`half_hours` with numbers for names: owner and acd."""
        begin_ms, numbered = midnight_ms(self.days[0], self.zone), self.numbered_spans
        parts = []
        if ACD in self.sources:
            parts.append(spans.cut(numbered.filter(numbered.acd), begin_ms))
        if CLIP in self.sources:
            clip = spans.cut(numbered.filter(~numbered.acd), begin_ms)
            parts += [clip, spans.hidden(clip)]
        pieces = _union(parts)
        # Whole ms, which float64 adds up exactly: the sums do not hang on their order.
        ms = (pieces.end_ms - pieces.start_ms).cast("float64")
        sums = {
            f"{kind}_s": ms.sum(where=pieces.state == number).fill_null(0) / 1000.0
            for number, kind in enumerate(spans.STATES)
        }
        halves = pieces.group_by("owner", "acd", "slot").agg(**sums)
        return self.settled(halves.inner_join(self.slots.drop("slot_end_ms"), "slot").drop("slot"))

    @property
    def half_hours(self) -> ir.Table:
        """Seconds of each state by agent, source and local half-hour (see walltime.calendar).

        A call outranks the button: what of another state of the clip lies under a call does not count.
        """
        return self.named(self.numbered_half_hours, "owner").drop("owner")

    @functools.cached_property
    def slots(self) -> ir.Table:
        """The calendar of half-hours over all known days, numbered by `slot`."""
        first, last = self.days
        slots = calendar(first, last, self.zone)
        numbered = slots.mutate(slot=slot_number(slots.slot_ms, midnight_ms(first, self.zone)))
        return self.settled(numbered)

    @functools.cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last local date of which the store knows anything; NotEnoughData if it knows none."""
        if self._days is not None:
            return self._days
        known = self.numbered_spans
        (row,) = self.rows(known.agg(first=known.start_ms.min(), last=known.end_ms.max()))
        if row["first"] is None:
            raise NotEnoughData(
                f"the store holds no {self.stream} with a known time",
                f"pull a clip with `allears pull --stream {self.stream}`",
            )
        return local_date(row["first"], self.zone), local_date(row["last"], self.zone)

    def on_date(self, rows: ir.Table) -> ir.Table:
        """Rows with the local date and minute of the half-hour in which start_ms falls; undated rows drop out."""
        slots = self.slots.select("slot", "date", "minute")
        numbered = rows.mutate(slot=slot_number(rows.start_ms, midnight_ms(self.days[0], self.zone)))
        return numbered.inner_join(slots, "slot").drop("slot")


def _union(parts: Sequence[ir.Table]) -> ir.Table:
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
