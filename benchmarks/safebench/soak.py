"""Hours and days through the whole clip, its counters a minute before they wrap."""

import json
import tempfile
from pathlib import Path
from typing import Any

from . import upy
from .powercuts import recording

SCRIPT = Path(__file__).with_name("upy_soak.py")
RECORDING_S = 1200  # heard over and over


def decisions(hours: float) -> dict[str, Any]:
    """Shifts of drawn decisions at the conversation's entrance."""
    return dict(json.loads(upy.run(SCRIPT, "decisions", str(hours))))


def audio(hours: float) -> dict[str, Any]:
    """Sound through features, network, conversation, log and housekeeping."""
    with tempfile.TemporaryDirectory(prefix="allears-safe-") as folder:
        path = Path(folder, "call.pcm")
        recording(path, RECORDING_S)
        return dict(json.loads(upy.run(SCRIPT, "audio", str(hours), str(path))))
