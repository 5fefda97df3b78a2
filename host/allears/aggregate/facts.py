"""From records to calls, spans, half-hours and agent-days: written once, as Ibis expressions over one stream."""

import datetime as dt
import functools
import itertools
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from allears.aggregate.walltime import LOG_KEY, calendar, dated, local_date
from allears.errors import NotEnoughData
from allears.store.store import Store, stream_name
from allears_core.params import HOP_MS

BREAK_MS = 300_000  # a break counts from 5 min on
# States that end a spell of work when they last BREAK_MS.
REST_STATES = ("break", "off", "pause")
CLIP, ACD = "clip", "acd"
_NUMBERS = itertools.count()


class Facts:
    """Tables over what one stream of the store may show, dated in `zone`.

    stream: `events` for the agent's own reports, `summaries` for the lead's. Times are UTC ms, durations s.
    The tables are a snapshot: what is ingested after the first look needs new Facts.
    """

    def __init__(self, store: Store, stream: int | str, zone: ZoneInfo):
        self._engine = ibis.duckdb.from_connection(store.connection)
        self._stream = stream_name(stream)
        self.zone = zone

    def rows(self, table: ir.Table) -> list[dict[str, Any]]:
        """The table's rows, as dictionaries."""
        found: list[dict[str, Any]] = self._engine.to_pyarrow(table).to_pylist()
        return found

    def settled(self, table: ir.Table) -> ir.Table:
        """The table computed once, kept as a temporary one: what is built on it stays quick."""
        return self._engine.create_table(f"facts_{next(_NUMBERS)}", table, temp=True)

    def log(self, name: str) -> ir.Table:
        """One typed table of this stream."""
        table = self._engine.table(name)
        return table.filter(table.stream == self._stream)

    def owned(self, name: str) -> ir.Table:
        """One typed table with whose it is: agent, team, example."""
        table, units = self.log(name), self._engine.table("units")
        owner = units.select("unit", "log_id", "team", "example", agent=units.pseudonym)
        return table.inner_join(owner, ["unit", "log_id"])

    def dated(self, name: str, hop: str) -> ir.Table:
        """One typed table with owner and start_ms, the UTC ms of its column `hop`."""
        return dated(self.owned(name), self.log("clocks"), hop)

    @functools.cached_property
    def calls(self) -> ir.Table:
        """One row a call: owner, start_ms, end_ms (NULL: time unknown), seconds of each kind, counts."""
        table = self.dated("calls", "start_hop")
        hops = table.end_hop - table.start_hop + 1
        seconds = {
            name.removesuffix("_hops") + "_s": table[name] * HOP_MS / 1000.0
            for name in table.columns
            if name.endswith("_hops")
        }
        calls = table.mutate(end_ms=table.start_ms + hops * HOP_MS, call_s=hops * HOP_MS / 1000.0, **seconds)
        return self.settled(calls)

    @functools.cached_property
    def spans(self) -> ir.Table:
        """Who was in which state when: agent, source, state, start_ms, end_ms, weight.

        A call outranks the button: the part of another state that lies under a call is taken out by a span of
        weight -1. Sum weight x overlap, never the rows. State `on` is the clip listening; `call` is talk and hold.
        """
        dated_calls = self.calls.filter(self.calls.start_ms.notnull())
        calls = dated_calls.select(
            "agent", "team", "start_ms", "end_ms", state=ibis.literal("call"), weight=1
        )
        states = self._clip_states()
        under = states.inner_join(
            calls,
            [states.agent == calls.agent, states.start_ms < calls.end_ms, calls.start_ms < states.end_ms],
        )
        hidden = under.filter(under.state != "on").select(
            "agent",
            "team",
            "state",
            start_ms=ibis.greatest(under.start_ms, under.start_ms_right),
            end_ms=ibis.least(under.end_ms, under.end_ms_right),
            weight=-1,
        )
        names = ("agent", "team", "state", "start_ms", "end_ms", "weight")
        clip = ibis.union(calls.select(*names), states.select(*names), hidden.select(*names))
        return self.settled(ibis.union(clip.mutate(source=ibis.literal(CLIP)), self._acd_spans()))

    def _clip_states(self) -> ir.Table:
        """Spans of STATE records (talk and hold left to the calls) and of the clip being on, each within its boot."""
        last = self._last_hops()
        states = self.dated("states", "hop").inner_join(last, LOG_KEY)
        window = ibis.window(group_by=LOG_KEY, order_by=[states.hop, states.seq])
        until = ibis.coalesce(states.hop.lead().over(window), states.last_hop)
        said = states.mutate(end_ms=states.start_ms + (until - states.hop) * HOP_MS, weight=1)
        said = said.filter(said.state.notin(["talk", "hold"]), said.end_ms > said.start_ms)
        begun = dated(last.mutate(first_hop=0), self.log("clocks"), "first_hop")
        units = self._engine.table("units")
        owner = units.select("unit", "log_id", "team", agent=units.pseudonym)
        on = begun.filter(begun.start_ms.notnull()).inner_join(owner, ["unit", "log_id"])
        on = on.mutate(end_ms=on.start_ms + on.last_hop * HOP_MS, weight=1, state=ibis.literal("on"))
        names = ("agent", "team", "state", "start_ms", "end_ms", "weight")
        return ibis.union(said.select(*names), on.select(*names))

    def _last_hops(self) -> ir.Table:
        """Last hop of each boot that any record tells of."""
        told = [
            self.log(name).select(*LOG_KEY, last_hop=ibis._[hop])
            for name, hop in (("calls", "end_hop"), ("states", "hop"), ("clocks", "hop"))
        ]
        return ibis.union(*told).group_by(LOG_KEY).agg(last_hop=ibis._.last_hop.max())

    def _acd_spans(self) -> ir.Table:
        acd, units = self._engine.table("acd_states"), self._engine.table("units")
        teams = units.group_by(agent=units.pseudonym).agg(team=units.team.max())
        joined = acd.left_join(teams, acd.agent == teams.agent)
        return joined.select(
            "agent",
            "team",
            state=ibis.ifelse(joined.state.isin(["talk", "hold"]), "call", joined.state),
            start_ms=joined.start_utc.epoch_seconds().cast("int64") * 1000,
            end_ms=joined.end_utc.epoch_seconds().cast("int64") * 1000,
            weight=1,
            source=ibis.literal(ACD),
        )

    @functools.cached_property
    def half_hours(self) -> ir.Table:
        """Seconds of each state by agent, source and local half-hour (see walltime.calendar)."""
        spans, slots = self.spans, self.slots
        joined = spans.inner_join(slots, [spans.start_ms < slots.slot_end_ms, slots.slot_ms < spans.end_ms])
        overlap = ibis.least(joined.end_ms, joined.slot_end_ms) - ibis.greatest(
            joined.start_ms, joined.slot_ms
        )
        joined = joined.mutate(ms=joined.weight * overlap)  # whole ms: sums that do not hang on their order
        kinds = ("call", "acw", "ready", "break", "pause", "off", "other", "on")
        sums = {
            f"{kind}_s": joined.ms.sum(where=joined.state == kind).fill_null(0) / 1000.0 for kind in kinds
        }
        return self.settled(
            joined.group_by("agent", "team", "source", "date", "minute", "slot_ms").agg(**sums)
        )

    @functools.cached_property
    def slots(self) -> ir.Table:
        """The calendar of half-hours over all known days."""
        return self.settled(calendar(*self.days, self.zone))

    @functools.cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last local date of which the store knows anything; NotEnoughData if it knows none."""
        spans = self.spans
        (row,) = self.rows(spans.agg(first=spans.start_ms.min(), last=spans.end_ms.max()))
        if row["first"] is None:
            raise NotEnoughData(
                f"the store holds no {self._stream} with a known time",
                f"pull a clip with `allears pull --stream {self._stream}`",
            )
        return local_date(row["first"], self.zone), local_date(row["last"], self.zone)

    def on_date(self, rows: ir.Table) -> ir.Table:
        """Rows with the local date and minute of the half-hour in which start_ms falls; undated rows drop out."""
        slots = self.slots
        joined = rows.inner_join(slots, [rows.start_ms >= slots.slot_ms, rows.start_ms < slots.slot_end_ms])
        return joined.select(*rows.columns, date=joined.date, minute=joined.minute)
