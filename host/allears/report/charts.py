"""The charts of both reports. Each takes plain rows and a width in px and returns an Altair chart."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import altair as alt

from allears.i18n import noted, weekdays
from allears.i18n import text as _
from allears.report.palette import LIGHT
from allears.report.svg import values

WIDE, NARROW = 860, 320
Row = dict[str, Any]
LANES = (noted("Customer"), noted("Both at once"), noted("You"), noted("Silence"), noted("Cues"))
_LANE_OF = {
    "loud-customer": "Customer",
    "floor": "Customer",
    "talk-over": "Both at once",
    "early-answer": "Both at once",
    "overlap-other": "Both at once",
    "simultaneous-start": "Both at once",
    "acknowledgement": "You",
    "monologue": "You",
    "dead-air": "Silence",
}
_COLOUR_OF = {
    "floor": "customer-soft",
    "loud-customer": "customer",
    "talk-over": "alert",
    "early-answer": "customer",
    "overlap-other": "customer",
    "simultaneous-start": "customer",
    "acknowledgement": "agent",
    "monologue": "agent-soft",
    "dead-air": "faint",
}
STATE_COLOURS = {"call": "agent", "acw": "agent-soft", "ready": "band", "break": "customer-soft"}


def timeline(events: Sequence[Row], cues: Sequence[Row], length_s: float, width: int) -> Any:
    """What the log tells of one call, by lane. events: kind, onset_s, duration_s, label; cues: at_s, shown."""
    least = length_s * 3 / width  # nothing is drawn thinner than about 3 px
    bars = [
        {
            "lane": _(_LANE_OF[event["kind"]]),
            "from": event["onset_s"],
            "to": event["onset_s"] + max(event["duration_s"], least),
            "colour": LIGHT[_COLOUR_OF[event["kind"]]],
            "label": event.get("label", ""),
        }
        for event in events
    ]
    marks = [
        {
            "lane": _("Cues"),
            "at": cue["at_s"],
            "line": LIGHT["agent" if cue["kind"] == "positive" else "alert"],
            "fill": LIGHT["card" if not cue["shown"] else "agent" if cue["kind"] == "positive" else "alert"],
        }
        for cue in cues
    ]
    ticks = _ticks(length_s, 5 if width == NARROW else 10)
    x = alt.X(
        "from:Q",
        scale=alt.Scale(domain=[0, length_s], nice=False),
        axis=alt.Axis(
            title=None,
            values=ticks,
            labelExpr="floor(datum.value/60) + ':' + format(datum.value%60, '02d')",
            grid=True,
        ),
    )
    y = alt.Y(
        "lane:N",
        scale=alt.Scale(domain=[_(lane) for lane in LANES], paddingInner=0.35, paddingOuter=0.2),
        axis=alt.Axis(
            title=None, domain=False, ticks=False, labelColor=LIGHT["ink"], labelFontSize=12, grid=False
        ),
    )
    base = alt.Chart(values(bars))
    drawn = base.mark_bar(cornerRadius=2).encode(x=x, x2="to:Q", y=y, color=alt.Color("colour:N", scale=None))
    labels = base.transform_filter("datum.label").mark_text(
        align="left", baseline="bottom", dx=-1, dy=-14, fontSize=11, fontWeight="bold", color=LIGHT["ink"]
    )
    labels = labels.encode(x="from:Q", y="lane:N", text="label:N")
    cue = alt.Chart(values(marks)).mark_point(shape="triangle-up", size=110, strokeWidth=1.5, opacity=1)
    cue = cue.encode(
        x="at:Q", y="lane:N", fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("line:N", scale=None)
    )
    return (drawn + labels + cue).properties(width=width - 90, height=200)


def _ticks(length_s: float, most: int) -> list[float]:
    step = next(step for step in (15, 30, 60, 120, 300, 600, 1800, 3600, 7200) if length_s / step <= most)
    return [float(at) for at in range(0, int(length_s) + 1, step)]


def day_strip(spans: Sequence[Row], zone_day: tuple[dt.datetime, dt.datetime], width: int) -> Any:
    """States along one day. spans: state, start, end as local naive ISO times."""
    rows = [
        {"from": row["start"], "to": row["end"], "colour": LIGHT[STATE_COLOURS[row["state"]]]}
        for row in spans
        if row["state"] in STATE_COLOURS
    ]
    domain = [alt.DateTime(**_parts(time)) for time in zone_day]
    x = alt.X(
        "from:T",
        scale=alt.Scale(domain=domain, nice=False),
        axis=alt.Axis(title=None, format="%H:%M", grid=False, tickCount=6 if width == NARROW else 10),
    )
    bars = alt.Chart(values(rows)).mark_rect().encode(x=x, x2="to:T", color=alt.Color("colour:N", scale=None))
    return bars.properties(width=width - 30, height=44)


def _parts(time: dt.datetime) -> dict[str, Any]:
    return {
        "year": time.year,
        "month": time.month,
        "date": time.day,
        "hours": time.hour,
        "minutes": time.minute,
    }


def occupancy_bars(rows: Sequence[Row], width: int) -> Any:
    """Occupancy by half-hour of one day. rows: minute, value (%)."""
    drawn = [
        {
            "slot": row["minute"],
            "end": row["minute"] + 28,
            "value": row["value"],
            "zero": 0,
            "colour": LIGHT["alert" if row["value"] > 85 else "agent"],
        }
        for row in rows
    ]
    hours = sorted({row["slot"] // 60 * 60 for row in drawn} | {drawn[-1]["slot"] // 60 * 60 + 60})
    x = alt.X(
        "slot:Q",
        scale=alt.Scale(domain=[drawn[0]["slot"], drawn[-1]["slot"] + 30], nice=False),
        axis=alt.Axis(
            title=None,
            values=hours,
            grid=False,
            labelExpr="format(datum.value/60, '02d') + ':00'",
            labelOverlap=True,
        ),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(title=None, values=[0, 50, 85, 100], labelExpr=percents(), domain=False, ticks=False),
    )
    bars = alt.Chart(values(drawn)).mark_rect(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
    bars = bars.encode(x=x, x2="end:Q", y=y, y2="zero:Q", color=alt.Color("colour:N", scale=None))
    limit = alt.Chart(values([{"y": 85}])).mark_rule(color=LIGHT["ink"], strokeDash=[3, 3], strokeWidth=1)
    return (bars + limit.encode(y="y:Q")).properties(width=width - 50, height=130)


def heat_map(cells: Sequence[Row], width: int) -> Any:
    """Occupancy by weekday and half-hour. cells: weekday, slot (09:30), bin (1-6 or 0), text."""
    rows = [
        {
            **cell,
            "colour": LIGHT[f"heat-{cell['bin']}" if cell["bin"] else "heat-none"],
            "ink": LIGHT["heat-paper" if cell["bin"] == 6 else "heat-ink"],
        }
        for cell in cells
    ]
    days = [day for day in weekdays() if any(r["weekday"] == day for r in rows)]
    slots = sorted({row["slot"] for row in rows})
    day: dict[str, Any] = {"field": "weekday", "type": "nominal", "sort": days}
    slot: dict[str, Any] = {"field": "slot", "type": "ordinal", "sort": slots}
    quiet = alt.Axis(title=None, domain=False, ticks=False, labelAngle=0, labelColor=LIGHT["ink"])
    hours = alt.Axis(
        title=None, domain=False, ticks=False, labelAngle=0, labelAlign="center" if width == WIDE else "right",
        labelExpr="indexof(datum.label, ':00') > 0 ? datum.label : ''",
    )  # fmt: skip
    if width == WIDE:
        x, y, height = alt.X(**slot, axis=hours), alt.Y(**day, axis=quiet), 42 * len(days)
    else:
        x, y, height = alt.X(**day, axis=quiet), alt.Y(**slot, axis=hours), 21 * len(slots)
    base = alt.Chart(values(rows)).encode(x=x, y=y)
    tiles = base.mark_rect(cornerRadius=3, stroke=LIGHT["card"], strokeWidth=2)
    tiles = tiles.encode(color=alt.Color("colour:N", scale=None))
    text = base.mark_text(fontSize=11).encode(text="text:N", color=alt.Color("ink:N", scale=None))
    return (tiles + text).properties(width=width - 50, height=height)


def histogram(
    bins: Sequence[Row], marks: Sequence[Row], unit: str, width: int, tick_step: float, height: int = 130
) -> Any:
    """Counts by bin. bins: low, high, n; marks: at, text (drawn as a line with its name)."""
    last = bins[-1]["high"]
    ticks = [tick_step * n for n in range(int(last // tick_step) + 1)]
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(title=unit, values=ticks, grid=False, titleAnchor="end"),
    )
    y = alt.Y("n:Q", axis=alt.Axis(title=None, tickCount=3, domain=False, ticks=False))
    inset = last / width * 1.2
    rows = [{"low": r["low"] + inset / 2, "to": r["high"] - inset / 2, "n": r["n"], "zero": 0} for r in bins]
    bars = alt.Chart(values(rows)).mark_rect(
        color=LIGHT["agent"], cornerRadiusTopLeft=2, cornerRadiusTopRight=2
    )
    bars = bars.encode(x=x, x2="to:Q", y=y, y2="zero:Q")
    lines = alt.Chart(values([{"at": mark["at"], "text": mark["text"]} for mark in marks]))
    rule = lines.mark_rule(color=LIGHT["alert"], strokeWidth=2).encode(x="at:Q")
    late = bool(marks) and marks[0]["at"] > last * 0.6
    text = lines.mark_text(
        align="right" if late else "left",
        baseline="bottom",
        dx=0 if late else -1,
        dy=-5,
        fontSize=11,
        color=LIGHT["ink"],
        fontWeight="bold",
    )
    return (bars + rule + text.encode(x="at:Q", y=alt.value(0), text="text:N")).properties(
        width=width - 50, height=height
    )


def percents() -> str:
    """Vega expression of a percentage on an axis."""
    before, after = _("{value} %").split("{value}")
    return f"{before!r} + datum.value + {after!r}"
