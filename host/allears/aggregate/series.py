"""Agent-days as numpy arrays: what statistics over days are run on, for any number of people at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class Series:
    """values: (columns, agents, days), NaN where an agent has no row on a day; agents and days in order."""

    agents: list[str]
    days: list[dt.date]
    columns: tuple[str, ...]
    values: NDArray[np.float64]


def series(rows: pa.Table, columns: Sequence[str]) -> Series:
    """Lay out a table with one row an agent and date. ValueError where an agent has two rows on a day."""
    agents, agent_at = _levels(rows["agent"])
    days, day_at = _levels(rows["date"])
    if len(np.unique(agent_at * len(days) + day_at)) != len(rows):
        raise ValueError("an agent has more than one row on a day: choose one source")
    values = np.full((len(columns), len(agents), len(days)), np.nan)
    for number, name in enumerate(columns):
        column = rows[name].cast(pa.float64())
        values[number, agent_at, day_at] = column.to_numpy(zero_copy_only=False)
    return Series(agents, days, tuple(columns), values)


def _levels(column: pa.ChunkedArray) -> tuple[list, NDArray[np.int64]]:
    """(distinct values in order, place of each row's value among them)."""
    coded = column.combine_chunks().dictionary_encode()
    levels = coded.dictionary.to_pylist()
    order = sorted(range(len(levels)), key=lambda at: levels[at])
    place = np.empty(len(levels), np.int64)
    place[order] = np.arange(len(levels))
    return [levels[at] for at in order], place[coded.indices.to_numpy(zero_copy_only=False)]
