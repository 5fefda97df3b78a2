"""Occupancy of an agent or a team from imported states: in total, by day, by half-hour, and all that it rests on."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from allears.indicators import formulas
from allears.indicators.formulas import Reading, Sensitivity, Times
from allears.indicators.load import HALF_HOUR_LEAST_S
from allears.indicators.result import Result
from allears.indicators.state_time import StateTime, people

GRAINS = ("total", "day", "half-hour", "time-of-day")
Key = tuple[dt.date | None, int | None, int | None]  # date, minute of the day, slot_ms


@dataclass(frozen=True)
class Cell:
    """One day, half-hour or time of day. date, minute, slot_ms: what identifies it, None where it does not; a half-hour
    that comes twice when the clocks go back has two cells with different slot_ms."""

    date: dt.date | None
    minute: int | None
    slot_ms: int | None
    people: int
    times: Times
    result: Result


@dataclass(frozen=True)
class Occupancy:
    """What is known of one agent or group over a period.

    formula: key of the formula asked for; result: its value. readings: every formula's value, alike ones together.
    cells: by the grain asked for, without `total`. rebuilt_s: time of which only the day is known; it is in total and
    days and in no half-hour. handle_time, after_call_work, utilisation, shrinkage: see formulas.
    """

    first: dt.date
    last: dt.date
    people: int
    formula: str
    times: Times
    result: Result
    readings: list[Reading]
    sensitivity: list[Sensitivity]
    handle_time: Result
    after_call_work: Result
    utilisation: Result
    shrinkage: Result
    cells: list[Cell]
    rebuilt_s: float

    @property
    def formulas_differ(self) -> bool:
        """True if the formulas in use come to different values on this time."""
        return len(self.readings) > 1


def occupancy(
    times: Iterable[StateTime],
    first: dt.date,
    last: dt.date,
    by: str = "total",
    formula: str = "occupancy",
    paid_s: float | None = None,
) -> Occupancy:
    """Occupancy over rows of state_time.load; by: one of GRAINS; formula: a key of formulas.BY_KEY.

    paid_s: paid time of these people over the period, None if unknown. For a group the caller has to see to it that
    neither the whole nor a cell speaks of too few people. Raises KeyError for an unknown formula.
    """
    rows = list(times)
    chosen = formulas.BY_KEY[formula]
    whole = formulas.total(rows)
    return Occupancy(
        first,
        last,
        len(people(rows)),
        formula,
        whole,
        formulas.value(chosen, whole, paid_s),
        formulas.side_by_side(whole),
        formulas.sensitivity(whole),
        formulas.handle_time(whole),
        formulas.after_call_work(whole),
        formulas.utilisation(whole, paid_s),
        formulas.shrinkage(whole, paid_s),
        [] if by == "total" else cells(rows, by, formula),
        sum(row.seconds for row in rows if row.rebuilt),
    )


def cells(times: Sequence[StateTime], by: str, formula: str = "occupancy") -> list[Cell]:
    """The rows by day, half-hour or time of day, in that order."""
    key_of = _KEYS[by]
    found: dict[Key, list[StateTime]] = {}
    for row in times:
        if by == "day" or not row.rebuilt:
            found.setdefault(key_of(row), []).append(row)
    return [_cell(key, found[key], formula) for key in sorted(found, key=_order)]


def _cell(key: Key, rows: Sequence[StateTime], formula: str) -> Cell:
    times = formulas.total(rows)
    # A half-hour is short: a value for it rests on as much as it can hold.
    result = formulas.value(formulas.BY_KEY[formula], times, least_s=HALF_HOUR_LEAST_S)
    return Cell(*key, len(people(rows)), times, result)


def _order(key: Key) -> tuple[int, int, int]:
    date, minute, slot_ms = key
    return slot_ms or 0, date.toordinal() if date else 0, minute or 0


_KEYS: dict[str, Callable[[StateTime], Key]] = {
    "day": lambda row: (row.date, None, None),
    "half-hour": lambda row: (row.date, row.minute, row.slot_ms),
    "time-of-day": lambda row: (None, row.minute, None),
}
