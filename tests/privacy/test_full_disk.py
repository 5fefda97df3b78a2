"""A disk that is full, or may not be written, ends as one sentence, and leaves no page that nobody can forget."""

import datetime as dt
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from allears.cli import group
from allears.errors import AllEarsError, BadInput
from allears.privacy.ledger import Ledger, Slice, beside
from allears.store import Store

NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
WHO = "Turnstone"


def on_a_full_disk(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command where no file can grow beyond 64 bytes."""

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))

    return subprocess.run(
        [sys.executable, "-B", "-m", "allears.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=fill,
    )


def an_event(path: Path) -> str:
    with Store(path, read_only=True) as store:
        rows = store.connection.execute(
            "SELECT right(unit, 4) || '-' || boot || '-' || seq FROM events JOIN units USING (unit, log_id) "
            "WHERE pseudonym = ? AND stream = 'events' LIMIT 1",
            [WHO],
        ).fetchall()
    return str(rows[0][0])


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (["contest", "EVENT", "--agent", WHO], "the store"),
        (["forget", WHO, "--yes"], "the release ledger"),
        (["report", "--agent", WHO, "--out", "OUT"], "the release ledger"),
        (["report", "--team", "Harbour", "--out", "OUT"], "the release ledger"),
        (["export", "--agent", WHO, "--out", "OUT"], "the release ledger"),
        (["occupancy", "--team", "Harbour"], "the release ledger"),
    ],
)
def test_a_full_disk_is_one_sentence(
    store_path: Path, tmp_path: Path, arguments: list[str], file: str
) -> None:
    with Ledger(beside(store_path)):
        pass
    out = tmp_path / "out"
    places = {"EVENT": an_event(store_path), "OUT": str(out)}
    done = on_a_full_disk(*(places.get(word, word) for word in arguments), "--store", str(store_path))
    assert done.returncode == 1 and done.stderr.startswith(f"allears: {file} {store_path}"), done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.endswith("; free some space, and do it again.\n")
    assert not out.exists()


def test_a_store_whose_rows_cannot_be_deleted_says_so(store_path: Path) -> None:
    program = (
        "import resource, sys; from allears.store import Store\n"
        "with Store(sys.argv[1]) as store:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))\n"
        "    store.connection.execute('DELETE FROM contests')\n"
        "    store.connection.execute('DELETE FROM units')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(store_path)], capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1].startswith("allears.errors.AllEarsError: the store"), done.stderr


def test_a_ledger_that_may_not_be_written_says_who_to_ask(tmp_path: Path) -> None:
    """SQLite takes a file that went from under it for a read-only one."""
    path = tmp_path / "ledger"
    with pytest.raises(AllEarsError, match="check who may write there") as told, Ledger(path) as ledger:
        ledger.note_file(tmp_path / "page", [WHO], NOW)
        shutil.move(path, tmp_path / "elsewhere")
        ledger.note_file(tmp_path / "other", [WHO], NOW)
    assert isinstance(told.value.__cause__, sqlite3.Error)
    with pytest.raises(AllEarsError, match="check who may write there"), Ledger(path) as ledger:
        shutil.move(path, tmp_path / "again")
        ledger.release("team", {Slice("all", NOW.date()): [f"p{n}" for n in range(6)]}, NOW)


def test_a_read_only_store_says_who_to_ask(store_path: Path) -> None:
    with pytest.raises(AllEarsError, match="could not be written"), Store(store_path):
        raise duckdb.IOException("IO Error: Could not write file: Read-only file system")


def test_an_unknown_chart_is_refused_before_a_page_is_written(store_path: Path, tmp_path: Path) -> None:
    arguments = [
        "--agent",
        WHO,
        "--language",
        "ru",
        "--store",
        str(store_path),
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(group, ["report", *arguments, "--png", "nosuch"], standalone_mode=False)
    assert isinstance(done.exception, BadInput) and "no chart nosuch" in str(done.exception)
    with Ledger(beside(store_path)) as ledger:
        assert not (tmp_path / "out").exists() and ledger.files_of(WHO) == []
