"""Numbers, times and results as the reports write them, in the language spoken now."""

import datetime as dt
import math

from allears.i18n import count, date, decimal, plural, span, text
from allears.i18n.formats import MINUS
from allears.indicators import BY_KEY, Result
from allears.report import vocabulary

__all__ = [
    "MINUS", "basis", "clock", "count", "date", "day", "duration", "interval", "lacking", "minutes", "number", "part",
    "per_cent", "percent", "slot", "span", "title", "typographic", "unit", "value",
]  # fmt: skip
NONE = "–"
# Minutes and seconds of which a tenth says nothing.
_WHOLE = (
    "longest-monologue",
    "gap-between-calls",
    "longest-spell",
    "typical-spell",
    "since-break",
    "dead-air",
)


def day(date_: dt.date) -> str:
    """20 Nov 2026."""
    return span(date_, date_)


def clock(time: dt.datetime) -> str:
    """14:05."""
    return slot(time.hour * 60 + time.minute)


def slot(minute: int) -> str:
    """Minute of the day: 545 is 09:05."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minutes(seconds: float) -> str:
    """Position in a call: 3:07."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def duration(seconds: float) -> str:
    """4 min 41 s, 1 h 12 min, 8.2 s."""
    if seconds < 60:
        return text("{s} s", s=decimal(seconds, 1 if seconds < 10 else 0))
    if seconds < 3600:
        whole = round(seconds)
        if whole % 60:
            return text("{min} min {s} s", min=whole // 60, s=whole % 60)
        return text("{min} min", min=whole // 60)
    whole = round(seconds / 60)
    return text("{h} h {min} min", h=count(whole // 60), min=whole % 60)


def number(value: float) -> str:
    """At most three figures."""
    size = abs(value)
    return decimal(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def percent(value: float) -> str:
    """85 %."""
    return per_cent(decimal(value, 0))


def per_cent(figure: str) -> str:
    """A figure with its sign, which is not left alone at the beginning of a line."""
    return text("{value} %", value=figure).replace(" ", "\N{NO-BREAK SPACE}")


def value(result: Result) -> str:
    """The value without its unit; a dash where there is not enough data."""
    if result.value is None:
        return NONE
    if result.key in _WHOLE or BY_KEY[result.key].unit.startswith("%"):
        return count(result.value)
    return number(result.value)


def title(key: str) -> str:
    """Title of an indicator."""
    return text(BY_KEY[key].title)


def unit(key: str) -> str:
    """Unit of an indicator."""
    return text(BY_KEY[key].unit)


def basis(result: Result) -> str:
    """n = 138 min of customer talk; long times in h, one of a thing in the singular."""
    kind, _, rest = result.n_unit.partition(" ")
    if result.n_unit in vocabulary.COUNT_BASES:
        return plural(*vocabulary.COUNT_BASES[result.n_unit], result.n)
    if kind in ("s", "min") and rest in vocabulary.TIME_BASES:
        amount = result.n / 60 if kind == "s" else result.n
        time = (
            text("{h} h", h=count(amount / 60))
            if amount >= 600
            else text("{min} min", min=decimal(amount, 0))
        )
        return text(vocabulary.TIME_BASES[rest], time=time)
    return text("n = {n} {unit}", n=count(result.n), unit=text(result.n_unit))


def lacking(result: Result) -> str:
    """not enough data: 3 of 10 responses; empty where there is enough."""
    if result.value is not None:
        return ""
    message = vocabulary.LACKING.get(result.n_unit)
    if message is None:
        return text(result.missing)
    return text(message, has=_short(result.n), needs=_short(result.needs))


def _short(value: float) -> str:
    """At most one decimal, rounded down: what is missing must not look complete."""
    floored = math.floor(value * 10) / 10
    return decimal(floored, 0 if floored == int(floored) else 1)


def typographic(said: str) -> str:
    """Text with real apostrophes."""
    return said.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def interval(result: Result) -> str:
    """95 % interval, empty where there is none."""
    if result.low is None or result.high is None:
        return ""
    return text("{low} to {high}", low=number(result.low), high=number(result.high))


def part(name: str, amount: float) -> str:
    """One ingredient of a number: `in calls: 5 h 2 min`."""
    title, _, unit_ = name.rpartition(", ")
    if unit_ == "s" and title:
        said = duration(amount)
    elif unit_ == "%" and title:
        said = percent(amount)
    else:
        title, said = name, count(amount)
    return text("{name}: {amount}", name=text(title), amount=said)
