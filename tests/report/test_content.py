"""The pages say what the store holds: the newest real call, its evidence, and "not enough data" where so."""

import datetime as dt
import json
import re
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from allears import history, report
from allears.cli.report import command
from allears.errors import BadInput, MissingInput, NotEnoughData
from allears.history.logs import ClipLog
from allears.report import local, vocabulary, words
from allears.store import Store
from allears_core import records

ZONE = ZoneInfo("Europe/Berlin")


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main")[1])).replace(" .", ".")


def test_the_newest_real_call_stands_first_with_its_evidence(pages: SimpleNamespace) -> None:
    text = _plain(pages.agent_html)
    assert "Fri 20 Nov, 10:30 4 min" in text
    assert (
        "In 4 min you had 52 % of the speech. You acknowledged 3 times and left the customer’s opening whole."
        in text
    )
    assert "2 talk-overs: the first at 0:40, with 1.5 s of joint speech." in text
    assert "1 0:40 Talk-over both went on for more than 2 s 3.0 s 1.5 s customer, for 6.0 s" in text
    assert "71 % 0:41 let them finish" in text
    assert "3 2:30 Talk-over you gave way" in text


def test_a_day_with_too_little_says_so_and_shows_the_newest_that_has_enough(pages: SimpleNamespace) -> None:
    text = _plain(pages.agent_html)
    assert "Fri 20 Nov: not enough data: 1.6 of 30 min of customer talk" in text
    assert "Thu 19 Nov · n = " in text


def test_calls_without_a_known_time_are_left_out_and_counted(pages: SimpleNamespace) -> None:
    for html in (pages.agent_html, pages.team_html):
        assert "1 call without a known time left out" in _plain(html)


def test_one_call_on_one_day_is_in_the_singular(played_call: ClipLog) -> None:
    with Store(":memory:") as store:
        store.put_unit("ffee", "01", pseudonym="Wren", team="North")
        raw = bytes(played_call.streams[records.EVENTS])
        store.ingest("ffee", "01", records.EVENTS, records.Reader().feed(raw, last=True))
        html = report.agent_page(store, "Wren", ZONE).html
    assert "North · 20 Nov 2026 · 1 call on 1 day " in _plain(html)


def test_every_result_of_the_json_has_its_n(pages: SimpleNamespace) -> None:
    for document in (pages.agent_json, pages.team_json):
        assert json.loads(json.dumps(document)) == document
        for row in document["indicators"]:
            assert row["n_unit"] and (row["value"] is None) == bool(row["missing"])


def test_occupancy_prints_numerator_denominator_and_what_is_excluded(pages: SimpleNamespace) -> None:
    for html in (pages.agent_html, pages.team_html):
        assert re.search(r"numerator: \d+ h \d+ min.*denominator: \d+ h.*excluded break: \d+ h", _plain(html))


def test_an_unknown_agent_and_an_empty_store_are_named(store: Store) -> None:
    with pytest.raises(NotEnoughData, match="no call of agent Nobody"):
        report.agent_page(store, "Nobody", ZONE)
    with Store(":memory:") as empty, pytest.raises(NotEnoughData, match="no summaries with a known time"):
        report.team_page(empty, "North", ZONE)


def test_the_command_writes_the_page_and_prints_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "DAYS", 8)
    path = tmp_path / "s.duckdb"
    with Store(path) as store:
        history.make(store, 5, dt.date(2026, 11, 20), ZONE)
    arguments = ["--store", str(path), "--out", str(tmp_path / "out"), "--time-zone", "Europe/Berlin"]
    result = CliRunner().invoke(
        command, ["--team", history.TEAM, *arguments, "--json"], standalone_mode=False
    )
    document = json.loads(result.output)
    assert document["kind"] == "team" and Path(document["file"]).read_text().startswith("<!doctype html>")
    again = CliRunner().invoke(command, ["--agent", "Plover", *arguments], standalone_mode=False)
    assert again.output.strip() == str(tmp_path / "out" / "allears-agent-Plover.html")


