"""Importing states: all rows or none, every wrong row named, the same file twice changes nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allears.cli.import_acd import command
from allears.exitcodes import ExitCode
from allears.store import Store

HEAD = "agent,state,start,end\n"
GOOD = HEAD + (
    "Heron,talk,2026-03-02T09:00:00+01:00,2026-03-02T09:05:00+01:00\n"
    "Heron,ready,2026-03-02T09:05:00+01:00,2026-03-02T08:06:30Z\n"
    "Plover,break,2026-03-02T09:00:00+01:00,2026-03-02T09:00:00+01:00\n"
)


def run(tmp_path: Path, text: str | bytes, *more: str) -> Result:
    file = tmp_path / "states.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    runner = CliRunner()
    arguments = [str(file), "--profile", "neutral", "--store", str(tmp_path / "s.duckdb"), *more]
    return runner.invoke(command, arguments, standalone_mode=False)


def stored(tmp_path: Path) -> int:
    with Store(tmp_path / "s.duckdb") as store:
        return int(store.connection.execute("SELECT count(*) FROM acd_states").fetchall()[0][0])


def test_a_good_file_is_imported_once(tmp_path: Path) -> None:
    first = json.loads(run(tmp_path, GOOD, "--json").output)
    assert (first["rows"], first["imported"], first["agents"]) == (3, 3, 2)
    assert first["seconds"] == {"break": 0.0, "ready": 90.0, "talk": 300.0}
    again = run(tmp_path, GOOD)
    assert (
        again.return_value == ExitCode.OK
        and "0 of 3 rows imported for 2 agents (3 were known)" in again.output
    )
    assert stored(tmp_path) == 3


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("Heron,talk,2026-03-02T10:00:00+01:00,2026-03-02T09:59:00+01:00", "ends 0:01:00 before it starts"),
        ("Heron,talk,2026-03-02T10:00:00,2026-03-02T10:01:00+01:00", "has no offset from UTC"),
        ("Heron,talk,yesterday,2026-03-02T10:01:00+01:00", "is no ISO 8601 time"),
        ("Heron,lunch,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00", "unknown state 'lunch'"),
        ("Heron,talk,2026-03-02T10:00:00+01:00", "not as many fields"),
        (",talk,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00", "names no agent"),
        (
            "Heron,acw,2026-03-02T09:04:59+01:00,2026-03-02T09:05:00+01:00",
            "overlaps line 2 of the same agent",
        ),
        ("Heron,other,2026-03-02T10:00:00+01:00,2026-03-04T10:01:00+01:00", "longer than"),
        ("Heron,other,9999-12-31T23:00:00-05:00,9999-12-31T23:01:00-05:00", "outside the calendar"),
        ("He\x1b[31mron,other,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00", "cannot be printed"),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out_and_is_named(tmp_path: Path, row: str, text: str) -> None:
    result = run(tmp_path, GOOD + row + "\n")
    assert result.return_value == ExitCode.BAD_INPUT
    assert "line 5: " in result.stderr and text in result.stderr
    assert "1 of 4 rows are wrong and nothing was imported" in result.stderr
    assert stored(tmp_path) == 0


def test_a_row_that_overlaps_an_earlier_import_is_named(tmp_path: Path) -> None:
    run(tmp_path, GOOD)
    late = HEAD + "Heron,hold,2026-03-02T09:04:00+01:00,2026-03-02T09:04:30+01:00\n"
    result = run(tmp_path, late)
    assert "line 2: overlaps talk from 2026-03-02 08:00:00 UTC, imported before" in result.stderr
    assert stored(tmp_path) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agent,state,start\nHeron,talk,x\n", "has no column end"),
        ("", "has no column agent"),
        (b"agent,state,start,end\nH\xe9ron,talk,a,b\n", "is not UTF-8"),
        (HEAD + 'Heron,"talk,2026', "is no CSV table at line"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    result = run(tmp_path, text)
    assert result.exception is not None and message in str(result.exception)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "none.csv")], standalone_mode=False)
    assert "none.csv cannot be read" in str(result.exception)
