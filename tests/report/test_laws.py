"""What a page may never hold: a person's name before a lead, a group too small, words about what somebody feels."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears import history, report
from allears.errors import NotEnoughData
from allears.indicators import DEFINITIONS
from allears.privacy.atoms import MIN_GROUP
from allears.report import agent, floor, palette, vocabulary, words
from allears.store import Store

ZONE = ZoneInfo("Europe/Berlin")
REPORT = Path(report.__file__).parent
EMOTION = re.compile(
    r"\b(emotion\w*|feel\w*|mood\w*|anger|angry|annoy\w*|happy|happi\w*|sad|sadness|frustrat\w*|sentiment\w*|anxi\w*|"
    r"stress\w*|burn\w*out|upset|rude\w*|friendl\w*|empath\w*|tone of voice|calm\w*|nervous\w*|tired\w*)\b",
    re.IGNORECASE,
)
RANKING = re.compile(
    r"\b(rank\w*|best agent|worst|top perform\w*|leaderboard|low perform\w*|score\w*)\b", re.IGNORECASE
)


def _text(html: str) -> str:
    """What people read: no style, no SVG paths, no tags."""
    html = re.sub(r"<style>.*?</style>", " ", html, flags=re.S)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', html))
    return re.sub(r"<[^>]+>", " ", html) + " " + labels


def test_a_team_report_names_nobody(pages: SimpleNamespace) -> None:
    for person in history.PEOPLE:
        assert person.pseudonym not in pages.team_html
        assert person.pseudonym not in str(pages.team_json)
    assert "EXAMPLE-" not in pages.team_html and "AE-1" not in pages.team_html


def test_a_team_report_has_no_row_for_a_person(store: Store, pages: SimpleNamespace) -> None:
    """No figure that only one agent's own sums could give stands in the page or its JSON."""
    sums = store.connection.execute(
        "SELECT pseudonym, count(*), sum(acknowledgements) FROM calls JOIN units USING (unit, log_id) "
        "WHERE stream = 'summaries' GROUP BY pseudonym"
    ).fetchall()
    assert len(sums) == len(history.PEOPLE)
    shown = set(re.findall(r"\d+", _text(pages.team_html).replace(",", ""))) | set(
        re.findall(r"\d+", str(pages.team_json))
    )
    for _, calls, acknowledgements in sums:
        assert str(calls) not in shown
        assert str(int(acknowledgements)) not in shown


def test_one_persons_extremes_stay_out_of_a_team_report(pages: SimpleNamespace) -> None:
    keys = {row["key"] for row in pages.team_json["indicators"]}
    assert keys.isdisjoint({"longest-spell", "longest-monologue", "since-break"})


@pytest.mark.parametrize("people", range(1, MIN_GROUP))
def test_a_group_under_five_is_refused(store: Store, people: int) -> None:
    names = [person.pseudonym for person in history.PEOPLE[:people]]
    marks = ", ".join("?" * len(names))
    store.connection.execute(f"UPDATE units SET team = 'Small' WHERE pseudonym IN ({marks})", names)
    try:
        with pytest.raises(NotEnoughData, match="not enough people in team Small"):
            report.team_page(store, "Small", ZONE)
    finally:
        store.connection.execute("UPDATE units SET team = ?", [history.TEAM])


def test_a_team_nobody_knows_is_refused_in_the_same_words(store: Store) -> None:
    with pytest.raises(NotEnoughData, match="not enough people in team Nowhere"):
        report.team_page(store, "Nowhere", ZONE)


def test_a_team_report_reads_no_event(store: Store, pages: SimpleNamespace) -> None:
    """The lead's page is the same with the agents' whole stream taken away."""
    tables = ("events", "cues", "cue_notes", "marks", "calls", "states", "clocks")
    store.connection.begin()
    for table in tables:
        store.connection.execute(f"DELETE FROM {table} WHERE stream = 'events'")
    try:
        page = report.team_page(store, history.TEAM, ZONE)
    finally:
        store.connection.rollback()
    assert page.document == pages.team_json
    assert _text(page.html) == _text(pages.team_html)


def test_pages_speak_of_what_was_done_and_never_of_feelings(pages: SimpleNamespace) -> None:
    sources = [path.read_text() for path in (REPORT / "templates").iterdir() if path.suffix == ".html"]
    sources += [
        str(vars(words)),
        str(vars(vocabulary)),
        str(agent.QUESTIONS),
        str(DEFINITIONS),
        _text(pages.agent_html),
        _text(pages.team_html),
    ]
    for text in sources:
        assert not EMOTION.search(text), EMOTION.search(text)
        assert not RANKING.search(text), RANKING.search(text)


def test_example_data_is_marked_on_every_page(pages: SimpleNamespace) -> None:
    for html, document in ((pages.agent_html, pages.agent_json), (pages.team_html, pages.team_json)):
        assert html.count("Example data") >= 2
        assert document["example"] is True


def test_a_pseudonym_is_text_and_never_markup(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script> & "Co"'
    with Store(":memory:") as store:
        history.make(store, 5, dt.date(2026, 11, 20), ZONE)
        store.connection.execute(
            "UPDATE units SET pseudonym = ?, team = ? WHERE pseudonym = 'Heron'", [evil, evil]
        )
        page = report.agent_page(store, evil, ZONE)
    assert "<script" not in page.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Co&#34;" in page.html
    assert report.save(page, tmp_path).name == "allears-agent-script-alert-1-script-Co.html"


def test_the_file_asks_for_nothing(pages: SimpleNamespace) -> None:
    for html in (pages.agent_html, pages.team_html):
        bare = html.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
            'xmlns:xlink="http://www.w3.org/1999/xlink"', ""
        )
        assert "http://" not in bare and "https://" not in bare
        assert "<script" not in html and '<link rel="stylesheet' not in html and "@import" not in html


def test_ids_are_unique_and_colours_are_only_those_of_the_palette(pages: SimpleNamespace) -> None:
    for html in (pages.agent_html, pages.team_html):
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        drawn = set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]{3,8})"', html))
        assert drawn <= set(palette.LIGHT.values())
    assert len(set(palette.LIGHT.values())) == len(palette.LIGHT)
    assert palette.LIGHT.keys() == palette.DARK.keys()


@given(st.lists(st.floats(0, 400), max_size=60))
def test_no_bar_of_a_distribution_stands_for_fewer_than_five(found: list[float]) -> None:
    bins = floor._bins(found, 20, 300)
    assert sum(row["n"] for row in bins) == sum(value < 300 for value in found)
    assert [row["low"] for row in bins[1:]] == [row["high"] for row in bins[:-1]]
    assert (bins[0]["low"], bins[-1]["high"]) == (0, 300)
    assert len(bins) == 1 or all(row["n"] == 0 or row["n"] >= MIN_GROUP for row in bins)
