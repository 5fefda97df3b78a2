"""Real sounds for the judgement's tests: the calls and noises of the shared folder, judged as `allears replay` does."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from allears import judge as judging
from allears.demo.call import render_call
from allears.signal.audio import read_call
from allears.signal.network import Network

SHARED = Path(os.environ.get("ALLEARS_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "data" / "manifest.csv").exists():
        pytest.skip(f"no audio at {SHARED}: set ALLEARS_SHARED to the folder that holds data/manifest.csv")
    return SHARED / "data"


@pytest.fixture(scope="session")
def real_call(shared) -> np.ndarray:
    return read_call(shared / "calls" / "aws-autorepairs-40.flac")


@pytest.fixture(scope="session")
def demo_call() -> np.ndarray:
    return render_call()[0]


@pytest.fixture(scope="session")
def records_of():
    """records_of(pcm, name) -> values of the records of one name."""
    network = Network.load()

    def found(pcm: np.ndarray, name: str) -> list[dict]:
        judged = judging.judge(np.clip(pcm, -32768, 32767).astype(np.int16), network=network)
        return [record.values for record in judged.found if record.name == name]

    return found
