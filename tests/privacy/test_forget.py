"""A forgotten agent is nowhere: not in a row, a byte, the ledger or a page; and does not come back."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from allears import history
from allears.aggregate.facts import Facts
from allears.cli import group
from allears.errors import BadInput, NotEnoughData
from allears.indicators import collect
from allears.privacy.forget import forget
from allears.privacy.ledger import Ledger, Slice, beside
from allears.privacy.rewrite import search
from allears.store import Store
from allears.store.schema import HOUSE

ZONE = ZoneInfo("Europe/Berlin")
WHO, OTHER = "Turnstone", "Curlew"
NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)


def rows(path: Path) -> dict[str, int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in tables}


def rows_of(path: Path, name: str) -> int:
    """Rows of any table that belong to a person, found without the code under test."""
    with duckdb.connect(str(path), read_only=True) as connection:
        logs = connection.execute("SELECT unit, log_id FROM units WHERE pseudonym = ?", [name]).fetchall()
        total = connection.execute("SELECT count(*) FROM acd_states WHERE agent = ?", [name]).fetchall()[0][0]
        for unit, log_id in logs:
            for table in rows(path).keys() - {"schema_version", "acd_states", "acd_imports", "forgotten"}:
                found = connection.execute(
                    f"SELECT count(*) FROM {table} WHERE unit = ? AND log_id = ?", [unit, log_id]
                ).fetchall()
                total += found[0][0]
        return int(total)


def test_no_row_and_no_byte_is_left_and_others_keep_all(store_path: Path, tmp_path: Path) -> None:
    before, theirs, others = rows(store_path), rows_of(store_path, WHO), rows_of(store_path, OTHER)
    with duckdb.connect(str(store_path)) as connection:
        logs = [
            row[0]
            for row in connection.execute("SELECT log_id FROM units WHERE pseudonym = ?", [WHO]).fetchall()
        ]
    needles = [WHO, *logs]
    assert theirs > 1000 and search([store_path], needles)  # the search finds what is there
    found = forget(store_path, WHO)
    after = rows(store_path)
    assert (
        sum(found.rows.values()) == theirs == sum(before.values()) - sum(after.values()) + 1
    )  # one hash came
    assert rows_of(store_path, OTHER) == others
    assert found.before[store_path] > 0 and found.after == {}
    for path in tmp_path.iterdir():
        assert not [one for one in needles if one.encode() in path.read_bytes()], path
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".old", ".fresh", ".wal")]
    with Store(store_path) as store:  # still a whole store, keys and comments included
        comments = store.connection.execute(
            "SELECT count(comment) FROM duckdb_columns() WHERE table_name = 'units'"
        ).fetchall()
        assert comments[0][0] >= len(HOUSE["units"][1]) - 1
        assert len(collect.agent(Facts(store, "events", ZONE), OTHER).calls) > 100


def test_deleting_alone_would_not_do(store_path: Path) -> None:
    """Guards the test above: the bytes of deleted rows stay in the file until it is written anew."""
    with Store(store_path) as store:
        store.connection.execute("DELETE FROM units WHERE pseudonym = ?", [WHO])
        store.connection.execute("DELETE FROM acd_states WHERE agent = ?", [WHO])
        store.connection.execute("CHECKPOINT")
    assert search([store_path], [WHO])


def test_the_log_does_not_come_back_with_the_next_pull(store_path: Path) -> None:
    with Store(store_path) as store:
        ((unit, log_id),) = store.connection.execute(
            "SELECT unit, log_id FROM units WHERE pseudonym = ?", [WHO]
        ).fetchall()
    forget(store_path, WHO)
    with Store(store_path) as store:
        with pytest.raises(BadInput, match="forgotten here"):
            store.put_unit(unit, log_id, pseudonym=WHO)
        store.put_unit(unit, "ffffffff", pseudonym="New")


def test_pages_and_noted_exports_go_and_other_files_are_named(store_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page, kept = folder / f"allears-agent-{WHO}.html", folder / f"allears-agent-{OTHER}.html"
    page.write_text(f"<h1>{WHO}</h1>")
    kept.write_text(f"<h1>{OTHER}</h1>")
    chart = folder / f"allears-agent-{WHO}-day.png"  # bears the name outside only
    chart.write_bytes(b"picture")
    export = tmp_path / "elsewhere.parquet"
    export.write_bytes(b"compressed rows")
    letter = folder / "letter.txt"
    letter.write_text(f"About {WHO}", encoding="utf-16")
    with Ledger(beside(store_path)) as ledger:
        ledger.note_file(export, [WHO, OTHER], NOW)
    found = forget(store_path, WHO, [folder])
    assert set(found.removed) == {page, chart, export}
    assert kept.exists() and not page.exists() and not export.exists()
    assert found.after == {letter: 1}


def test_the_ledger_protects_on_without_the_name(store_path: Path) -> None:
    names = [person.pseudonym for person in history.PEOPLE]
    one = Slice("all", dt.date(2026, 11, 19))
    with Ledger(beside(store_path)) as ledger:
        ledger.release("team", {one: names}, NOW)
        ledger.release("team", {Slice("all", dt.date(2026, 11, 18)): names}, NOW)
        token = ledger._token(WHO)
    ledger_file = beside(store_path)
    assert ledger_file is not None and token.encode() in ledger_file.read_bytes()
    assert forget(store_path, WHO).groups == 1
    assert token.encode() not in ledger_file.read_bytes()
    with Ledger(ledger_file) as ledger:
        assert ledger.release("team", {one: [name for name in names if name != WHO]}, NOW).told_apart == {one}


def test_somebody_unknown_is_an_error_and_nothing_changes(store_path: Path) -> None:
    before = rows(store_path)
    with pytest.raises(NotEnoughData, match="nothing is known of agent Nobody"):
        forget(store_path, "Nobody")
    assert rows(store_path) == before


def test_the_verb_asks_and_proves(store_path: Path) -> None:
    runner = CliRunner()
    refused = runner.invoke(group, ["forget", WHO, "--store", str(store_path)], input="n\n")
    assert refused.exit_code == 1 and rows_of(store_path, WHO) > 0
    done = runner.invoke(
        group, ["forget", WHO, "--store", str(store_path), "--yes", "--json"], standalone_mode=False
    )
    assert done.exception is None and done.return_value == 0
    document = json.loads(done.output)
    assert document["gone"] is True and document["after"] == {} and document["rows"]["records"] > 0
    again = runner.invoke(group, ["forget", WHO, "--store", str(store_path), "--yes"], standalone_mode=False)
    assert isinstance(again.exception, NotEnoughData)
    assert runner.invoke(group, ["forget", "--store", str(store_path)]).exit_code == 2


@given(
    st.binary(max_size=300), st.sampled_from(["needle", "nädel-ü"]), st.sampled_from(["utf-8", "utf-16-le"])
)
def test_a_search_finds_what_stands_there(
    tmp_path_factory: pytest.TempPathFactory, around: bytes, text: str, code: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "searched"
    path.write_bytes(around + text.encode(code) + around)
    assert search([path], [text])[path] >= 1
    path.write_bytes(b" " + text.encode() + b"." + text.encode() + b"X")
    assert search([path], [text], whole_words=True) == {path: 1}


def test_a_name_inside_another_name_takes_nobody_else_along(store_path: Path, tmp_path: Path) -> None:
    with Store(store_path) as store:
        store.put_unit("aa" * 8, "bb" * 4, pseudonym=f"{WHO}-Two", team="North")
    folder = tmp_path / "pages"
    folder.mkdir()
    other = folder / f"allears-agent-{WHO}Two.html"
    other.write_text(f"<p>{WHO}Two</p>")
    found = forget(store_path, WHO, [folder])
    assert found.unsearched == (WHO,) and found.after == {}
    assert other.exists() and rows_of(store_path, f"{WHO}-Two") == 1


def test_what_was_cut_short_is_finished_the_second_time(store_path: Path, tmp_path: Path) -> None:
    """No space for the fresh copy: rows are gone by then, their bytes go once there is space again."""
    page = tmp_path / "elsewhere.parquet"
    page.write_bytes(b"compressed rows")
    with Ledger(beside(store_path)) as ledger:
        ledger.note_file(page, [WHO], NOW)
    program = (
        "import resource, sys; from pathlib import Path; from allears.privacy.forget import forget\n"
        "size = Path(sys.argv[1]).stat().st_size // 2\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "forget(Path(sys.argv[1]), sys.argv[2])"
    )
    arguments = [sys.executable, "-c", program, str(store_path), WHO]
    cut = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert "do it again" in cut.stderr, cut.stderr
    assert search([store_path], [WHO]) and not list(tmp_path.glob("*.fresh*"))
    (tmp_path / "store.duckdb.fresh").write_text(f"half a copy with {WHO}")
    page.write_bytes(b"brought back")
    found = forget(store_path, WHO)
    assert found.removed == (page,) and found.after == {} and not page.exists()
    assert not [path for path in tmp_path.iterdir() if path.is_file() and WHO.encode() in path.read_bytes()]
    assert not list(tmp_path.glob("*.fresh*"))
    with pytest.raises(NotEnoughData, match="nothing is known"):
        forget(store_path, WHO)


def test_another_name_of_the_store_is_not_overwritten(store_path: Path) -> None:
    """Cut short between the two renames of the copy, the old name still is the store itself."""
    os.link(store_path, store_path.with_name(store_path.name + ".old"))
    assert forget(store_path, WHO).after == {} and rows_of(store_path, OTHER) > 0


def test_a_copy_being_written_is_nobody_elses_to_read(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    chmod = os.chmod
    monkeypatch.setattr(
        os, "chmod", lambda path, mode: (modes.append(Path(path).stat().st_mode & 0o777), chmod(path, mode))
    )
    forget(store_path, WHO)
    assert modes[-1] == 0o600


def test_a_search_that_is_interrupted_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cut:
        """Ctrl-C while a match is looked at: the match holds on to the file's content."""

        def finditer(self, content: Any) -> Iterator[object]:
            yield (held := memoryview(content))
            raise KeyboardInterrupt(held)

    path = tmp_path / "searched"
    path.write_bytes(b"needle")
    monkeypatch.setattr(re, "compile", lambda _: Cut())
    with pytest.raises(KeyboardInterrupt):
        search([path], ["needle"])


