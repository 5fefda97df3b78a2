"""The clip's end of the link under fire: the whole application on the bench's board, under MicroPython."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from allears.firmware import firmware_root
from allears.sim.runtime import HEAP_BYTES, find_micropython

from . import cases

HERE = Path(__file__).resolve().parents[1]
BENCH = HERE.parent / "clip"
PATIENCE_S = 3000


def _run(mode: str, given: str, scratch: str) -> dict[str, Any]:
    """What the script reports; RuntimeError with its last words when it ends by itself."""
    command = [str(find_micropython()), "-X", f"heapsize={HEAP_BYTES}", str(HERE / "upy_fuzz.py")]
    command += [str(firmware_root()), str(BENCH), scratch, mode, given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode:
        raise RuntimeError(
            f"the application ended with code {done.returncode}: {(done.stdout + done.stderr)[-2000:]}"
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _from_file(mode: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="allears-fuzz-") as scratch:
        path = Path(scratch, "bytes")
        with path.open("wb") as file:
            file.writelines(pieces)
        return _run(mode, str(path), scratch)


def without_a_key(trials: int, seed: int = 1) -> dict[str, Any]:
    """At least `trials` hostile bytes from somebody who holds no key.

    bytes, refused requests, wrong proofs; reached: what changed on the clip; crashes; heap_growth_bytes: from the
    first half to the second.
    """
    return _from_file("raw", cases.for_clip(seed, trials))


def with_a_key(trials: int, seed: int = 1) -> dict[str, Any]:
    """At least `trials` bytes of requests with anything in them, rightly sealed."""
    rows = cases.sealed_requests(seed, trials)
    return _from_file(
        "sealed", (bytes((role, len(message) & 255, len(message) >> 8)) + message for role, message in rows)
    )


def authentications(trials: int) -> dict[str, Any]:
    """`trials` wrong or replayed authentications and requests; refused: how many were."""
    with tempfile.TemporaryDirectory(prefix="allears-proofs-") as scratch:
        return _run("proofs", str(trials), scratch)
