"""The clip's end of the link under fire: the whole application under MicroPython, on the bench's board for most of it,
and as the virtual clip on a serial port for some."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import serial

from allears import sim
from allears.device import Clip
from allears.device.refusals import Refused
from allears.firmware import firmware_root
from allears.sim import status
from allears.sim.runtime import HEAP_BYTES, find_micropython
from allears_core import errors

from . import cases

HERE = Path(__file__).resolve().parents[1]
BENCH = HERE.parent / "clip"
PATIENCE_S = 3000
LONGEST_WAIT_S = 70.0


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


def through_the_port(trials: int, seed: int = 2) -> dict[str, Any]:
    """At least `trials` hostile bytes into the port of a virtual clip, by somebody who holds no key.

    bytes, refused requests; crashes: exceptions on the clip; starts and prompts that there should not be; reached:
    what changed.
    """
    with sim.start(fast=True) as virtual:
        with Clip(virtual.port, sim.HELLO_S) as clip:
            before = _seen(clip)
        sent = 0
        with serial.Serial(virtual.port, timeout=0) as line:
            for piece in cases.for_clip(seed, trials):
                sent += line.write(piece)
                line.read(line.in_waiting)
        with Clip(virtual.port, sim.HELLO_S) as clip:
            _wait_until_it_listens(clip)
            after, now = _seen(clip), clip.status()
        return {
            "bytes": sent,
            "refused": now["refused"],
            "crashes": ["exception"] * now["exceptions"],
            "starts": virtual.now.runs - 1,
            "prompts": int(virtual.now.phase == status.PROMPT),
            "reached": [name for name in before if before[name] != after[name]],
        }


def _wait_until_it_listens(clip: Clip) -> None:
    """A clip that was shown wrong keys takes none for a while, the right ones included."""
    end = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            clip.status()
            return
        except Refused as refused:
            if refused.code != errors.TOO_SOON or time.monotonic() > end:
                raise
        time.sleep(0.2)


def _seen(clip: Clip) -> dict[str, Any]:
    """What a host with keys can see of a clip that must not change by itself."""
    return {
        "boot": clip.hello.boot,
        "log": clip.hello.log_id,
        "settings": clip.settings().values(),
        "identity": clip.identity(),
        "limits": clip.limits().rows(),
        "acked": [clip.range(stream).acked_seq for stream in (0, 1)],
        "state": clip.status()["state"],
    }


def authentications(trials: int) -> dict[str, Any]:
    """`trials` wrong or replayed authentications and requests; refused: how many were."""
    with tempfile.TemporaryDirectory(prefix="allears-proofs-") as scratch:
        return _run("proofs", str(trials), scratch)
