"""What surrounds the chip of a virtual clip: power, reset, watchdog, and the serial line that outlives resets."""

import contextlib
import os
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Callable

from allears.sim import status, terminal
from allears.sim.process import Build, Reset, Run
from allears.sim.relay import Relay
from allears_core import messages, records

POWER_ON, WATCHDOG, SOFT, CRASH = (
    records.RESET_CAUSES.index(cause) for cause in ("power-on", "watchdog", "soft", "crash")
)
SOFT_REBOOT = b"MPY: soft reboot\r\n"
RAW_MODE = b"\x01"  # Ctrl-A
MAX_FAILED_STARTS = 3
FOREVER = -1.0  # epoll's word for it


class Supervisor(threading.Thread):
    """Runs the clip until stop(). Everything but the three requests happens on this thread."""

    def __init__(self, build: Build, first: Reset, state: status.Status, watchdog_s: float):
        super().__init__(name="virtual-clip", daemon=True)
        self.master, self.port = terminal.open_line()
        self.sound, self.sound_in = os.pipe()
        os.set_blocking(self.sound, False)
        os.set_blocking(self.sound_in, False)
        self._build = build
        self._first = first
        self._state = state
        self._watchdog_s = watchdog_s
        self._relay = Relay(self.master)
        self._run: Run | None = None
        self._requests: deque[Callable[[], None]] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK)
        self._events = select.epoll()
        self._control_rest = b""
        self._fed_at: float | None = None
        self._failed_starts = 0
        self._marked = 0
        self._going = True

    # Requests, from any thread.

    def stop(self) -> None:
        """End the clip and the thread; returns when both are gone. Once more does nothing."""
        if self.is_alive():
            self._ask(self._finish)
            self.join()
        # Not by the thread: it may be through with the last request before whoever made it has rung the bell.
        if self._wake >= 0:
            os.close(self._wake)
            self._wake = -1

    def cut_power(self) -> None:
        self._ask(self._power_off)

    def power_on(self, reset: Reset) -> None:
        self._ask(lambda: self._start(reset) if self._run is None else None)

    def _ask(self, request: Callable[[], None]) -> None:
        self._requests.append(request)
        os.eventfd_write(self._wake, 1)

    # The thread.

    def run(self) -> None:
        self._events.register(self.master, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        self._events.register(self._wake, select.EPOLLIN)
        try:
            self._start(self._first)
            while self._going:
                self._turn()
        except Exception as error:  # noqa: BLE001  the thread's users wait on the state: they must learn that it ended
            self._state.update(
                phase=status.FAILED, failure=f"the virtual clip's supervisor failed: {error!r}"
            )
        finally:
            self._end_run()
            self._events.close()
            for fd in (self.master, self.sound, self.sound_in):
                os.close(fd)

    def _turn(self) -> None:
        """Wait for something to happen and deal with it."""
        self._choose_events()
        ready = dict(self._events.poll(self._wait_s()))
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)
        while self._requests:
            self._requests.popleft()()
        run = self._run
        if run is not None:
            if run.control in ready:
                self._read_control(run)
            if run is self._run and run.master in ready and not self._relay.congested:
                self._relay.from_clip()
            if run is self._run and run.exited in ready:
                self._exited(run)
            elif run is self._run and not ready:
                self._check_watchdog()
        if self._going:
            self._relay.from_host()

    def _choose_events(self) -> None:
        if self._run is not None:
            mask = 0 if self._relay.congested else select.EPOLLIN
            if self._relay.input_waits:
                mask |= select.EPOLLOUT
            self._events.modify(self._run.master, mask)

    def _wait_s(self) -> float:
        waits = [wait for wait in (self._relay.wait_s(), self._watchdog_left_s()) if wait is not None]
        return max(0.0, min(waits)) if waits else FOREVER

    # Runs.

    def _start(self, reset: Reset) -> None:
        run = Run(self._build, reset, self.sound)
        self._run = run
        self._control_rest = b""
        self._fed_at = None
        self._marked = 0
        for fd in (run.master, run.control, run.exited):
            self._events.register(fd, select.EPOLLIN)
        self._relay.attach(run.master, run.waits)
        self._state.update(
            phase=status.BOOTING, runs=self._state.now.runs + 1, reset_cause=reset.cause, light=(0, 0, 0), motor=0,
            feeds=0, erases=0, programs=0, unerased=0,
        )  # fmt: skip

    def _end_run(self) -> None:
        """Power off, whatever the run is doing; its last words are passed on."""
        run, self._run = self._run, None
        if run is None:
            return
        run.kill()
        gone = False
        while not gone and not self._relay.congested:
            gone = self._relay.from_clip()
        self._relay.detach()
        for fd in (run.master, run.control, run.exited):
            self._events.unregister(fd)
        run.close()

    def _restart(self, reset: Reset) -> None:
        self._end_run()
        self._start(reset)

    def _power_off(self) -> None:
        self._end_run()
        self._state.update(phase=status.OFF, light=(0, 0, 0), motor=0)

    def _finish(self) -> None:
        self._power_off()
        self._going = False

    def _fail(self, reason: str) -> None:
        self._end_run()
        self._state.update(phase=status.FAILED, failure=reason)

    def _exited(self, run: Run) -> None:
        """The process ended by itself: Ctrl-D at a prompt, sys.exit, an interrupt at a bad moment, or a crash."""
        booting = self._state.now.phase == status.BOOTING
        self._failed_starts = self._failed_starts + 1 if booting else 0
        raw = self._relay.raw
        code = run.process.wait()
        if self._failed_starts >= MAX_FAILED_STARTS:
            self._fail(f"MicroPython ended with code {code} before the clip had started")
            return
        self._end_run()
        if code in (0, -signal.SIGINT):
            self._relay.say(SOFT_REBOOT)
            self._start(Reset(SOFT, main=code == 0 and not raw, raw=raw))
        else:
            self._start(Reset(CRASH, doing=self._marked))

    # Watchdog.

    def _watchdog_left_s(self) -> float | None:
        if self._fed_at is None:
            return None
        return self._fed_at + self._watchdog_s - time.monotonic()

    def _check_watchdog(self) -> None:
        # Called only when nothing else was waiting: feeds that have arrived are counted first.
        left_s = self._watchdog_left_s()
        if left_s is not None and left_s <= 0:
            self._restart(Reset(WATCHDOG, doing=self._marked))

    # What the clip tells.

    def _read_control(self, run: Run) -> None:
        for line in self._read_lines(run):
            self._told(run, line)
            if run is not self._run:
                return

    def _read_lines(self, run: Run) -> list[list[str]]:
        data, _ = terminal.read_some(run.control)
        *lines, self._control_rest = (self._control_rest + data).split(b"\n")
        return [line.decode().split() for line in lines]

    def _told(self, run: Run, line: list[str]) -> None:
        word, numbers = line[0], [int(number) for number in line[1:]]
        if word == "feed":
            self._fed_at = time.monotonic()
            erases, programs, unerased = numbers
            self._state.update(
                feeds=self._state.now.feeds + 1, erases=erases, programs=programs, unerased=unerased
            )
        elif word == "light":
            self._state.update(light=tuple(numbers))
        elif word == "motor":
            self._state.update(motor=numbers[0])
        elif word == "keyboard":
            terminal.let_interrupt(run.master, bool(numbers[0]))
            with contextlib.suppress(BrokenPipeError):  # the power went meanwhile
                os.write(run.answers, b"k")
        elif word == "mark":
            self._marked = numbers[0]
        elif word == "heard":
            self._state.update(heard=self._state.now.heard + 1)
        elif word == "booted":
            self._failed_starts = 0
            self._state.update(phase=status.RUNNING)
            self._relay.ready = True
        elif word == "prompt":
            self._at_prompt(run)
        elif word == "restart":
            self._restart(Reset(SOFT, main=numbers[0] != messages.REBOOT_REPL))
        elif word == "cut":
            self._power_off()
        elif word == "unmountable":
            self._fail("the virtual clip's flash holds no file system")

    def _at_prompt(self, run: Run) -> None:
        self._fed_at = None  # nobody feeds it while a person types
        if run.reset.raw:
            self._relay.type(RAW_MODE)
        self._relay.ready = True
        self._state.update(phase=status.PROMPT)
