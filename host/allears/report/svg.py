"""Altair charts to inline SVG and to PNG, offline: one look for all of them."""

import itertools
import re
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

from allears.i18n import chart_locale
from allears.report.palette import LIGHT

_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
FONT = "Inter, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"  # the first that the machine has
_NUMBERS = itertools.count(1)
_AXIS: dict[str, Any] = {
    "labelColor": LIGHT["muted"],
    "labelFontSize": 11,
    "titleColor": LIGHT["muted"],
    "titleFontSize": 11,
    "titleFontWeight": "normal",
    "domainColor": LIGHT["hairline"],
    "tickColor": LIGHT["hairline"],
    "gridColor": LIGHT["grid"],
    "tickSize": 4,
    "labelPadding": 5,
}
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": {"labelColor": LIGHT["muted"], "labelFontSize": 11, "titleColor": LIGHT["muted"]},
    "text": {"color": LIGHT["ink"], "fontSize": 11},
}


def inline(chart: Any) -> Markup:
    """SVG text of a chart, ready to stand in a page beside others: ids unique, scalable, hidden from readers.

    What the chart says to people who cannot see it stands beside it: a label and a table.
    """
    text = vl_convert.vegalite_to_svg(_specification(chart, CONFIG), vl_version=_VEGA_LITE, **_locale())
    prefix = f"c{next(_NUMBERS)}-"
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r"url\(#", f"url(#{prefix}", text)
    text = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", text)
    text = re.sub(r' font-family="[^"]*"', "", text)
    return Markup(text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def png(chart: Any, scale: float) -> bytes:
    """A chart as a picture on the card's colour, for slides and letters."""
    config = {**CONFIG, "background": LIGHT["card"], "font": FONT, "padding": 16}
    picture: bytes = vl_convert.vegalite_to_png(
        _specification(chart, config), vl_version=_VEGA_LITE, scale=scale, **_locale()
    )
    return picture


def _specification(chart: Any, config: dict[str, Any]) -> dict[str, Any]:
    """Vega-Lite of a chart; Vega-Lite itself checks it, Altair's own check would take most of the time of a page."""
    content: dict[str, Any] = chart.configure(**config).to_dict(validate=False)
    return content


def _locale() -> dict[str, Any]:
    numbers, times = chart_locale()
    return {"format_locale": numbers, "time_format_locale": times}


def values(rows: list[dict[str, Any]]) -> Any:
    """Inline data of a chart."""
    return alt.Data(values=rows)
