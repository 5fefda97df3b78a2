"""A store written as a company's folder gives the same nights as the store itself."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from allears import export, history
from allears.aggregate import engines, nightly
from allears.aggregate.engines import READ
from allears.aggregate.facts import Facts
from allears.cli.export import command
from allears.errors import MissingInput
from allears.privacy.ledger import Ledger, beside
from allears.store import AcdState, Store

ZONE = ZoneInfo("Europe/Berlin")


def talk(agent: str, team: str | None = None) -> AcdState:
    begin = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    return AcdState(agent, "talk", begin, begin + dt.timedelta(minutes=5), team)


def rows(facts: Facts, name: str) -> list[str]:
    table = nightly.tables(facts)[name](facts)
    return sorted(str(sorted(row.items())) for row in facts.rows(table))


def test_a_night_over_the_layout_is_the_night_over_the_store(made: Path, tmp_path: Path) -> None:
    with Store(made, read_only=True) as store:
        export.write_layout(store, tmp_path)
        for stream in ("events", "summaries"):
            ours = Facts(store, stream, ZONE)
            theirs = Facts(engines.duckdb(tmp_path), stream, ZONE)
            for name in ("half_hours", "day_exposure", "day_calls", "calls"):
                assert rows(theirs, name) == rows(ours, name) != []
    (out,) = {nightly.run(tmp_path, tmp_path / "out", ZONE, part) > 0 for part in nightly.parts(tmp_path)}
    assert out


def test_every_row_is_in_one_file_and_every_table_has_one(made: Path, tmp_path: Path) -> None:
    with Store(made, read_only=True) as store:
        written = export.write_layout(store, tmp_path)
        for table in READ:
            files = [one for one in written if one.path.parent.name == table]
            assert files
            (count,) = store.connection.execute(f"SELECT count(*) FROM {table}").fetchall()
            assert sum(one.rows for one in files) == count[0]
            assert sum(pq.read_metadata(one.path).num_rows for one in files) == count[0]
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {one.path for one in written}


def test_sites_stand_apart_and_imported_states_follow_their_agent_or_team(tmp_path: Path) -> None:
    with Store(tmp_path / "s.duckdb") as store:
        store.put_unit("a1", "01", pseudonym="Heron", team="North", site="Kiel-1")
        store.put_unit("a2", "01", pseudonym="Swift", team="South", site="Kiel/1")
        states = [talk("Heron"), talk("Swift"), talk("Finch", "South"), talk("Robin", "West")]
        store.put_acd(states, "neutral", "x.csv")
        written = export.write_layout(store, tmp_path / "out")
    agents = {
        one.path.stem: pq.read_table(one.path)["agent"].to_pylist()
        for one in written
        if one.path.parent.name == "acd_states"
    }
    assert agents == {
        "Kiel_1-both": ["Heron"],
        "Kiel_1_2-both": ["Finch", "Swift"],
        "unnamed-both": ["Robin"],
    }
    assert {one.agents for one in written} == {("Heron",), ("Finch", "Swift"), ("Robin",)}
    assert engines.sites(tmp_path / "out") == ["Kiel_1", "Kiel_1_2", "unnamed"]


def test_an_empty_store_and_a_folder_that_cannot_be_are_refused(made: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "s.duckdb") as store, pytest.raises(MissingInput, match="nobody's records"):
        export.write_layout(store, tmp_path / "out")
    (tmp_path / "file").write_text("")
    with Store(made, read_only=True) as store, pytest.raises(MissingInput, match="cannot be written"):
        export.write_layout(store, tmp_path / "file")


def test_the_verb_writes_it_and_the_ledger_knows_whose_rows_lie_where(made: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    store.write_bytes(made.read_bytes())
    arguments = ["--layout", "--out", str(tmp_path / "out"), "--store", str(store), "--json"]
    told = json.loads(CliRunner().invoke(command, arguments, catch_exceptions=False).stdout)
    assert told["rows"]["calls"] > 500
    with Ledger(beside(store)) as ledger:
        noted = ledger.files_of(history.PLAYED)
    assert {path.resolve() for path in map(Path, told["files"])} == set(noted)
    again = CliRunner().invoke(command, [*arguments[:-1]], catch_exceptions=False)
    assert len(again.stdout.split()) == len(noted)
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/out/calls/*.parquet'").fetchall() == [
        (told["rows"]["calls"],)
    ]
    assert CliRunner().invoke(command, ["--layout", "--team", "x"]).exit_code == 2
