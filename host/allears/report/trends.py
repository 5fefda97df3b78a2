"""Charts of one measure over many days. Each takes plain rows and returns an Altair chart."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from allears.i18n import noted
from allears.i18n import text as _
from allears.report.charts import NARROW, Row, percents
from allears.report.palette import LIGHT
from allears.report.svg import values

# Day and month on an axis, in d3's letters.
_DAY_FORMAT = noted("%-d %b")


def trend(points: Sequence[Row], band: tuple[float, float] | None, width: int = 260) -> Any:
    """One measure by day. points: date (ISO), value; the newest is marked. band: the usual range."""
    rows = [{"date": point["date"], "value": point["value"]} for point in points]
    dates = [row["date"] for row in rows]
    x = alt.X(
        "date:T",
        axis=alt.Axis(title=None, format=_(_DAY_FORMAT), tickCount=3, grid=False, labelFlush=True),
        scale=alt.Scale(domain=[dates[0], dates[-1]], padding=6),
    )
    y = alt.Y(
        "value:Q",
        axis=alt.Axis(title=None, tickCount=3, domain=False, ticks=False),
        scale=alt.Scale(zero=False),
    )
    line = alt.Chart(values(rows)).mark_line(color=LIGHT["agent-soft"], strokeWidth=1.5).encode(x=x, y=y)
    dots = alt.Chart(values(rows[:-1])).mark_circle(color=LIGHT["agent"], size=14, opacity=1).encode(x=x, y=y)
    newest = (
        alt.Chart(values(rows[-1:])).mark_circle(color=LIGHT["alert"], size=64, opacity=1).encode(x=x, y=y)
    )
    layers = [line, dots, newest]
    if band:
        span = alt.Chart(values([{"low": band[0], "high": band[1]}]))
        layers.insert(0, span.mark_rect(color=LIGHT["band"], opacity=1).encode(y="low:Q", y2="high:Q"))
    return alt.layer(*layers).properties(width=width, height=84)


def drift(points: Sequence[Row], width: int = 260) -> Any:
    """One measure by day with its usual range (band), its limit for a single day (dashed) and its slow line.

    points: date (ISO), value, signal, and low, high, limit, slow (None before there is a baseline). Days that signal
    are orange and have a shape of their own.
    """
    room = _room(points)
    x = alt.X(
        "date:T",
        axis=alt.Axis(title=None, format=_(_DAY_FORMAT), tickCount=3, grid=False, labelFlush=True),
        scale=alt.Scale(domain=[points[0]["date"], points[-1]["date"]], padding=6),
    )
    y = alt.Y(
        "value:Q",
        axis=alt.Axis(title=None, tickCount=3, domain=False, ticks=False),
        scale=alt.Scale(domain=room, nice=False),
    )
    judged = [point for point in points if point["limit"] is not None]
    quiet = alt.Chart(values([point for point in points if not point["signal"]]))
    loud = alt.Chart(values([point for point in points if point["signal"]]))
    layers = [
        alt.Chart(values(list(points)))
        .mark_line(color=LIGHT["agent-soft"], strokeWidth=1.5)
        .encode(x=x, y=y),
        quiet.mark_circle(color=LIGHT["agent"], size=14, opacity=1).encode(x=x, y=y),
        loud.mark_point(color=LIGHT["alert"], filled=True, shape="diamond", size=110, opacity=1).encode(
            x=x, y=y
        ),
    ]
    if judged:
        base = alt.Chart(values(judged))
        band = base.mark_area(color=LIGHT["band"], opacity=1, interpolate="step").encode(
            x=x, y="low:Q", y2="high:Q"
        )
        limit = base.mark_line(color=LIGHT["ink"], strokeDash=[3, 3], strokeWidth=1, interpolate="step")
        slow = base.mark_line(color=LIGHT["customer"], strokeWidth=1.5)
        layers = [band, slow.encode(x=x, y="slow:Q"), *layers]
        if all(room[0] <= point["limit"] <= room[1] for point in judged):
            layers.insert(1, limit.encode(x=x, y="limit:Q"))
    return alt.layer(*layers).properties(width=width, height=96)


def _room(points: Sequence[Row]) -> list[float]:
    """Lowest and highest value to draw: all days, their band and their limits; limits far from both would flatten them
    and are left to the table."""
    near = [point[name] for point in points for name in ("value", "low", "high") if point[name] is not None]
    low, high = min(near), max(near)
    span = max(high - low, abs(high) * 0.05, 0.1)
    limits = [point["limit"] for point in points if point["limit"] is not None]
    if limits and low - 2.5 * span <= min(limits) and max(limits) <= high + 2.5 * span:
        low, high = min(low, *limits), max(high, *limits)
    return [low - 0.08 * span, high + 0.08 * span]


def daily_line(points: Sequence[Row], limit: float, width: int) -> Any:
    """A percentage by day with a dashed limit. points: date (ISO), value."""
    rows = list(points)
    x = alt.X(
        "date:T",
        axis=alt.Axis(
            title=None,
            format=_(_DAY_FORMAT),
            tickCount=4 if width == NARROW else 8,
            grid=False,
            labelOverlap=True,
            labelSeparation=12,
        ),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(title=None, tickCount=4, labelExpr=percents(), domain=False, ticks=False),
    )
    base = alt.Chart(values(rows)).encode(x=x, y=y)
    line = base.mark_line(color=LIGHT["agent-soft"], strokeWidth=2)
    dots = base.mark_circle(size=42, opacity=1).encode(
        color=alt.condition(f"datum.value > {limit}", alt.value(LIGHT["alert"]), alt.value(LIGHT["agent"]))
    )
    rule = alt.Chart(values([{"y": limit}])).mark_rule(color=LIGHT["ink"], strokeDash=[3, 3], strokeWidth=1)
    return (line + rule.encode(y="y:Q") + dots).properties(width=width - 50, height=140)
