"""Small things the tests of the virtual clip share."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import serial
from mpremote.transport_serial import SerialTransport

from allears import sim
from allears_core import frame

APPS = Path(__file__).parent / "apps"
SOON_S = 20.0


def app(name: str) -> dict[str, bytes]:
    """Files that put one of this folder's applications onto a volume."""
    return {"main.py": (APPS / f"{name}.py").read_bytes()}


def listening(clip: sim.VirtualClip, runs: int = 1) -> sim.Snapshot:
    """Wait until the application of that start has fed the watchdog: it is in its loop."""
    return clip.wait(lambda now: now.runs == runs and now.feeds > 0, SOON_S)


def eventually(condition: Callable[[], bool], timeout_s: float = SOON_S) -> bool:
    """True as soon as `condition` holds, False if it never did."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def alive(pid: int) -> bool:
    """True while a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def clips_of(pid: int) -> list[int]:
    """The virtual clips' processes that `pid` started and that still run."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return [child for child in found if alive(child) and _is_clip(child)]


def _is_clip(pid: int) -> bool:
    return b"micropython" in Path(f"/proc/{pid}/cmdline").read_bytes()


@contextmanager
def repl(port: str) -> Iterator[SerialTransport]:
    """The raw prompt, the way mpremote gets there, without a soft reset."""
    transport = SerialTransport(port, timeout=SOON_S)
    transport.enter_raw_repl(soft_reset=False)
    try:
        yield transport
    finally:
        transport.exit_raw_repl()
        transport.close()


def ask(port: str, code: str) -> str:
    """What `code` prints at the clip's prompt."""
    with repl(port) as transport:
        return transport.exec(code).decode().strip()


class FramedLine:
    """A serial line on which payloads travel as frames."""

    def __init__(self, port: str):
        self._serial = serial.Serial(port, timeout=SOON_S)
        self._decoder = frame.Decoder()

    def __enter__(self) -> "FramedLine":
        return self

    def __exit__(self, *_: object) -> None:
        self._serial.close()

    def send(self, payload: bytes) -> None:
        self._serial.write(frame.to_cells(frame.encode(payload)))

    def receive(self, count: int) -> list[bytes]:
        """`count` payloads, fewer if the line falls silent."""
        payloads: list[bytes] = []
        while len(payloads) < count:
            data = self._serial.read(max(1, self._serial.in_waiting))
            if not data:
                break
            payloads += self._decoder.feed(data)
        return payloads


def descriptors() -> int:
    """How many file descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))
