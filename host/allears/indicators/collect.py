"""From the store's tables to indicators: of one agent, of a group, of one day or of many."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from allears.aggregate.days import day_exposure, day_states, gaps, rests
from allears.aggregate.facts import ACD, CLIP, Facts
from allears.indicators import conversation, load
from allears.indicators.result import Result

Row = dict[str, Any]
STATES = ("call", "acw", "ready", "break", "pause", "off", "other")


@dataclass(frozen=True)
class Record:
    """All that a report needs of one person or group, oldest first; `date` is local.

    calls: facts.calls with date; days, exposure, gaps, half_hours, rests: rows of both sources.
    undated: how many calls are left out because their time is unknown.
    """

    calls: list[Row]
    days: list[Row]
    exposure: list[Row]
    gaps: list[Row]
    half_hours: list[Row]
    rests: list[Row]
    undated: int

    def between(self, first: dt.date, last: dt.date) -> "Record":
        """The part from `first` to `last`, both included."""

        def part(rows: list[Row]) -> list[Row]:
            return [row for row in rows if first <= row["date"] <= last]

        return Record(
            part(self.calls),
            part(self.days),
            part(self.exposure),
            part(self.gaps),
            part(self.half_hours),
            part(self.rests),
            self.undated,
        )

    def dates(self) -> list[dt.date]:
        """Local dates with at least one call, oldest first."""
        return sorted({row["date"] for row in self.calls})


def agent(facts: Facts, pseudonym: str) -> Record:
    """Everything of one agent."""
    return _record(facts, ibis._.agent == pseudonym)


def team(facts: Facts, name: str) -> Record:
    """Everything of one team; the caller must not show anything of fewer than MIN_GROUP people."""
    return _record(facts, ibis._.team == name)


def _record(facts: Facts, who: Any) -> Record:
    calls = facts.on_date(facts.calls).filter(who).order_by("start_ms")
    people = {row["agent"] for row in facts.rows(calls.select("agent").distinct())}
    mine = ibis._.agent.isin(sorted(people))

    def rows(table: Any) -> list[Row]:
        return facts.rows(table.filter(mine).order_by("date"))

    return Record(
        facts.rows(calls),
        rows(day_states(facts)),
        rows(day_exposure(facts)),
        rows(gaps(facts)),
        rows(facts.half_hours),
        rows(rests(facts)),
        len(facts.rows(facts.calls.filter(who, ibis._.start_ms.isnull()).select("seq"))),
    )


def conversation_results(calls: Sequence[Mapping[str, Any]]) -> dict[str, Result]:
    """Conversation measures over any set of calls, by key."""

    def total(name: str) -> float:
        return math.fsum(call[name] for call in calls)

    def known(name: str) -> list[float]:
        return [call[name] for call in calls if call[name] is not None]

    answered = [call for call in calls if call["gap_count"]]
    responses = [call["gap_count"] for call in answered]
    agent_s, customer_s = total("agent_s"), total("customer_s")
    return _keyed(
        conversation.talk_share(agent_s, customer_s),
        conversation.talk_share_union(agent_s, total("call_s")),
        conversation.talk_over_rate(int(total("talk_overs")), customer_s),
        conversation.acknowledgement_rate(int(total("acknowledgements")), customer_s),
        conversation.dead_air(int(total("dead_air_count")), total("dead_air_s"), len(calls)),
        conversation.dead_air_rate(int(total("dead_air_count")), total("call_s")),
        conversation.longest_monologue(known("longest_agent_s")),
        conversation.response_gap([call["gap_median_s"] for call in answered], responses),
        conversation.response_gap([call["gap_p90_s"] for call in answered], responses, "response-gap-p90"),
        conversation.opening(
            [bool(whole) for whole in known("opening_whole")],
            known("first_word_s"),
            [100 * share / 256 for share in known("opening_share_q8")],
        ),
    )


def load_results(record: Record) -> dict[str, Result]:
    """Load and exposure over a record, by key: imported states where a day has them, else the clip's own."""
    days = preferred(record.days)
    clip_days = [row for row in record.days if row["source"] == CLIP]
    away = math.fsum(row["pause_s"] + row["break_s"] + row["off_s"] for row in clip_days)
    halves = preferred(record.half_hours, said_by(record.days))
    spells = [row["longest_spell_s"] for row in preferred(record.exposure)]
    return _keyed(
        load.occupancy(states(row for row in days if _has_states(row))),
        load.call_time_share(_sum(clip_days, "call_s"), _sum(clip_days, "on_s"), away),
        load.gap_between_calls([row["gap_s"] for row in preferred(record.gaps)]),
        load.longest_spell(spells),
        load.busy_half_hours([half_hour_states(row) for row in halves]),
    )


def since_break(record: Record) -> Result:
    """Time since the last break at the end of the newest call of the record."""
    if not record.calls:
        return load.since_break(None, None, None)
    newest = record.calls[-1]
    today = [row for row in record.rests if row["date"] == newest["date"]]
    ended = [row["end_ms"] for row in today if row["end_ms"] <= newest["start_ms"]]
    spells = [row for row in preferred(record.exposure) if row["date"] == newest["date"]]
    began = spells[-1]["last_spell_ms"] if spells else None
    return load.since_break(newest["end_ms"], max(ended, default=None), began)


def states(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds by state summed over rows of days or half-hours."""
    listed = list(rows)
    return {state: _sum(listed, f"{state}_s") for state in STATES}


def half_hour_states(row: Mapping[str, Any]) -> dict[str, float]:
    """Seconds by state of one row."""
    return {state: row[f"{state}_s"] for state in STATES}


def preferred(rows: Sequence[Row], said: set[tuple[str, dt.date, str]] | None = None) -> list[Row]:
    """Rows of one source an agent-day: imported states before the clip's. `said`: keep only those agent-days."""
    imported = {(row["agent"], row["date"]) for row in rows if row["source"] == ACD}
    return [
        row
        for row in rows
        if (row["source"] == ACD or (row["agent"], row["date"]) not in imported)
        and (said is None or (row["agent"], row["date"], row["source"]) in said)
    ]


def said_by(days: Sequence[Row]) -> set[tuple[str, dt.date, str]]:
    """Agent-days and sources whose states somebody declared, so that occupancy may be computed from them."""
    return {(row["agent"], row["date"], row["source"]) for row in days if _has_states(row)}


def _has_states(row: Mapping[str, Any]) -> bool:
    """Imported states always count; the clip's only on a day on which the button told after-call work apart."""
    return row["source"] == ACD or (row["presses"] > 0 and row["acw_s"] > 0)


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> float:
    return math.fsum(row[name] for row in rows)


def _keyed(*results: Result) -> dict[str, Result]:
    return {result.key: result for result in results}
