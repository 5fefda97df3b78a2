"""One measure beside its own earlier days: the card both reports are built from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allears.i18n import text as _
from allears.indicators import BY_KEY, Result
from allears.indicators.collect import conversation_results
from allears.indicators.statistics import quantile
from allears.report import trends, words
from allears.report.drawing import Drawing

EARLIER_DAYS = 28  # calendar days a measure is compared with
EARLIER_MIN = 10  # days with a value before a usual range is shown


@dataclass(frozen=True)
class Card:
    """A measure ready for the page; `value` is "–" and `missing` says why where there is not enough data."""

    key: str
    title: str
    unit: str
    value: str
    interval: str
    when: str
    basis: str
    missing: str
    usual: str
    parts: tuple[str, ...]
    chart: Drawing | None
    rows: tuple[tuple[str, str, str], ...]  # date, value, basis: the chart's twin for readers


def card(key: str, by_day: Sequence[tuple[dt.date, Result]], today: dt.date) -> Card:
    """Card of one measure. by_day: results oldest first; today: the day the report is about.

    Shows the newest day that has enough data; says so when that is not `today`.
    """
    definition = BY_KEY[key]
    enough = [(day, result) for day, result in by_day if result.value is not None]
    now = next((result for day, result in by_day if day == today), None)
    missing = words.lacking(now) if now is not None else _("no calls on this day")
    shown_day, shown = enough[-1] if enough else (today, Result(key, None, 0, "", missing))
    first = shown_day - dt.timedelta(days=EARLIER_DAYS)
    earlier = [(day, result) for day, result in enough if first <= day < shown_day]
    low_high = _usual([float(result.value or 0) for _, result in earlier])
    points: list[dict[str, Any]] = [
        {"date": day.isoformat(), "value": result.value} for day, result in [*earlier, (shown_day, shown)]
    ]
    title = _(definition.title)
    label = _(
        "{title} by day, {unit}; the values stand in the table below", title=title, unit=words.unit(key)
    )
    chart = Drawing(key, label, trends.trend(points, low_high)) if len(earlier) >= 2 else None
    return Card(
        key=key,
        title=title,
        unit=words.unit(key),
        value=words.value(shown),
        interval=words.interval(shown),
        when=words.date(shown_day) if enough else "",
        basis=words.basis(shown) if enough else "",
        missing=_("{name}: {amount}", name=words.date(today), amount=missing) if missing else "",
        usual=_usual_text(key, low_high, len(earlier)),
        parts=tuple(words.part(name, amount) for name, amount in shown.parts.items()),
        chart=chart,
        rows=tuple(
            (words.date(day), words.value(result), words.basis(result))
            for day, result in [*earlier, (shown_day, shown)]
        )
        if chart
        else (),
    )


CARDS = ("talk-share", "talk-over-rate", "acknowledgement-rate", "dead-air-rate", "response-gap", "opening")


def conversation_cards(calls: Sequence[Mapping[str, Any]], today: dt.date) -> list[Card]:
    """The conversation measures' cards over calls with their local `date`; today: the day the report is about."""
    by_day: dict[dt.date, list[Mapping[str, Any]]] = {}
    for call in sorted(calls, key=lambda call: call["date"]):
        by_day.setdefault(call["date"], []).append(call)
    results = {day: conversation_results(found) for day, found in by_day.items()}
    return [card(key, [(day, found[key]) for day, found in results.items()], today) for key in CARDS]


def _usual(earlier: Sequence[float]) -> tuple[float, float] | None:
    if len(earlier) < EARLIER_MIN:
        return None
    return quantile(earlier, 0.1), quantile(earlier, 0.9)


def _usual_text(key: str, low_high: tuple[float, float] | None, days: int) -> str:
    if low_high is None:
        return _("Usual range: not enough data, {days} of {needs} earlier days", days=days, needs=EARLIER_MIN)
    low, high = (words.value(Result(key, edge, 0, "")) for edge in low_high)
    return _("Usually {low} to {high} (middle 80 % of {days} earlier days)", low=low, high=high, days=days)
