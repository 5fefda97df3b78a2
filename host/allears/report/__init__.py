"""Reports: one self-contained HTML file for an agent or a team, readable offline, in print and without scripts."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from allears.aggregate.facts import Facts
from allears.errors import BadInput, MissingInput
from allears.i18n import plural, spoken, tag, text
from allears.privacy.ledger import Ledger, beside
from allears.privacy.notes import file_name
from allears.report import agent, named, palette, team, words
from allears.report.drawing import Drawing, drawings
from allears.store import Store
from allears_core.records import EVENTS, SUMMARIES
from allears_core.version import VERSION

__all__ = ["Page", "agent_page", "named_page", "places", "save", "save_charts", "team_page"]
# File -> the characters it is for; Chinese has no font of ours, every system brings one.
_LATIN = ("inter-latin.woff2", "U+0000-02FF, U+1E00-1EFF, U+2000-22FF")
_FONTS = {
    "en": (_LATIN,),
    "zh_CN": (_LATIN,),
    "ru": (_LATIN, ("inter-cyrillic.woff2", "U+0400-04FF, U+2116")),
}


@dataclass(frozen=True)
class Page:
    """A report: its HTML, the same as data for `--json`, and its charts by name."""

    html: str
    document: dict[str, Any]
    charts: dict[str, Drawing]


def agent_page(store: Store, pseudonym: str, zone: ZoneInfo) -> Page:
    """An agent's own report, from the agent's stream, in the language spoken now."""
    return _page(agent.view(store, Facts.of_agent(store, EVENTS, zone, pseudonym), pseudonym))


def team_page(store: Store, name: str, zone: ZoneInfo) -> Page:
    """A team's report, from session summaries alone, in the language spoken now; the release ledger beside the store
    decides what may be shown, and remembers it."""
    with Ledger(beside(store.path)) as ledger:
        facts = Facts.of_team(store, SUMMARIES, zone, name)
        return _page(team.view(store, facts, name, ledger, dt.datetime.now(dt.UTC)))


def named_page(store: Store, pseudonym: str, zone: ZoneInfo, now: dt.datetime) -> Page:
    """What a lead may see of an agent who agreed to it, from session summaries; now: aware. NoConsent without it."""
    return _page(named.view(store, pseudonym, zone, now))


def places(page: Page, names: Sequence[str], folder: Path) -> list[Path]:
    """Where `save` and `save_charts` put the page and these charts of it; BadInput names the charts that there are."""
    charts = [folder / f"{_stem(page)}-{name}.png" for name in _chosen(page, names)]
    return [folder / f"{_stem(page)}.html", *charts]


def save(page: Page, folder: Path) -> Path:
    """Write the page as `allears-KIND-NAME.html` into `folder`, which is made if need be. Returns its path."""
    (path,) = places(page, (), folder)
    _write(path, page.html.encode())
    return path


def save_charts(page: Page, names: Sequence[str], folder: Path) -> list[Path]:
    """Write charts as `allears-KIND-NAME-CHART.png`; `all` means each one. BadInput names those that there are."""
    paths = places(page, names, folder)[1:]
    for name, path in zip(_chosen(page, names), paths, strict=True):
        _write(path, page.charts[name].png())
    return paths


def _chosen(page: Page, names: Sequence[str]) -> list[str]:
    unknown = [name for name in names if name != "all" and name not in page.charts]
    if unknown:
        raise BadInput(
            f"the report has no chart {unknown[0]}", f"choose from {', '.join(page.charts)} or all with --png"
        )
    return list(page.charts) if "all" in names else list(dict.fromkeys(names))


def _stem(page: Page) -> str:
    return f"allears-{page.document['kind']}-{file_name(page.document['name'])}"


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise MissingInput(
            f"{path} cannot be written ({error.strerror})", "choose a folder with --out"
        ) from error


def _page(view: dict[str, Any]) -> Page:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("allears.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typographic"] = words.typographic
    environment.globals.update(_=_said, plural=_counted)
    html = environment.get_template(f"{view['kind']}.html").render(
        **view, style=_style(environment), tag=tag(), version=VERSION, made=words.day(dt.date.today())
    )
    document = {
        "schema": 1,
        **{key: view[key] for key in ("kind", "name", "period", "days", "calls", "example")},
        "indicators": [result.document() for result in view["results"].values()],
        **view["data"],
    }
    return Page(html, document, {drawing.name: drawing for drawing in drawings(view)})


def _said(message: str, **values: Any) -> str:
    return words.typographic(text(message, **values))


def _counted(one: str, many: str, n: float, **values: Any) -> str:
    return words.typographic(plural(one, many, n, **values))


def _style(environment: jinja2.Environment) -> Markup:
    folder = resources.files(__package__).joinpath("fonts")
    fonts = [
        {"data": base64.b64encode(folder.joinpath(name).read_bytes()).decode(), "range": range_}
        for name, range_ in _FONTS[spoken()]
    ]
    css = environment.get_template("style.css").render(
        fonts=fonts,
        light=Markup(palette.variables(palette.LIGHT)),
        dark=Markup(palette.variables(palette.DARK)),
        svg_rules=Markup(palette.svg_rules()),
    )
    return Markup(css)
