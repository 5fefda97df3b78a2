import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "clip")]  # fuzzlink and watched; the bench that they run on


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Virtual clips of these tests, and their keys, live in a folder of their own."""
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
