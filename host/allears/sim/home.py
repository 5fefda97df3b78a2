"""Where named virtual clips live between runs, and how two programs agree on who runs one."""

import fcntl
import json
import os
import re
import time
from dataclasses import dataclass

from allears.errors import BadInput, PortBusy
from allears.folders import sim_folder

DEFAULT_NAME = "clip"
UNIT_ID_BYTES = 8
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_STARTING_S = 10.0  # how long a starting clip may take to write down its port
_POLL_S = 0.02


@dataclass(frozen=True)
class Running:
    """A named clip that some process runs: its port and that process."""

    port: str
    pid: int


class Home:
    """Folder of one named clip: flash.img, unit, and state.json, which is locked while a process runs the clip."""

    def __init__(self, name: str):
        if not _NAME.fullmatch(name):
            raise BadInput(
                f"{name!r} cannot name a virtual clip", "use up to 32 small letters, digits, - and _"
            )
        self.name = name
        self.folder = sim_folder() / name
        self.image = self.folder / "flash.img"
        self._state = self.folder / "state.json"
        self._lock: int | None = None

    def unit_id(self) -> bytes:
        """8 bytes, drawn when the clip is first started and the same ever after. BadInput when they are damaged."""
        path = self.folder / "unit"
        if not path.is_file():
            path.write_text(os.urandom(UNIT_ID_BYTES).hex(), "ascii")
        written = path.read_text("ascii", "replace").strip()
        if not re.fullmatch(f"[0-9a-f]{{{2 * UNIT_ID_BYTES}}}", written):
            raise BadInput(f"{path} holds no unit id", "delete that file and the clip gets a new one")
        return bytes.fromhex(written)

    def claim(self) -> None:
        """Become the one process that runs this clip; raises PortBusy when another does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        running = self._lock_or_running()
        if running:
            raise PortBusy(
                f"virtual clip {self.name!r} is running already on {running.port} (process {running.pid})",
                f"use --port sim:{self.name}, or another name",
            )

    def publish(self, port: str) -> None:
        """Write down where the claimed clip can be reached."""
        assert self._lock is not None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, json.dumps({"port": port, "pid": os.getpid()}).encode(), 0)

    def release(self) -> None:
        """Let others run the clip."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def running(self) -> Running | None:
        """Who runs this clip now; None if nobody does, whatever an earlier crash has left in the file."""
        if not self._state.is_file():
            return None
        running = self._lock_or_running()
        if running is None:
            self.release()
        return running

    def _lock_or_running(self) -> Running | None:
        """Take the lock and return None, or return who has it; a holder that is just starting is waited for."""
        deadline = time.monotonic() + _STARTING_S
        while not self._try_lock():
            running = self._written()
            if running:
                return running
            if time.monotonic() > deadline:
                raise PortBusy(
                    f"virtual clip {self.name!r} is held by a program that does not start it", "end it"
                )
            time.sleep(_POLL_S)
        return None

    def _try_lock(self) -> bool:
        descriptor = os.open(self._state, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _written(self) -> Running | None:
        try:
            state = json.loads(self._state.read_text("utf-8"))
        except ValueError:  # empty: the clip is just starting or stopping
            return None
        return Running(state["port"], state["pid"])
