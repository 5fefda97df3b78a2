"""From records to calls, spans and half-hours: written once, as Ibis expressions over one stream, for any engine."""

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from allears.aggregate import spans
from allears.aggregate.walltime import (
    LOG_KEY,
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
# States that end a spell of work when they last BREAK_MS.
REST_STATES = ("break", "off", "pause")
CLIP, ACD = "clip", "acd"
STATES = ("call", "acw", "ready", "break", "pause", "off", "other", "on")
_NUMBERS = itertools.count()


class Facts:
    """Tables over what one stream of the store may show, dated in `zone`.

    source: a store, or any Ibis backend whose tables are named as the store's. stream: `events` for the agent's own
    reports, `summaries` for the lead's. agents: only these pseudonyms; the others' records are not even read.
    Times are UTC ms, durations s. The tables are a snapshot: what is ingested after the first look needs new Facts.
    """

    def __init__(
        self,
        source: Store | BaseBackend,
        stream: int | str,
        zone: ZoneInfo,
        agents: Sequence[str] | None = None,
    ):
        in_store = isinstance(source, Store)
        self._engine = ibis.duckdb.from_connection(source.connection) if in_store else source
        self._stream = stream_name(stream)
        self._agents = None if agents is None else sorted(agents)
        self._kept: dict[Callable[..., ir.Table], ir.Table] = {}
        self.zone = zone

    def rows(self, table: ir.Table) -> list[dict[str, Any]]:
        """The table's rows, as dictionaries."""
        found: list[dict[str, Any]] = self._engine.to_pyarrow(table).to_pylist()
        return found

    def settled(self, table: ir.Table) -> ir.Table:
        """The table computed once and kept: what is built on it stays quick."""
        if self._engine.name == "duckdb":
            return self._engine.create_table(f"facts_{next(_NUMBERS)}", table, temp=True)
        return table.cache()

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
        table = table.filter(table.stream == self._stream)
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

    @functools.cached_property
    def calls(self) -> ir.Table:
        """One row a call: owner, start_ms, end_ms (NULL: time unknown), seconds of each kind, counts."""
        table = self.dated("calls", "start_hop")
        hops = table.end_hop - table.start_hop + 1
        kinds = [name for name in table.columns if name.endswith("_hops")]
        seconds = {name.removesuffix("_hops") + "_s": table[name] * HOP_MS / 1000.0 for name in kinds}
        calls = table.mutate(end_ms=table.start_ms + hops * HOP_MS, call_s=hops * HOP_MS / 1000.0, **seconds)
        return self.settled(calls.drop(*kinds))

    @functools.cached_property
    def spans(self) -> ir.Table:
        """Who was in which state when: agent, team, source, state, start_ms, end_ms.

        State `on` is the clip listening; `call` is talk and hold. A clip's other states may lie under a call, which
        outranks them: for sums take `pieces`.
        """
        calls = self.calls.filter(self.calls.start_ms.notnull())
        calls = calls.mutate(state=ibis.literal("call"), source=ibis.literal(CLIP)).select(*spans.NAMES)
        said = spans.said(self.dated("states", "hop"), self._last_hops)
        on = spans.listening(self._last_hops, self.clock_ranges, self.units)
        clip = ibis.union(said.select(*spans.NAMES[:-1]), on.select(*spans.NAMES[:-1]))
        clip = clip.mutate(source=ibis.literal(CLIP)).select(*spans.NAMES)
        return self.settled(ibis.union(calls, clip, self._acd_spans()))

    @functools.cached_property
    def _last_hops(self) -> ir.Table:
        """Last hop of each boot that any record tells of."""
        told = [
            self.log(name).select(*LOG_KEY, last_hop=ibis._[hop])
            for name, hop in (("calls", "end_hop"), ("states", "hop"), ("clocks", "hop"))
        ]
        return self.settled(ibis.union(*told).group_by(LOG_KEY).agg(last_hop=ibis._.last_hop.max()))

    def _acd_spans(self) -> ir.Table:
        acd = self._engine.table("acd_states")
        if self._agents is not None:
            acd = acd.filter(acd.agent.isin(self._agents))
        units = self.units
        teams = units.group_by("agent").agg(team=units.team.max())
        joined = (
            acd.drop("team").left_join(teams, "agent")
            if "team" in acd.columns
            else acd.left_join(teams, "agent")
        )
        return joined.select(
            "agent",
            "team",
            state=ibis.ifelse(joined.state.isin(["talk", "hold"]), "call", joined.state),
            start_ms=joined.start_utc.epoch_seconds().cast("int64") * 1000,
            end_ms=joined.end_utc.epoch_seconds().cast("int64") * 1000,
            source=ibis.literal(ACD),
        ).select(*spans.NAMES)

    @functools.cached_property
    def pieces(self) -> ir.Table:
        """Spans cut at half-hours, with slot (its number in the calendar) and weight: sum weight x length.

        A call outranks the button: what of another state of the clip lies under a call is taken out by a piece of
        weight -1.
        """
        whole = spans.cut(self.spans, midnight_ms(self.days[0], self.zone)).mutate(weight=1)
        return ibis.union(whole, spans.hidden(whole.filter(whole.source == CLIP)))

    @functools.cached_property
    def half_hours(self) -> ir.Table:
        """Seconds of each state by agent, source and local half-hour (see walltime.calendar)."""
        pieces = self.pieces
        pieces = pieces.mutate(ms=pieces.weight * (pieces.end_ms - pieces.start_ms))
        sums = {
            # Whole ms: sums that do not hang on their order.
            f"{kind}_s": pieces.ms.sum(where=pieces.state == kind).fill_null(0) / 1000.0
            for kind in STATES
        }
        halves = pieces.group_by("agent", "team", "source", "slot").agg(**sums)
        slots = self.slots
        return self.settled(halves.inner_join(slots.drop("slot_end_ms"), "slot").drop("slot"))

    @functools.cached_property
    def slots(self) -> ir.Table:
        """The calendar of half-hours over all known days, numbered by `slot`."""
        first, last = self.days
        slots = calendar(first, last, self.zone)
        return self.settled(slots.mutate(slot=slot_number(slots.slot_ms, midnight_ms(first, self.zone))))

    @functools.cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last local date of which the store knows anything; NotEnoughData if it knows none."""
        known = self.spans
        (row,) = self.rows(known.agg(first=known.start_ms.min(), last=known.end_ms.max()))
        if row["first"] is None:
            raise NotEnoughData(
                f"the store holds no {self._stream} with a known time",
                f"pull a clip with `allears pull --stream {self._stream}`",
            )
        return local_date(row["first"], self.zone), local_date(row["last"], self.zone)

    def on_date(self, rows: ir.Table) -> ir.Table:
        """Rows with the local date and minute of the half-hour in which start_ms falls; undated rows drop out."""
        slots = self.slots.select("slot", "date", "minute")
        numbered = rows.mutate(slot=slot_number(rows.start_ms, midnight_ms(self.days[0], self.zone)))
        return numbered.inner_join(slots, "slot").drop("slot")
