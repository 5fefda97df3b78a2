"""What is known about a running virtual clip, shared between its supervisor and whoever uses it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

BOOTING, RUNNING, PROMPT, OFF, FAILED = "booting", "running", "prompt", "off", "failed"


@dataclass(frozen=True)
class Snapshot:
    """phase: where the clip is; light: red, green, blue 0-255; motor: 0-255; heard: sounds judged to their end;
    runs: starts so far; reset_cause: index into records.RESET_CAUSES of this run; feeds: watchdog feeds of this
    run; erases, programs, unerased: flash operations of this run, the last being programs onto pages that were
    not erased; failure: why the clip is FAILED."""

    phase: str = OFF
    light: tuple[int, int, int] = (0, 0, 0)
    motor: int = 0
    heard: int = 0
    runs: int = 0
    reset_cause: int = 0
    feeds: int = 0
    erases: int = 0
    programs: int = 0
    unerased: int = 0
    failure: str = ""


class Status:
    """The latest snapshot; changes wake those who wait and are handed to `listener` (on the supervisor's thread)."""

    def __init__(self, listener: Callable[[Snapshot], None] | None = None):
        self._changed = threading.Condition()
        self._now = Snapshot()
        self._listener = listener

    def listen(self, listener: Callable[[Snapshot], None]) -> None:
        """Hand every change to `listener` from now on, beginning with how things are."""
        self._listener = listener
        listener(self._now)

    @property
    def now(self) -> Snapshot:
        return self._now

    def update(self, **changes: object) -> None:
        """Set fields of the snapshot."""
        with self._changed:
            self._now = replace(self._now, **changes)  # type: ignore[arg-type]
            self._changed.notify_all()
        if self._listener:
            self._listener(self._now)

    def wait(self, condition: Callable[[Snapshot], bool], timeout_s: float | None = None) -> Snapshot | None:
        """The first snapshot that meets `condition`, or None after `timeout_s`."""
        with self._changed:
            met = self._changed.wait_for(lambda: condition(self._now), timeout_s)
            return self._now if met else None
