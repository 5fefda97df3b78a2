"""Exports hold what the store holds, say what each column means, and never speak of fewer than five people."""

import csv
import datetime as dt
import json
import math
import re
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from allears import export, history
from allears.aggregate.facts import Facts
from allears.cli.export import command
from allears.errors import NotEnoughData
from allears.export import tables
from allears.export.table import TYPES, Column, Table, dictionary, fill
from allears.export.writing import DICTIONARY
from allears.indicators import collect
from allears.privacy.atoms import MIN_GROUP
from allears.store import Store
from allears.store.columns import COLUMNS
from allears_core import records

ZONE = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
ALL = (*tables.AGENT_TABLES, *tables.TEAM_TABLES)


def _rows(filled: list[export.Filled], name: str) -> list[dict]:
    return next(one for one in filled if one.table.name == name).rows.to_pylist()


@pytest.fixture(scope="module")
def agent(store: Store) -> list[export.Filled]:
    return export.agent_tables(store, history.PLAYED, ZONE)


@pytest.fixture(scope="module")
def team(store: Store) -> list[export.Filled]:
    return export.team_tables(store, history.TEAM, ZONE, NOW)[0]


def test_every_record_of_the_agent_is_in_and_nobody_elses(store: Store, agent: list[export.Filled]) -> None:
    for name, table in tables.RECORDS.items():
        (expected,) = store.connection.execute(
            f"SELECT count(*) FROM {table.name} JOIN units USING (unit, log_id) "
            "WHERE stream = 'events' AND pseudonym = ?",
            [history.PLAYED],
        ).fetchone()  # type: ignore[misc]
        rows = _rows(agent, table.name)
        assert len(rows) == expected
        assert {row["agent"] for row in rows} <= {history.PLAYED}
        assert all(row["start_utc"] for row in rows) if name in tables.DATED else True
    assert len(_rows(agent, "calls")) > 500 and len(_rows(agent, "events")) > 1000


def test_days_and_half_hours_add_up_to_the_calls(agent: list[export.Filled]) -> None:
    calls, days = _rows(agent, "calls"), [row for row in _rows(agent, "days") if row["source"] == "clip"]
    assert sum(row["calls"] for row in days) == len(calls)
    assert sum(row["talk_overs"] for row in days) == sum(row["talk_overs"] for row in calls)
    halves = [row for row in _rows(agent, "half_hours") if row["source"] == "clip"]
    assert math.fsum(row["call_s"] for row in halves) == pytest.approx(
        math.fsum(row["call_s"] for row in days)
    )


def test_indicators_say_what_they_rest_on(agent: list[export.Filled], team: list[export.Filled]) -> None:
    for rows in (_rows(agent, "indicators"), _rows(team, "team_indicators")):
        assert rows and all(row["n_unit"] and (row["value"] is None) == bool(row["missing"]) for row in rows)


def test_a_teams_rows_are_sums_of_five_people_or_more(store: Store, team: list[export.Filled]) -> None:
    for name in ("team_days", "team_states", "team_half_hours"):
        rows = _rows(team, name)
        assert rows and all(row["people"] >= MIN_GROUP for row in rows)
    for filled in team:
        text = json.dumps(filled.rows.to_pylist(), default=str) + str(filled.table)
        assert not [person for person in history.PEOPLE if person.pseudonym in text]
        assert {"agent", "log_id", "pseudonym"}.isdisjoint(filled.rows.column_names)
    day = _rows(team, "team_days")[0]
    calls = (
        collect.team(Facts(store, records.SUMMARIES, ZONE), history.TEAM)
        .between(day["date"], day["date"])
        .calls
    )
    assert (day["calls"], day["talk_overs"]) == (len(calls), sum(call["talk_overs"] for call in calls))


def test_one_persons_extremes_stay_out_of_a_teams_export(team: list[export.Filled]) -> None:
    keys = {row["key"] for row in _rows(team, "team_indicators")}
    assert "occupancy" in keys and keys.isdisjoint({"longest-spell", "longest-monologue", "since-break"})


def test_a_team_that_lost_one_person_cannot_be_subtracted(made: Path, tmp_path: Path) -> None:
    """Six people yesterday, the same five today: the difference would be one person's sums."""
    with Store(shutil.copy(made, tmp_path)) as store:
        first, _ = export.team_tables(store, history.TEAM, ZONE, NOW)
        store.connection.execute("UPDATE units SET team = 'Left' WHERE pseudonym = 'Plover'")
        assert 6 in {row["people"] for row in _rows(first, "team_days")}
        with pytest.raises(NotEnoughData, match="not enough people in team Harbour on any day"):
            export.team_tables(store, history.TEAM, ZONE, NOW)


