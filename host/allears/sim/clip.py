"""The virtual clip as the rest of the host sees it."""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import numpy as np

from allears.errors import CutOff, DeviceError
from allears.sim import status, supervisor
from allears.sim.process import Build, Reset
from allears.sim.sound import SoundFeed

WATCHDOG_S = 8.0
START_S = 30.0
JUDGE_S = 30.0  # for what is still in the pipe when the last hop has been sent


Listener = Callable[[status.Snapshot], None]


class VirtualClip:
    """A running virtual clip; a context manager, `stop` ends it.

    port: path of the terminal that any serial program can open. stale: firmware files on its flash that differ
    from this release.
    """

    def __init__(
        self,
        build: Build,
        first: Reset,
        *,
        watchdog_s: float = WATCHDOG_S,
        stale: list[str],
        on_change: Listener | None,
        resources: ExitStack,
    ):
        """resources: closed when the clip has stopped."""
        self.stale = stale
        self._resources = resources
        self.fast = build.fast
        self.unit_id = build.unit_id
        self._status = status.Status(on_change)
        self._supervisor = supervisor.Supervisor(build, first, self._status, watchdog_s)
        self.port = self._supervisor.port
        self.feed = SoundFeed(self._supervisor.sound_in, self._status, build.fast)
        self._supervisor.start()

    @property
    def now(self) -> status.Snapshot:
        """Light, motor, phase and counters at this moment."""
        return self._status.now

    def listen(self, listener: Listener) -> None:
        """Tell `listener` how things are, and from then on every change, on another thread."""
        self._status.listen(listener)

    def wait(
        self, condition: Callable[[status.Snapshot], bool], timeout_s: float | None = None
    ) -> status.Snapshot:
        """The first snapshot that meets `condition`; DeviceError if the clip fails, CutOff after `timeout_s`."""
        found = self._status.wait(lambda now: condition(now) or now.phase == status.FAILED, timeout_s)
        if found is None:
            raise CutOff(
                "the virtual clip did not get there in time", "try again on a machine with less to do"
            )
        if found.phase == status.FAILED and not condition(found):
            raise DeviceError(found.failure, "start it with --fresh, or --reflash to keep its log")
        return found

    def play(self, pcm: np.ndarray, progress: Callable[[int], None] | None = None) -> None:
        """Let the clip hear int16 samples (n, 2) at 8 kHz and return when it has judged the last whole hop.

        progress: called with the number of hops sent so far.
        """
        heard = self.now.heard
        self.feed.play(pcm, progress)
        self.wait(lambda now: now.heard > heard, JUDGE_S)

    def wait_for_end(self) -> None:
        """Wait until the clip fails, which raises DeviceError; an interrupt is the other way out."""
        self.wait(lambda now: False)

    def booted(self) -> None:
        """Wait until the start files run."""
        self.wait(lambda now: now.phase in (status.RUNNING, status.PROMPT), START_S)

    def press(self, ms: int) -> None:
        """Press the button for `ms` milliseconds."""
        self.feed.press(ms)

    def cut_power(self) -> None:
        """Take the power away in the middle of whatever it does; returns when it is off."""
        self._supervisor.cut_power()
        self.wait(lambda now: now.phase == status.OFF, START_S)

    def power_on(self, safe_mode: bool = False, cut_at: int = 0) -> None:
        """Start it again after a power cut; returns when its start files run."""
        runs = self.now.runs
        self._supervisor.power_on(Reset(supervisor.POWER_ON, safe_mode=safe_mode, cut_at=cut_at))
        self.wait(lambda now: now.runs > runs, START_S)
        self.booted()

    def stop(self) -> None:
        """End the clip; it leaves nothing running."""
        self._supervisor.stop()
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
