"""Resets, the watchdog and power cuts."""

import os
import signal

import pytest
from sim_support import SOON_S, FramedLine, app, ask, clips_of, listening, repl

from allears import sim
from allears.errors import DeviceError
from allears.sim import status
from allears_core import records

LOGGER = {
    "main.py": b"""
import board
parts = board.make()
with open('/log', 'a') as log:
    for number in range(200):
        log.write('%04d' % number)
        log.flush()
        parts.light.set(number, 0, 0)
        parts.watchdog.feed()
parts.haptic.set(1)
"""
}


def cause(now: sim.Snapshot) -> str:
    return records.RESET_CAUSES[now.reset_cause]


def send(clip: sim.VirtualClip, payload: bytes) -> None:
    with FramedLine(clip.port) as line:
        line.send(payload)
        listening_or_prompt(clip, 2)


def listening_or_prompt(clip: sim.VirtualClip, runs: int) -> None:
    clip.wait(lambda now: now.runs == runs and (now.feeds > 0 or now.phase == status.PROMPT), SOON_S)


def test_an_application_that_hangs_is_restarted_by_the_watchdog():
    with sim.start(options=sim.Options(fast=True, watchdog_s=0.7, files=app("echo"))) as clip:
        listening(clip)
        send(clip, b"hang")
        assert cause(listening(clip, 2)) == "watchdog"
        assert ask(clip.port, "print(parts.reset_cause, open('/boots').read())") == "1 .."


def test_the_watchdog_sleeps_while_somebody_types():
    with sim.start(options=sim.Options(fast=True, watchdog_s=0.3, files=app("echo"))) as clip:
        listening(clip)
        assert ask(clip.port, "import time\ntime.sleep_ms(600)\nprint('patience')") == "patience"
        assert clip.now.runs == 1


def test_the_application_may_ask_for_a_restart(echo: sim.VirtualClip):
    send(echo, b"restart")
    assert cause(listening(echo, 2)) == "soft"


def test_the_application_may_ask_for_the_prompt(echo: sim.VirtualClip):
    send(echo, b"prompt")
    assert echo.now.phase == status.PROMPT
    assert ask(echo.port, "print('parts' in globals())") == "False"


def test_power_returns_with_its_cause_and_everything_flushed(echo: sim.VirtualClip):
    echo.cut_power()
    assert echo.now.phase == status.OFF
    echo.power_on()
    assert cause(listening(echo, 2)) == "power-on"
    assert ask(echo.port, "print(open('/boots').read())") == ".."


@pytest.mark.parametrize("operation", [1, 2, 3, 7, 20, 41, 42, 43, 77, 150])
def test_a_cut_in_the_middle_of_any_flash_operation_loses_nothing_flushed(operation: int):
    seen = [0]  # the logger shows on its light how much it has flushed
    options = sim.Options(fast=True, cut_at=operation, files=LOGGER)
    with sim.start(on_change=lambda now: seen.append(now.light[0]), options=options) as clip:
        clip.wait(lambda now: now.phase == status.OFF, SOON_S)
        flushed = max(seen)
        clip.power_on()
        clip.wait(lambda now: now.motor == 1 and now.phase == status.PROMPT, SOON_S)
        log = ask(clip.port, "print(open('/log').read())")
        second = log.index("0000", 4) if log.count("0000") > 1 else 0
        first_life = [int(log[at : at + 4]) for at in range(0, second, 4)]
        assert first_life == list(range(len(first_life)))
        assert len(first_life) >= flushed


def test_flash_that_cannot_be_mounted_is_a_failure_with_a_next_step(echo: sim.VirtualClip):
    with repl(echo.port) as transport:
        transport.exec("import virtual_chip\nfor block in range(256): virtual_chip.flash.ioctl(6, block)")
    echo.cut_power()
    with pytest.raises(DeviceError, match="no file system; .*--fresh"):
        echo.power_on()
    assert echo.now.phase == status.FAILED


def test_a_crash_is_told_from_other_resets(echo: sim.VirtualClip):
    (pid,) = clips_of(os.getpid())
    os.kill(pid, signal.SIGSEGV)
    assert cause(listening(echo, 2)) == "crash"