def test_the_command_takes_one_of_agent_and_team(tmp_path: Path) -> None:
    for arguments in ([], ["--agent", "a", "--team", "b"]):
        assert "either --agent or --team" in CliRunner().invoke(command, arguments).output
    missing = CliRunner().invoke(
        command, ["--agent", "a", "--store", str(tmp_path / "no")], standalone_mode=False
    )
    assert isinstance(missing.exception, MissingInput)


def test_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local.zone("Asia/Kathmandu").key == "Asia/Kathmandu"
    monkeypatch.setenv("TZ", "America/Lima")
    assert local.zone().key == "America/Lima"
    with pytest.raises(BadInput, match="no time zone Mars"):
        local.zone("Mars")


def test_words() -> None:
    first, last = dt.date(2026, 10, 23), dt.date(2026, 11, 20)
    assert (words.span(first, last), words.span(last, last)) == (
        "23 Oct\u2009–\u200920 Nov 2026",
        "20 Nov 2026",
    )
    assert [words.duration(s) for s in (0.4, 9.96, 42, 60, 281, 3599.7, 4320)] == [
        "0.4 s", "10.0 s", "42 s", "1 min", "4 min 41 s", "60 min", "1 h 12 min",
    ]  # fmt: skip
    assert [words.number(v) for v in (0.454, -0.2, -0.001, 12.34, 151.2)] == [
        "0.45",
        "−0.20",
        "0.00",
        "12.3",
        "151",
    ]


def test_every_word_of_the_log_has_words_for_people() -> None:
    assert vocabulary.EVENT_TITLES.keys() == set(records.EVENT_KINDS)
    assert vocabulary.CUE_TITLES.keys() == set(records.CUE_KINDS)
    assert vocabulary.SUBTYPES.keys() == set(filter(None, records.SUBTYPES))
    assert vocabulary.CUE_NOTES.keys() == set(records.CUE_NOTES)
    assert vocabulary.SUPPRESSED.keys() == set(filter(None, records.SUPPRESSIONS))
    assert vocabulary.DOUBTS.keys() == set(records.DOUBTS)
    assert vocabulary.MARKS.keys() == set(records.MARKS)
    assert vocabulary.HEALTH.keys() | set(vocabulary.HEALTH_WELL) == set(records.HEALTH_CODES)


def test_marks_and_the_clips_health_stand_in_the_agents_report_alone(pages: SimpleNamespace) -> None:
    text = _plain(pages.agent_html)
    assert "Call marked as hard 1 Fri 20 Nov, 10:34" in text
    assert (
        "The battery was low 2 Fri 20 Nov, 10:32 charge the clip after the shift 3490 mV" in text
    )  # the newest detail
    assert "The power went in the middle of writing 1 time unknown" in text
    assert "&lt;7&gt; bytes" in pages.agent_html
    assert "sound-well" not in text
    assert "Call marked as hard" not in _plain(pages.team_html) and "battery" not in _plain(pages.team_html)


def test_a_clip_without_marks_and_troubles_says_so(store: Store) -> None:
    text = _plain(report.agent_page(store, "Plover", ZONE).html)
    assert "You marked nothing with the button." in text
    assert "The clip told of nothing out of order." in text


def test_what_only_a_newer_clip_could_have_written_does_not_stop_a_report(store: Store) -> None:
    store.connection.begin()
    store.connection.execute("UPDATE events SET kind = 'unknown-9' WHERE kind = 'dead-air'")
    store.connection.execute("UPDATE cues SET kind = 'unknown-7', suppressed = 'unknown-8'")
    store.connection.execute("UPDATE health SET code = 'unknown-99'")
    store.connection.execute("UPDATE marks SET mark = 'unknown-98'")
    try:
        text = _plain(report.agent_page(store, history.PLAYED, ZONE).html)
    finally:
        store.connection.rollback()
    assert "0:41 unknown-7 (unknown-8)" in text and "unknown-9 " not in text
    assert "unknown-99 4" in text and "upgrade allears" in text and "unknown-98 1" in text
