import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # clip_support, also imported so under MicroPython


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A fresh folder as the clip names one: text with a closing slash."""
    return str(tmp_path) + "/"
