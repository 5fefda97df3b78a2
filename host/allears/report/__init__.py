"""Reports: one self-contained HTML file for an agent or a team, readable offline, in print and without scripts."""

import base64
import datetime as dt
import re
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from allears.aggregate.facts import Facts
from allears.errors import MissingInput
from allears.report import agent, palette, team, words
from allears.store import Store
from allears_core.records import EVENTS, SUMMARIES
from allears_core.version import VERSION

__all__ = ["agent_page", "save", "team_page"]
_FONT = "fonts/inter-latin.woff2"


def agent_page(store: Store, pseudonym: str, zone: ZoneInfo) -> tuple[str, dict[str, Any]]:
    """(HTML, JSON document) of an agent's own report, from the agent's stream."""
    return _page(agent.view(Facts(store, EVENTS, zone), pseudonym))


def team_page(store: Store, name: str, zone: ZoneInfo) -> tuple[str, dict[str, Any]]:
    """(HTML, JSON document) of a team's report, from session summaries alone."""
    return _page(team.view(Facts(store, SUMMARIES, zone), name))


def save(html: str, document: dict[str, Any], folder: Path) -> Path:
    """Write the page as `allears-KIND-NAME.html` into `folder`, which is made if need be. Returns its path."""
    safe = re.sub(r"[^\w-]+", "-", document["name"]).strip("-") or "unnamed"
    path = folder / f"allears-{document['kind']}-{safe}.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise MissingInput(
            f"{path} cannot be written ({error.strerror})", "choose a folder with --out"
        ) from error
    return path


def _page(view: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("allears.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typographic"] = words.typographic
    html = environment.get_template(f"{view['kind']}.html").render(
        **view, style=_style(environment), version=VERSION, made=dt.date.today().isoformat()
    )
    document = {
        "schema": 1,
        **{key: view[key] for key in ("kind", "name", "period", "days", "calls", "example")},
        "indicators": [result.document() for result in view["results"].values()],
    }
    return html, document


def _style(environment: jinja2.Environment) -> Markup:
    font = base64.b64encode(resources.files(__package__).joinpath(_FONT).read_bytes()).decode()
    text = environment.get_template("style.css").render(
        font=font,
        light=Markup(palette.variables(palette.LIGHT)),
        dark=Markup(palette.variables(palette.DARK)),
        svg_rules=Markup(palette.svg_rules()),
    )
    return Markup(text)
