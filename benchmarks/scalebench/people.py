"""Agent-days of any number of people, drawn as the table a night leaves, and the statistics over them."""

from __future__ import annotations

import time
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from allears.aggregate.series import series
from allears.exposure import engine
from scalebench.company import TEAM_AGENTS, worked_days

MEASURES = (
    "occupancy",
    "longest_spell_s",
    "median_gap_s",
    "talk_overs",
    "dead_air_s",
    "acw_s",
    "cues",
    "call_s",
)
SEED = 13


def agent_days(agents: int, days: int) -> pa.Table:
    """One row an agent and worked day, with MEASURES: an own level, a weekday's habit and noise."""
    rng = np.random.default_rng(SEED)
    dates, n = worked_days(days), agents * days
    agent = np.repeat(np.arange(agents), days)
    columns = {
        name: rng.normal(100, 15, agents)[agent]
        + 5 * (np.tile(np.arange(days), agents) % 5 == 0)
        + rng.normal(0, 10, n)
        for name in MEASURES
    }
    return pa.table({
        "agent": pa.DictionaryArray.from_arrays(agent.astype(np.int32), [f"A{at:05}" for at in range(agents)]),
        "team": pa.DictionaryArray.from_arrays(
            (agent // TEAM_AGENTS).astype(np.int32), [f"T{at:04}" for at in range(-(-agents // TEAM_AGENTS))]
        ),
        "date": pa.array(dates * agents, pa.date32()),
        **columns,
    })  # fmt: skip


def statistics(agents: int, days: int) -> dict[str, Any]:
    """Teams' days added up in Ibis, and the control charts of every measure of every agent in numpy: seconds."""
    table = agent_days(agents, days)
    began = time.perf_counter()
    rows = ibis.memtable(table)
    teams = rows.group_by("team", "date").agg(**{name: rows[name].mean() for name in MEASURES})
    team_rows = len(ibis.duckdb.connect(threads=2).to_pyarrow(teams))
    added = time.perf_counter()
    laid = series(table, MEASURES)
    values = laid.values.reshape(-1, len(laid.days))
    weekday = np.broadcast_to(np.array([day.weekday() for day in laid.days]), (1, *values.shape))
    ones = np.ones(len(values))
    tracks = engine.run(values, weekday.astype(np.int64), ones, ones)
    return {
        "agents": agents, "team_days": team_rows, "team_days_s": round(added - began, 2), "series": len(values),
        "charts_s": round(time.perf_counter() - added, 2), "signals": int((tracks.signals > 0).sum()),
    }  # fmt: skip
