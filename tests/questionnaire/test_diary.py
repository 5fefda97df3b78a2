"""The agent's own file, and the verb that writes it: nobody else reads it, no other room of the product opens it."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allears import questionnaire
from allears.cli import group
from allears.errors import BadInput
from allears.questionnaire import Diary, Entry
from tree import imports, sources

DAY = dt.date(2026, 11, 20)
FULL = {"personal": (1,) * 6, "work": (2,) * 7, "client": (None,) * 6}


def run(path: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(group, ["questionnaire", "--file", str(path), *arguments], input=typed)


def test_only_the_owner_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        diary = Diary(tmp_path / "mine" / "answers.json")
        diary.add(Entry(DAY, FULL))
    finally:
        os.umask(before)
    assert diary.path.stat().st_mode & 0o777 == 0o600
    assert diary.path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in diary.path.parent.iterdir()] == ["answers.json"]


def test_entries_come_back_in_order_and_one_day_has_one(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "answers.json")
    assert diary.entries() == []
    diary.add(Entry(DAY, FULL))
    diary.add(Entry(DAY - dt.timedelta(days=28), {"personal": (0,) * 6}))
    diary.add(Entry(DAY, {**FULL, "personal": (4,) * 6}))
    assert [entry.date for entry in diary.entries()] == [DAY - dt.timedelta(days=28), DAY]
    assert diary.entries()[1].results()[0].mean == 0


def test_a_file_open_to_others_is_not_used(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "answers.json")
    diary.add(Entry(DAY, FULL))
    diary.path.chmod(0o644)
    with pytest.raises(BadInput, match="can be read by others"):
        diary.entries()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1, "entries": [{"date": "x"}]}', "\x00"])
def test_something_else_is_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadInput, match="no questionnaire file"):
        Diary(path).add(Entry(DAY, FULL))
    assert path.read_text() == text


def test_erase_leaves_nothing(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "answers.json")
    diary.add(Entry(DAY, FULL))
    assert diary.erase() and not diary.erase()
    assert list(tmp_path.iterdir()) == []


def test_the_verb_asks_nineteen_questions_and_shows_three_results(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    done = run(path, typed="2\n" * 6 + "3\n" * 7 + "0\n" * 6)
    assert done.exit_code == 0, done.output
    assert "Personal burnout: 75 of 100 (6 of 6 questions)" in done.output
    assert "Work-related burnout: 50 of 100 (7 of 7 questions)" in done.output
    assert "Client-related burnout: not enough data: 0 of 3 answers" in done.output
    assert "not a diagnosis" in done.output


def test_the_verb_with_json(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    assert run(path, "--answers", "2" * 6 + "3" * 7 + "0" * 6, "--json").exit_code == 0
    document = json.loads(run(path, "--show", "--json").output)
    assert [scale["mean"] for scale in document["entries"][0]["scales"]] == [75, 50, None]
    assert "Kristensen" in document["licence"]
    assert run(path, "--answers", "123").exit_code == 2
    assert json.loads(run(path, "--erase", "--json").output) == {"file": str(path), "erased": True}


def test_no_other_room_reads_the_questionnaire() -> None:
    """Answers cannot reach a store, a report or a lead: nothing but its own verb imports the room."""
    inside = f"{questionnaire.__name__}."
    users = {
        source.module
        for source in sources("allears")
        for item in imports(source)
        if f"{item.target}.".startswith(inside) and not f"{source.module}.".startswith(inside)
    }
    assert users == {"allears.cli.questionnaire"}
    outside = {
        item.target
        for source in sources("allears")
        if f"{source.module}.".startswith(inside)
        for item in imports(source)
        if item.room == "allears" and not f"{item.target}.".startswith(inside)
    }
    assert {target.rpartition(".")[0] or target for target in outside} <= {"allears.errors", "allears"}
