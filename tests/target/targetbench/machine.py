"""Runs a chip: qemu-system-arm with its instructions counted, what the program prints as lines."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .runtime import Chip, runtime

# 64 ns of emulated time an instruction (port/chip.h reads the count back); time never waits for this machine's.
COUNTING = ["-icount", "shift=6,sleep=off"]


def command(chip: Chip, volume: Path, line: str = "stdio") -> list[str]:
    """The emulator's command line; `line` is where its serial line goes."""
    return [
        "qemu-system-arm",
        *("-machine", chip.machine, "-display", "none", "-monitor", "none", "-semihosting", *COUNTING),
        *("-serial", line, "-kernel", str(runtime(chip))),
        *("-device", f"loader,file={volume},addr={chip.volume_at:#x},force-raw=on"),
    ]


def run(chip: Chip, volume: bytes, timeout_s: float = 240) -> tuple[int, list[str]]:
    """(exit status, printed lines) of a program on a volume of volume.image(); 0 unless it raised."""
    with tempfile.NamedTemporaryFile(suffix=".img") as file:
        file.write(volume)
        file.flush()
        done = subprocess.run(
            command(chip, Path(file.name)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    if done.stderr:
        raise RuntimeError(f"the emulator complains: {done.stderr.strip()}")
    return done.returncode, done.stdout.splitlines()


def lines_of(chip: Chip, volume: bytes, timeout_s: float = 240) -> list[str]:
    """Printed lines of a program that must succeed."""
    status, lines = run(chip, volume, timeout_s)
    if status:
        raise AssertionError(f"exit status {status} on {chip.name}:\n" + "\n".join(lines[-40:]))
    return lines


@contextmanager
def served(chip: Chip, volume: bytes) -> Iterator[str]:
    """A chip that runs while the context lasts; yields the path of its serial line, a pseudo-terminal."""
    with tempfile.NamedTemporaryFile(suffix=".img") as file:
        file.write(volume)
        file.flush()
        process = subprocess.Popen(
            command(chip, Path(file.name), "pty"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"/dev/\S+", said)
            if found is None:
                raise RuntimeError(f"the emulator offers no serial line: {said.strip()}")
            yield found[0]
        finally:
            process.kill()
            process.wait()
