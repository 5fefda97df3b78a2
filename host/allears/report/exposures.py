"""Load beside what is usual: every exposure measure with its usual range, its limits, and the days that left them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from allears.exposure.charts import Chart, Point, Signal
from allears.exposure.engine import RULES
from allears.exposure.limits import LIMITS
from allears.i18n import noted, plural
from allears.i18n import text as _
from allears.indicators import BY_KEY, Result
from allears.report import trends, words
from allears.report.drawing import Drawing

SIGNAL_DAYS = 28  # calendar days whose signals are listed
DRAWN_DAYS = 60  # worked days drawn
EXPLAINED = {definition.title for definition in BY_KEY.values()}
RULE_WORDS = dict(
    zip(
        RULES,
        (
            noted("one day far from usual"),
            noted("a slow drift"),
            noted("a lasting shift"),
            noted("many days in a row on one side"),
        ),
        strict=True,
    )
)


def view(found: Sequence[Chart]) -> dict[str, Any]:
    """What a page shows of charts of one person or of one group's means.

    judged: whether any day has a limit yet; signals: rows of the last SIGNAL_DAYS days; cards: one a measure that
    signals; context: of those that do not.
    """
    dates = [point.date for chart in found for point in chart.points]
    since = max(dates) - dt.timedelta(days=SIGNAL_DAYS - 1)
    by_key = {chart.measure.key: chart for chart in found}
    signals = sorted((s for chart in found for s in chart.signals if s.date >= since), key=_order)
    return {
        "signals": [_signal(by_key[signal.key], signal) for signal in signals],
        "since": words.day(since),
        "judged": any(point.limit is not None for chart in found for point in chart.points),
        "cards": [_card(chart) for chart in found if not chart.measure.context],
        "context": [_card(chart) for chart in found if chart.measure.context],
        # Those that the page explains already keep their words there.
        "definitions": [c.measure.definition for c in found if c.measure.definition.title not in EXPLAINED],
    }


def _order(signal: Signal) -> tuple[dt.date, str]:
    return signal.date, signal.key


def _signal(chart: Chart, signal: Signal) -> dict[str, str]:
    definition = chart.measure.definition
    return {
        "date": words.date(signal.date),
        "title": _(definition.title),
        "value": _amount(chart, signal.value),
        "usual": _amount(chart, signal.centre),
        "why": "; ".join(_(RULE_WORDS[rule]) for rule in signal.rules),
    }


def _amount(chart: Chart, value: float) -> str:
    """A value with its unit."""
    unit = chart.measure.definition.unit
    said = _figure(chart, value)
    return words.per_cent(said) if unit == "%" else f"{said} {_(unit)}"


def _figure(chart: Chart, value: float) -> str:
    unit = chart.measure.definition.unit
    whole = unit in ("s", "min") or unit.startswith("%") or (unit == "calls" and value == int(value))
    return words.count(value) if whole else words.number(value)


def _card(chart: Chart) -> dict[str, Any]:
    definition = chart.measure.definition
    points = chart.points[-DRAWN_DAYS:]
    card: dict[str, Any] = {
        "key": definition.key,
        "title": _(definition.title),
        "unit": _(definition.unit),
        "value": words.NONE,
        "basis": "",
        "usual": "",
        "missing": _missing(chart),
        "chart": None,
        "rows": [],
    }
    if not points:
        return card
    newest = points[-1]
    result = Result(definition.key, newest.value, newest.n, newest.n_unit)
    title = card["title"]
    label = _(
        "{title} by day with the usual range and the limits; the values stand in the table below", title=title
    )
    return card | {
        "value": _figure(chart, newest.value),
        "basis": f"{words.date(newest.date)} · {words.basis(result)}",
        "usual": _usual(chart, newest),
        "chart": Drawing(f"exposure-{definition.key}", label, trends.drift(_drawn(points)))
        if len(points) > 2
        else None,
        "rows": [_row(chart, point) for point in points],
    }


def _missing(chart: Chart) -> str:
    if not chart.missing:
        return ""
    return _(
        "not enough data for limits: {has} of {needs} worked days",
        has=len(chart.points),
        needs=LIMITS.first_day + 1,
    )


def _usual(chart: Chart, point: Point) -> str:
    if point.usual is None:
        return ""
    low, high = (_figure(chart, edge) for edge in point.usual)
    return plural(
        "Usually {low} to {high} ({n} day of baseline)",
        "Usually {low} to {high} ({n} days of baseline)",
        point.baseline_days,
        low=low,
        high=high,
    )


def _drawn(points: Sequence[Point]) -> list[dict[str, Any]]:
    return [
        {
            "date": point.date.isoformat(),
            "value": point.value,
            "low": point.usual[0] if point.usual else None,
            "high": point.usual[1] if point.usual else None,
            "limit": point.limit,
            "slow": point.slow,
            "signal": bool(point.rules),
        }
        for point in points
    ]


def _row(chart: Chart, point: Point) -> tuple[str, ...]:
    usual = words.NONE
    if point.usual is not None:
        usual = _("{low} to {high}", low=_figure(chart, point.usual[0]), high=_figure(chart, point.usual[1]))
    limit = words.NONE if point.limit is None else _figure(chart, point.limit)
    why = "; ".join(_(RULE_WORDS[rule]) for rule in point.rules) or words.NONE
    return words.date(point.date), _figure(chart, point.value), usual, limit, why
