"""`allears import`: wrong rows are named and set aside, the rest goes in at once, and a second time changes nothing."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allears.cli.import_acd import command
from allears.exitcodes import ExitCode
from allears.privacy.forget import forget
from allears.store import Store

HEAD = "agent,state,start,end\n"
GOOD = HEAD + (
    "Heron,talk,2026-03-02T09:00:00+01:00,2026-03-02T09:05:00+01:00\n"
    "Heron,ready,2026-03-02T09:05:00+01:00,2026-03-02T08:06:30Z\n"
    "Plover,break,2026-03-02T09:00:00+01:00,2026-03-02T09:00:30+01:00\n"
)


def run(tmp_path: Path, text: str | bytes, *more: str) -> Result:
    file = tmp_path / "states.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    runner = CliRunner()
    arguments = [str(file), "--store", str(tmp_path / "s.duckdb"), *more]
    return runner.invoke(command, arguments, standalone_mode=False)


def stored(tmp_path: Path) -> int:
    with Store(tmp_path / "s.duckdb") as store:
        return int(store.connection.execute("SELECT count(*) FROM acd_states").fetchall()[0][0])


def test_a_good_file_is_imported_once(tmp_path: Path) -> None:
    first = json.loads(run(tmp_path, GOOD, "--json").stdout)
    assert (first["rows"], first["imported"], first["agents"]) == (3, 3, 2)
    assert first["seconds"] == {"break": 30.0, "ready": 90.0, "talk": 300.0}
    assert first["unmatched"] == ["Heron", "Plover"]
    again = run(tmp_path, GOOD)
    assert again.return_value == ExitCode.OK
    assert "0 states imported from 3 rows for 2 agents; 3 known before." in again.output
    assert stored(tmp_path) == 3
    assert not (tmp_path / "states.csv.quarantine.csv").exists()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("Heron,talk,2026-03-02T10:00:00+01:00,2026-03-02T09:59:00+01:00", "ends 0:01:00 before it starts"),
        ("Heron,talk,2026-03-02T10:00:00,2026-03-02T10:01:00+01:00", "has no offset from UTC"),
        ("Heron,talk,yesterday,2026-03-02T10:01:00+01:00", "is no ISO 8601 time"),
        ("Heron,lunch,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00", "unknown state 'lunch'"),
        ("Heron,talk,2026-03-02T10:00:00+01:00", "fewer fields than the header, 3 of 4"),
        ("Heron,talk,2026-03-02T10:00:00+01:00,", "has no end"),
        (",talk,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00", "names no agent"),
        ("Heron,other,2026-03-02T10:00:00+01:00,2026-03-04T10:01:00+01:00", "longer than"),
        ("Heron,other,9999-12-31T23:00:00-05:00,9999-12-31T23:01:00-05:00", "outside the calendar"),
        ("He\x1b[31mron,other,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00", "cannot be printed"),
    ],
)
def test_a_wrong_row_is_named_and_set_aside_and_the_others_are_kept(
    tmp_path: Path, row: str, text: str
) -> None:
    result = run(tmp_path, GOOD + row + "\n")
    assert result.return_value == ExitCode.BAD_INPUT
    assert "line 5: " in result.stderr and text in result.stderr
    assert stored(tmp_path) == 3
    with (tmp_path / "states.csv.quarantine.csv").open(encoding="utf-8") as aside:
        rows = list(csv.reader(aside))
    assert rows[0] == ["line", "why", "agent", "state", "start", "end"]
    assert rows[1][0] == "5" and text in rows[1][1]
    assert rows[1][2:] == row.split(",")


def test_with_whole_one_wrong_row_keeps_the_file_out(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD + "Heron,lunch,x,y\n", "--whole")
    assert result.return_value == ExitCode.BAD_INPUT and "nothing was imported" in result.stderr
    assert stored(tmp_path) == 0


def test_a_file_most_of_whose_rows_are_wrong_is_kept_out_and_every_row_is_named(tmp_path: Path) -> None:
    wrong = "".join(f"Heron,lunch,2026-03-02T1{n}:00:00Z,2026-03-02T1{n}:10:00Z\n" for n in range(4))
    result = run(tmp_path, GOOD + wrong, "--json")
    told = json.loads(result.stdout)
    assert result.return_value == ExitCode.BAD_INPUT and stored(tmp_path) == 0
    assert (told["rows"], told["wrong"], told["imported"]) == (7, 4, 0)
    assert [error["line"] for error in told["errors"]] == [5, 6, 7, 8]
    assert "of another kind" in told["refused"]


def test_duplicates_and_overlaps_are_told_and_every_second_counts_once(tmp_path: Path) -> None:
    more = (
        "Heron,talk,2026-03-02T09:00:00+01:00,2026-03-02T09:05:00+01:00\n"  # line 2 again
        "Heron,acw,2026-03-02T09:04:00+01:00,2026-03-02T09:05:30+01:00\n"  # 60 s under the talk, 30 s over ready
    )
    result = run(tmp_path, GOOD + more, "--json")
    told = json.loads(result.stdout)
    assert result.return_value == ExitCode.OK
    assert (told["duplicates"], told["overlaps"], told["overlap_s"]) == (1, 2, 90.0)
    assert told["seconds"] == {"acw": 30.0, "break": 30.0, "ready": 60.0, "talk": 300.0}
    assert {error["error"] for error in told["errors"]} == {
        "repeats line 2",
        "overlaps line 2 of the same agent",
        "overlaps line 6 of the same agent",
    }


def test_a_row_that_overlaps_an_earlier_import_is_named(tmp_path: Path) -> None:
    run(tmp_path, GOOD)
    late = HEAD + (
        "Heron,hold,2026-03-02T09:04:00+01:00,2026-03-02T09:04:30+01:00\n"
        "Heron,hold,2026-03-02T10:04:00+01:00,2026-03-02T10:04:30+01:00\n"
    )
    result = run(tmp_path, late)
    assert "line 2: overlaps talk from 2026-03-02 08:00:00 UTC, imported before" in result.stderr
    assert stored(tmp_path) == 4


def test_agents_of_two_teams_are_named_row_by_row(tmp_path: Path) -> None:
    text = "agent,team,state,start,end\n" + (
        "Heron,North,talk,2026-03-02T09:00:00Z,2026-03-02T09:05:00Z\n"
        "Plover,South,talk,2026-03-02T09:00:00Z,2026-03-02T09:05:00Z\n"
        "Heron,South,ready,2026-03-02T09:05:00Z,2026-03-02T09:06:00Z\n"
    )
    result = run(tmp_path, text)
    assert "line 4: puts the agent into team 'South'; line 2 has team 'North'" in result.stderr
    assert stored(tmp_path) == 2


def test_names_of_the_switchboard_become_pseudonyms_and_others_can_be_left_out(tmp_path: Path) -> None:
    with Store(tmp_path / "s.duckdb") as store:
        store.put_unit("00" * 8, "00" * 4, pseudonym="Heron", team="North")
    names = tmp_path / "names.csv"
    names.write_text("acd,agent\nanna@example.org,Heron\n", "utf-8")
    text = GOOD.replace("Heron", "Anna@example.org")
    told = json.loads(run(tmp_path, text, "--agents", str(names), "--unmatched", "skip", "--json").stdout)
    assert (told["imported"], told["left_out"], told["unmatched"]) == (2, 1, ["Plover"])
    with Store(tmp_path / "s.duckdb") as store:
        assert store.connection.execute("SELECT DISTINCT agent FROM acd_states").fetchall() == [("Heron",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agent,state,start\nHeron,talk,x\n", "has no column for end"),
        ("", "has no column for agent"),
        (HEAD + 'Heron,"talk,2026', "is no CSV table at line"),
        (
            "Agent Name,Extension,State Transition Time,Agent State,Reason Code,Duration\n",
            "looks like an export of Cisco Unified CCX",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    result = run(tmp_path, text)
    assert result.exception is not None and message in str(result.exception)


def test_columns_that_only_the_user_knows_are_asked_for_with_those_of_the_file(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "Status report\nUser;State of Agent;Since\n",
        "--profile",
        "genesys",
        "--column",
        "agent=User",
    )
    assert str(result.exception) == (
        "Genesys Cloud, agent status export names its columns differently from release to release, and state, start "
        "are not known; say which of your file's columns they are (User, State of Agent, Since): "
        "--column state=NAME --column start=NAME"
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "none.csv"), "--store", str(tmp_path / "s.duckdb")]
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert "none.csv cannot be read" in str(result.exception)


def test_rows_set_aside_are_found_when_their_agent_is_forgotten(tmp_path: Path) -> None:
    run(tmp_path, GOOD + "Heron,lunch,2026-03-02T10:00:00Z,2026-03-02T10:01:00Z\n")
    aside = tmp_path / "states.csv.quarantine.csv"
    assert aside.exists()
    forget(tmp_path / "s.duckdb", "Heron")
    assert not aside.exists()
    assert stored(tmp_path) == 1


def test_nothing_is_stored_when_the_rows_set_aside_cannot_be_written(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD + "Heron,lunch,x,y\n", "--quarantine", str(tmp_path / "none" / "q.csv"))
    assert "nothing was imported" in str(result.exception)
    assert stored(tmp_path) == 0


def test_a_corrected_file_takes_the_place_of_what_was_imported_before(tmp_path: Path) -> None:
    wrong = GOOD.replace("Heron,talk", "Heron,other")
    run(tmp_path, wrong)
    assert run(tmp_path, GOOD).return_value == ExitCode.BAD_INPUT
    told = json.loads(run(tmp_path, GOOD, "--replace", "--json").stdout)
    assert (told["imported"], told["known"], told["wrong"]) == (1, 2, 0)
    with Store(tmp_path / "s.duckdb") as store:
        states = store.connection.execute("SELECT state FROM acd_states ORDER BY agent, start_utc").fetchall()
    assert states == [("talk",), ("ready",), ("break",)]


def test_an_agent_in_another_team_than_before_is_named_and_imported(tmp_path: Path) -> None:
    head = "agent,state,start,end,team\n"
    rows = (
        "Heron,talk,2026-03-{day}T09:00:00+01:00,2026-03-{day}T09:05:00+01:00,{heron}\n"
        "Plover,talk,2026-03-{day}T09:00:00+01:00,2026-03-{day}T09:05:00+01:00,North\n"
    )
    first = json.loads(run(tmp_path, head + rows.format(day="02", heron="North"), "--json").stdout)
    assert first["moved"] == []
    text = head + rows.format(day="03", heron="South")
    moved = json.loads(run(tmp_path, text, "--json").stdout)
    assert moved["moved"] == [{"agent": "Heron", "team": "South", "before": "North"}]
    assert moved["imported"] == 2
    assert any("Heron (South, before North)" in note for note in moved["notes"])
