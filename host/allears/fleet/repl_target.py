"""A clip's volume through MicroPython's raw REPL, for clips whose application does not answer."""

import contextlib
import io
import termios
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from allears.device.line import BAUD, Line
from allears.errors import CutOff, DeviceError, WrongDevice
from allears.fleet import slot
from allears.fleet.bundle import IN_SLOT, START_FILES, Bundle, sha256

TEMPORARY = ".new"
MOUNTED = "/app"  # of firmware/loader.py
CHUNK_BYTES = 512
ANSWER_S = 2.0
PROMPT_S = 3.0
TRIES = 3
SOFT_RESET = b"\x04"


class ReplTarget:
    """Volume of the MicroPython on `path`; a context manager that starts the application again at its end."""

    def __init__(self, path: str, wait_s: float = PROMPT_S):
        self._path = path
        Line(path).close()  # says in our words why a port cannot be opened
        with _in_our_words(path):
            self._transport = SerialTransport(path, BAUD, timeout=ANSWER_S)
        try:
            self._open_prompt(wait_s)
        except BaseException:
            self._transport.close()
            raise

    def _open_prompt(self, wait_s: float) -> None:
        """Enter the raw REPL. A board that is just starting may swallow the first try."""
        for attempt in range(TRIES):
            try:
                with _in_our_words(self._path):
                    self._transport.enter_raw_repl(soft_reset=True, timeout_overall=wait_s)
                return
            except WrongDevice:
                if attempt + 1 == TRIES:
                    raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the REPL by a soft reset, which starts main.py, and give the port back."""
        try:
            with _in_our_words(self._path):
                self._transport.exit_raw_repl()
                self._transport.serial.write(SOFT_RESET)
                self._transport.serial.flush()
        finally:
            self._transport.close()

    def hash_of(self, path: str) -> str | None:
        """SHA-256 in hex of a file of the application that a start would run, or that stands at the volume's root
        outside the slots; None where there is no such file."""
        with _in_our_words(self._path):
            place = self._place(path)
            if not self._transport.fs_exists(place):
                return None
            return bytes(self._transport.fs_hashfile(place, "sha256")).hex()

    def holds(self, bundle: Bundle) -> bool:
        """True if a slot with exactly this bundle would run."""
        name = self._running()
        return bool(name) and self.hash_of(name) == sha256(bundle.image)

    def install(
        self, bundle: Bundle, changed: dict[str, bytes], stale: bool, sent: Callable[[int], None]
    ) -> None:
        """Bring `bundle`, of which `changed` is new to the clip, into force; stale: not by START_FILES alone.

        A power cut before the last step changes nothing that a start would see.
        """
        files = {path: changed[path] for path in START_FILES if path in changed}
        if stale:
            name = slot.NAMES[self._running() == slot.NAMES[0]]
            files |= {name: bundle.image, slot.STATE: slot.state(name)}
        with _in_our_words(self._path):
            for path, data in files.items():
                self._write_one("/" + path + TEMPORARY, data)
            for path in files:
                new, final = "/" + path + TEMPORARY, "/" + path
                self._transport.exec(f"import os\nos.rename({new!r}, {final!r})")
        sent(sum(map(len, changed.values())))

    def _running(self) -> str:
        with _in_our_words(self._path):
            there = self._transport.fs_exists("/" + slot.STATE)
            return slot.running(self._transport.fs_readfile("/" + slot.STATE) if there else None)

    def _place(self, path: str) -> str:
        """Where a file of the application lies: boot.py, which has run by now, mounts a slot there."""
        in_slot = path.split("/")[0] in IN_SLOT and self._transport.fs_exists(MOUNTED)
        return f"{MOUNTED}/{path}" if in_slot else f"/{path}"

    def _write_one(self, path: str, data: bytes) -> None:
        self._transport.fs_writefile(path, data, CHUNK_BYTES)
        if bytes(self._transport.fs_hashfile(path, "sha256")).hex() != sha256(data):
            raise DeviceError(
                f"{path} reads back differently from what was written",
                "run this again, then replace the clip",
            )


@contextlib.contextmanager
def _in_our_words(path: str) -> Iterator[None]:
    """mpremote's errors as ours; what it prints on the way is kept off stdout."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except TransportError as error:
        if "raw repl" in str(error):
            raise WrongDevice(
                f"no MicroPython prompt opens on {path}", "press the reset button and run this again"
            ) from error
        last = (str(error).strip().splitlines() or ["no reason given"])[-1]
        raise DeviceError(f"MicroPython on {path} failed ({last})", "run this again") from error
    except (OSError, termios.error) as error:
        raise CutOff(
            f"the line to {path} was lost", "check the cable and run this again, nothing is half-written"
        ) from error
