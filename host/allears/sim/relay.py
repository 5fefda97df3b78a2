"""Bytes between the line that programs open and the terminal of the run, with the rules of a USB serial port."""

import time
from collections.abc import Callable

from allears.sim import terminal

STALLED_LINE_S = 2.0  # a reader that takes nothing for so long loses what waits for it, as on USB
QUIET_S = 0.2  # how long a Ctrl-C waits for a moment when the program waits too
INTERRUPT_S = 0.5  # how long input waits for an interrupted program to reach the prompt
HOLD_BYTES = 1 << 16
_RAW = b"raw REPL; CTRL-B to exit\r\n>"
_FRIENDLY = b"for more information.\r\n>>> "


class Relay:
    """Both directions of one line. `master` is the line's, `console` the run's terminal or None between runs.

    ready: input may pass (set once the run has booted). raw: the last prompt seen was the raw REPL's.
    """

    def __init__(self, master: int):
        self.master = master
        self.console: int | None = None
        self.ready = False
        self.raw = False
        self.lost_bytes = 0
        self._to_clip = bytearray()
        self._to_host = bytearray()
        self._stuck_since: float | None = None
        self._interrupt_until: float | None = None
        self._quiet_by: float | None = None
        self._waits: Callable[[], bool] = bool
        self._seen = b""

    @property
    def congested(self) -> bool:
        """True while the program on the line has not taken what was sent: read no more from the run."""
        return bool(self._to_host)

    @property
    def input_waits(self) -> bool:
        """True if the run has not taken all its input."""
        return bool(self._to_clip) and self.ready

    def attach(self, console: int, waits: Callable[[], bool]) -> None:
        """A new run has begun; its input waits until `ready`. waits(): True while the run waits for something."""
        self._waits = waits
        self.console = console
        self.ready = False
        self.raw = False
        self._interrupt_until = self._quiet_by = None
        self._seen = b""

    def detach(self) -> None:
        self.console = None
        self.ready = False

    def from_host(self) -> None:
        """Something may have happened on the line."""
        while len(self._to_clip) < HOLD_BYTES:
            data, gone = terminal.read_some(self.master)
            self._to_clip += data
            if gone:
                self._to_host.clear()
            if gone or not data:
                break
        self.send_to_clip()
        self.send_to_host()

    def type(self, data: bytes) -> None:
        """Put bytes before whatever the host has sent."""
        self._to_clip[:0] = data

    def send_to_clip(self) -> None:
        """Pass input on as far as the run takes it."""
        while self._to_clip and self.ready and self.console is not None and not self._interrupting():
            runs = terminal.interrupts(self.console)
            if runs and self._to_clip[0] == terminal.INTERRUPT and self._busy():
                return
            end = self._next_piece()
            sent = terminal.write_some(self.console, self._to_clip[:end])
            if not sent:
                return
            interrupted = runs and self._to_clip[sent - 1] == terminal.INTERRUPT
            del self._to_clip[:sent]
            if interrupted:
                self._interrupt_until = time.monotonic() + INTERRUPT_S

    def _next_piece(self) -> int:
        """End of what may be written at once: a Ctrl-C goes alone."""
        at = self._to_clip.find(terminal.INTERRUPT)
        return len(self._to_clip) if at < 0 else max(at, 1)

    def _busy(self) -> bool:
        # MicroPython's unix port leaves whatever it is doing at once when a Ctrl-C comes, littlefs and garbage
        # collector included. While it waits for sound or input it does neither.
        now = time.monotonic()
        if self._quiet_by is None:
            self._quiet_by = now + QUIET_S
        if now < self._quiet_by and not self._waits():
            return True
        self._quiet_by = None
        return False

    def _interrupting(self) -> bool:
        # What follows a Ctrl-C is meant for the prompt: the program must not read it on its way out.
        if self._interrupt_until is None:
            return False
        assert self.console is not None
        if terminal.interrupts(self.console) and time.monotonic() < self._interrupt_until:
            return True
        self._interrupt_until = None
        return False

    def from_clip(self) -> bool:
        """Move the run's output to the line; True when the run has closed its terminal."""
        assert self.console is not None
        data, gone = terminal.read_some(self.console)
        self._watch_prompt(data)
        self.say(data)
        return gone

    def say(self, data: bytes) -> None:
        """Send to whoever has the line open; without anybody it is lost, as on USB."""
        if data and terminal.someone_listens(self.master):
            self._to_host += data
            self.send_to_host()

    def send_to_host(self) -> None:
        """Pass output on as far as the line takes it, and give up on a reader that takes nothing."""
        if not self._to_host:
            return
        if not terminal.someone_listens(self.master):
            self._to_host.clear()
        sent = terminal.write_some(self.master, self._to_host) if self._to_host else 0
        del self._to_host[:sent]
        now = time.monotonic()
        if sent or not self._to_host or self._stuck_since is None:
            self._stuck_since = now if self._to_host else None
        elif now - self._stuck_since > STALLED_LINE_S:
            self.lost_bytes += len(self._to_host)
            self._to_host.clear()

    def wait_s(self) -> float | None:
        """Seconds after which the two send_ functions should be called again though nothing has happened."""
        if self._interrupt_until is not None or self._quiet_by is not None:
            return 0.002
        return 0.25 if self._to_host else None

    def _watch_prompt(self, data: bytes) -> None:
        seen = self._seen + data
        raw, friendly = seen.rfind(_RAW), seen.rfind(_FRIENDLY)
        if raw != friendly:
            self.raw = raw > friendly
        self._seen = seen[-len(_RAW) :]
