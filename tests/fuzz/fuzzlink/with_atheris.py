"""The same two ends under atheris, where it is installed: coverage finds what drawing at random does not."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
ENDS = ("clip", "host")
MISSING = "atheris is not installed (pip install -e '.[fuzz]')"
PATIENCE_S = 3000


def available() -> bool:
    """True if atheris can be imported."""
    return importlib.util.find_spec("atheris") is not None


def guided(end: str, trials: int) -> dict[str, Any]:
    """At least `trials` bytes into the "clip" or the "host" end; bytes, inputs, crashes (its last words)."""
    with tempfile.TemporaryDirectory(prefix="allears-atheris-") as folder:
        command = [sys.executable, str(HERE / "atheris_link.py"), end, str(trials), folder]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, cwd=folder
        )
    if done.returncode:
        return {"bytes": 0, "inputs": 0, "crashes": [done.stderr[-2000:]]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "crashes": []}
