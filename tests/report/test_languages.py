"""The same two pages in Chinese and in Russian: nothing left in English, the same laws, the same figures."""

import datetime as dt
import html
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from allears import history, i18n, report
from allears.cli.report import command
from allears.errors import BadInput
from allears.report import vocabulary
from allears.store import Store

ZONE = ZoneInfo("Europe/Berlin")
CODES = [code for code in i18n.LANGUAGES if code != i18n.SOURCE]
# What may stand in any language: names, units of measure and the log's own words. Sources are cited as they are.
LATIN = re.compile(
    r"\b(AllEars|allears|flash|doctor|contest|dBFS|AHT|ACW|Connect|Genesys|RingCentral|Erlang|IT|Europe|Berlin|Heron|Harbour|mV|"
    r"bytes cut off the log)\b"
)
SOURCES = re.compile(r'<dd class="source">.*?</dd>', re.S)
FEELINGS = {
    "ru": r"эмоци|чувств|настроени|злост|гнев|раздраж|стресс|выгоран|грусть|счаст|тревож|устал",
    "zh_CN": r"情绪|情感|心情|愤怒|生气|恼|压力|倦怠|焦虑|高兴|快乐|悲伤|疲惫",
}
RANKING = {"ru": r"рейтинг|лучший оператор|худш|оценка", "zh_CN": r"排名|排行|最差|评分"}


@pytest.fixture(scope="module", params=CODES)
def spoken(request: Any, store: Store) -> SimpleNamespace:
    with i18n.language(request.param):
        agent = report.agent_page(store, history.PLAYED, ZONE)
        team = report.team_page(store, history.TEAM, ZONE)
    return SimpleNamespace(code=request.param, agent=agent, team=team)


def _text(page: str) -> str:
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.S)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', page))
    return html.unescape(re.sub(r"<[^>]+>", " ", page) + " " + labels)


def test_nothing_is_left_in_english(spoken: SimpleNamespace) -> None:
    for page in (spoken.agent, spoken.team):
        left = set(re.findall(r"[A-Za-z]{2,}", LATIN.sub(" ", _text(SOURCES.sub("", page.html)))))
        assert not left


def test_the_page_says_its_language(spoken: SimpleNamespace) -> None:
    assert f'<html lang="{i18n.LANGUAGES[spoken.code][1]}">' in spoken.agent.html


def test_figures_are_those_of_the_english_page(spoken: SimpleNamespace, pages: SimpleNamespace) -> None:
    assert spoken.agent.document["indicators"] == pages.agent_json["indicators"]
    assert spoken.team.document["indicators"] == pages.team_json["indicators"]
    assert list(spoken.agent.charts)


def test_no_translation_speaks_of_feelings_or_ranks(spoken: SimpleNamespace) -> None:
    for page in (spoken.agent, spoken.team):
        text = _text(page.html).lower()
        assert not re.findall(FEELINGS[spoken.code], text)
        assert not re.findall(RANKING[spoken.code], text)


def test_a_team_report_names_nobody(spoken: SimpleNamespace) -> None:
    assert not [person for person in history.PEOPLE if person.pseudonym in spoken.team.html]


def test_every_word_of_the_vocabulary_is_said(spoken: SimpleNamespace) -> None:
    with i18n.language(spoken.code):
        for table in (
            vocabulary.EVENT_TITLES,
            vocabulary.CUE_TITLES,
            vocabulary.MARKS,
            vocabulary.SUPPRESSED,
        ):
            assert all(i18n.text(word) != word for word in table.values())


def test_the_command_takes_a_language_and_writes_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "DAYS", 8)
    path = tmp_path / "s.duckdb"
    with Store(path) as opened:
        history.make(opened, 5, dt.date(2026, 11, 20), ZONE)
    arguments = [
        "--store",
        str(path),
        "--out",
        str(tmp_path),
        "--time-zone",
        "Europe/Berlin",
        "--language",
        "ru",
    ]
    done = CliRunner().invoke(
        command,
        ["--team", history.TEAM, *arguments, "--png", "heat-map", "--png", "gaps"],
        standalone_mode=False,
    )
    page, heat, gaps = (Path(line) for line in done.output.split())
    assert "Нагрузка на смене" in page.read_text("utf-8")
    assert heat.name == "allears-team-Harbour-heat-map.png" and gaps.name.endswith("-gaps.png")
    for picture in (heat, gaps):
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and picture.stat().st_size > 5000


def test_a_chart_that_is_not_there_is_named_with_those_that_are(
    spoken: SimpleNamespace, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="no chart pie; choose from timeline, .*half-hours"):
        report.save_charts(spoken.agent, ["pie"], tmp_path)
    assert not list(tmp_path.iterdir())
