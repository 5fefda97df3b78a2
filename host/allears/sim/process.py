"""One run of the clip, from reset to the next: a MicroPython process on a terminal of its own."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from allears.firmware import firmware_root
from allears.sim import runtime, terminal

ROM = "import rom; rom.start(globals())"  # found through MICROPYPATH, before the flash is mounted


@dataclass(frozen=True)
class Build:
    """What stays the same over all runs of one virtual clip."""

    image: Path
    unit_id: bytes
    fast: bool
    heap_bytes: int


@dataclass(frozen=True)
class Reset:
    """What one run starts with.

    cause: index into records.RESET_CAUSES; main: run main.py; raw: go to the raw REPL, as after a soft reset
    from it; doing: what the run before had marked; safe_mode: the button is held; cut_at: flash operation at which
    the power fails, 0 never.
    """

    cause: int
    main: bool = True
    raw: bool = False
    doing: int = 0
    safe_mode: bool = False
    cut_at: int = 0


class Run:
    """A started process: `master` is our end of its terminal, `control` what it tells us, `answers` what it is told."""

    def __init__(self, build: Build, reset: Reset, sound: int):
        self.reset = reset
        self.master, slave, line = terminal.open_console()
        self.control, control = os.pipe()
        os.set_blocking(self.control, False)
        answers, self.answers = os.pipe()
        image = os.open(build.image, os.O_RDWR)
        wiring = {
            "tty": os.ttyname(slave),
            "line": line,
            "sound": sound,
            "control": control,
            "answers": answers,
            "image": image,
            "unit": build.unit_id.hex(),
            "reset_cause": reset.cause,
            "doing": reset.doing,
            "main": reset.main,
            "safe_mode": reset.safe_mode,
            "fast": build.fast,
            "cut_at": reset.cut_at,
        }
        options = ["-X", f"heapsize={build.heap_bytes}", "-i", "-c", ROM, json.dumps(wiring)]
        try:
            # A session of its own: its terminal signals reach nobody else, and when we die, however we die,
            # the terminal hangs up and takes it along.
            self.process = subprocess.Popen(
                [runtime.find_micropython(), *options],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                pass_fds=(line, sound, control, answers, image),
                start_new_session=True,
                cwd="/",
                env={"PATH": os.defpath, "MICROPYPATH": str(firmware_root() / "boards" / "sim")},
            )
        except BaseException:
            os.close(self.master)
            os.close(self.control)
            os.close(self.answers)
            raise
        finally:
            for fd in (slave, line, control, answers, image):
                os.close(fd)
        self.exited = os.pidfd_open(self.process.pid)

    def waits(self) -> bool:
        """True while the process sleeps: for sound, input, time or room on its line."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii", "replace")
        return stat.rpartition(")")[2].split()[0] != "R"

    def kill(self) -> None:
        """Take the power away; returns when the process is gone."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Release our ends; the process must be gone."""
        for fd in (self.master, self.control, self.answers, self.exited):
            os.close(fd)
