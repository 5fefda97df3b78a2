"""Numbers, dates and lists as the locale spoken now writes them (Unicode CLDR, through Babel)."""

import datetime as dt
from collections.abc import Iterable

from babel import dates, numbers

from allears.i18n.spoken import locale, spoken

MINUS = "\N{MINUS SIGN}"
# Vega's own names of its number and time formats; the source language is its default.
_CHARTS = {"en": ("en-GB", "en-GB"), "zh_CN": ("zh-CN", "zh-CN"), "ru": ("ru-RU", "ru-RU")}
_NO_BLANKS = ("zh_CN",)  # languages that put no blank between sentences


def decimal(value: float, places: int) -> str:
    """A number with so many decimal places, and a real minus; what rounds to nothing has none."""
    rounded = round(value, places) or 0.0
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return numbers.format_decimal(rounded, pattern, locale=locale()).replace("-", MINUS)


def count(value: float) -> str:
    """12,345 in English, 12 345 in Russian."""
    return decimal(value, 0)


def date(day: dt.date) -> str:
    """Sat 21 Nov, in the order of the locale."""
    return dates.format_skeleton("MMMEd", day, locale=locale())


def span(first: dt.date, last: dt.date) -> str:
    """23 Oct to 20 Nov 2026, as the locale writes a span; one day is one date."""
    if first == last:
        return dates.format_date(last, "medium", locale=locale())
    return dates.format_interval(first, last, "yMMMd", locale=locale())


def weekdays() -> tuple[str, ...]:
    """Short names, Monday first."""
    names = dates.get_day_names("abbreviated", context="stand-alone", locale=locale())
    return tuple(names[day] for day in range(7))


def listed(items: Iterable[str]) -> str:
    """Things one after the other, without an "and"."""
    return ("、" if spoken() in _NO_BLANKS else ", ").join(items)


def glue(sentences: Iterable[str]) -> str:
    """Sentences one after the other."""
    return ("" if spoken() in _NO_BLANKS else " ").join(sentences)


def chart_locale() -> tuple[str, str]:
    """Names of the number format and the time format for charts."""
    return _CHARTS[spoken()]