def test_a_group_under_five_is_refused(store: Store) -> None:
    with pytest.raises(NotEnoughData, match="not enough people in team Nowhere"):
        export.team_tables(store, "Nowhere", ZONE, NOW)
    with pytest.raises(NotEnoughData, match="nothing of agent Nobody"):
        export.agent_tables(store, "Nobody", ZONE)


def test_no_column_has_room_for_sound_or_speaks_of_ranks_or_feelings() -> None:
    assert not [kind for kind in TYPES.values() if pa.types.is_binary(kind) or pa.types.is_list(kind)]
    word = re.compile(
        r"audio|sample|pcm|wave|transcript|emotion|mood|sentiment|stress|rank|score|leaderboard|percentile of people",
        re.IGNORECASE,
    )
    said = [f"{t.name}.{c.name}: {c.meaning}" for t in ALL for c in t.columns]
    assert not [line for line in said if word.search(line)]


def test_the_dictionary_explains_every_column_from_the_schema() -> None:
    for entry in dictionary(ALL):
        names = [column["name"] for column in entry["columns"]]
        assert entry["meaning"] and len(names) == len(set(names))
        # Ids and plain counts of a record have no unit; everything named here has words.
        for column in entry["columns"]:
            assert column["type"] in TYPES and column["meaning"] is not None
    for name, table in tables.RECORDS.items():
        own = {column.name: column.meaning for column in COLUMNS[name]}
        assert own.items() <= {c.name: c.meaning for c in table.columns}.items()
    exported = {name for name in records.STREAMS_OF if records.EVENTS in records.STREAMS_OF[name]} - {
        "SESSION"
    }
    assert tables.RECORDS.keys() == exported


@pytest.mark.parametrize("kind", export.FORMATS)
def test_every_format_carries_the_same_rows(agent: list[export.Filled], tmp_path: Path, kind: str) -> None:
    paths = export.write(agent, kind, tmp_path)
    assert [path.name for path in paths] == [f"allears-{t.name}.{kind}" for t in tables.AGENT_TABLES] + [
        DICTIONARY
    ]
    wanted = _rows(agent, "events")
    path = tmp_path / f"allears-events.{kind}"
    if kind == "parquet":
        read = pyarrow.parquet.read_table(path)
        assert read.to_pylist() == wanted
        assert read.schema.field("onset_hop").metadata[b"meaning"]
    elif kind == "json":
        found = json.loads(path.read_text("utf-8"))
        assert len(found) == len(wanted) and found[0]["start_utc"] == wanted[0]["start_utc"].isoformat()
    else:
        with path.open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        assert len(found) == len(wanted) and found[5]["kind"] == wanted[5]["kind"]
    listed = json.loads((tmp_path / DICTIONARY).read_text("utf-8"))
    assert [entry["table"] for entry in listed["tables"]] == [t.name for t in tables.AGENT_TABLES]


def test_a_value_that_is_missing_is_empty_and_a_time_is_utc() -> None:
    table = Table(
        "t", "A row.", (Column("at", "time", "UTC"), Column("n", "integer", ""), Column("s", "text", ""))
    )
    filled = fill(table, [{"at": 1_000, "n": 2.0, "s": 'a,"b"\n'}, {}])
    assert filled.rows.to_pylist() == [
        {"at": dt.datetime(1970, 1, 1, 0, 0, 1, tzinfo=dt.UTC), "n": 2, "s": 'a,"b"\n'},
        {"at": None, "n": None, "s": None},
    ]


def test_the_command_writes_files_and_counts_rows(made: Path, tmp_path: Path) -> None:
    shutil.copy(made, tmp_path)
    shared = ["--store", str(tmp_path / "s.duckdb"), "--time-zone", "Europe/Berlin"]
    done = CliRunner().invoke(
        command,
        ["--team", history.TEAM, "--out", str(tmp_path / "t"), *shared, "--json"],
        standalone_mode=False,
    )
    document = json.loads(done.output)
    assert document["rows"]["team_days"] > 10 and all(Path(name).is_file() for name in document["files"])
    again = CliRunner().invoke(
        command,
        ["--agent", "Heron", "--out", str(tmp_path / "a"), "--format", "parquet", *shared],
        standalone_mode=False,
    )
    assert str(tmp_path / "a" / "Heron" / "allears-calls.parquet") in again.output
    assert "one of --agent, --team and --layout" in CliRunner().invoke(command, shared).output