def test_forgetting_somebody_leaves_another_ones_export(store_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "ex"
    shared = ["--out", str(out), "--store", str(store_path), "--time-zone", "Europe/Berlin", "--json"]
    written: dict[str, list[Path]] = {}
    for name in (WHO, OTHER):
        done = CliRunner().invoke(group, ["export", "--agent", name, *shared], standalone_mode=False)
        written[name] = [Path(path) for path in json.loads(done.stdout)["files"]]
    assert not {*written[WHO]} & {*written[OTHER]}
    found = forget(store_path, WHO, [out])
    assert {*found.removed} == {path.resolve() for path in written[WHO]} and found.after == {}
    assert all(path.is_file() for path in written[OTHER]) and not (out / WHO).exists()


def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    """Two names that are the same as names of files."""
    page = tmp_path / "allears-agent-A-B.html"
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.claim([page], "A B", NOW)
        page.write_text("A B")
        with pytest.raises(BadInput, match="holds rows of somebody else"):
            ledger.claim([tmp_path / "new", page], "A-B", NOW)
        assert ledger.files_of("A-B") == [] and ledger.files_of("A B") == [page.resolve()]
        ledger.claim([page], "A B", NOW)
        page.unlink()
        ledger.claim([page], "A-B", NOW)
        assert ledger.files_of("A B") == [] and ledger.files_of("A-B") == [page.resolve()]
