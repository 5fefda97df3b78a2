"""Running a script of the clip's under MicroPython, on this checkout's firmware."""

import subprocess
from pathlib import Path

from allears.firmware import firmware_root
from allears.sim.runtime import find_micropython

from . import BENCH

HEAP = "64m"  # the journal of a flash, and many of its states; the clip's own heap is capped elsewhere
PATIENCE_S = 7200


def run(script: Path, *arguments: str) -> str:
    """Its last line; RuntimeError with its last words where it ends by an error that is no count."""
    command = [
        str(find_micropython()),
        "-X",
        f"heapsize={HEAP}",
        str(script),
        str(firmware_root()),
        str(BENCH),
    ]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    lines = done.stdout.strip().splitlines()
    if not lines or done.returncode not in (0, 1):
        raise RuntimeError(
            f"{script.name} ended with code {done.returncode}: {(done.stdout + done.stderr)[-2000:]}"
        )
    return lines[-1]
