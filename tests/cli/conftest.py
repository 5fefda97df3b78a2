"""The `allears` command as a person runs it: a process of its own, its streams and its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
LIMIT_S = 120


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder in which this test's store, virtual clips and their keys live, whichever process starts them."""
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path))
    monkeypatch.setenv("ALLEARS_KEYS", str(tmp_path / "keys"))
    return tmp_path


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """Nothing of the person who runs the tests."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("ALLEARS_") or key == "ALLEARS_SHARED"
    }
    own = {
        "ALLEARS_HOME": str(home),
        "ALLEARS_KEYS": str(home / "keys"),
        "ALLEARS_STORE": str(home / "store.duckdb"),
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
    return kept | own


@pytest.fixture
def allears(environment: dict[str, str], home: Path) -> Run:
    """Runs `allears ARGUMENTS...` to its end."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-X", "dev", "-m", "allears.cli", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=home, timeout=LIMIT_S
        )

    return run


@pytest.fixture
def fails(allears: Run) -> Callable[..., str]:
    """Runs `allears ARGUMENTS...`, which must fail with `code` and one sentence; returns the sentence."""

    def run(code: int, *arguments: object) -> str:
        result = allears(*arguments)
        assert (result.returncode, result.stdout) == (code, ""), result.stderr
        lines = result.stderr.splitlines()
        assert len(lines) == 1, result.stderr
        assert lines[0].startswith("allears: ")
        assert lines[0].endswith(".")
        assert "; " in lines[0]
        return lines[0]

    return run
