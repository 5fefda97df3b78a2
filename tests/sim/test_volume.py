"""The virtual clip's flash: kept under its name, refreshed on request, and honest about damage."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sim_support import app, ask, eventually, listening

from allears import sim
from allears.errors import BadInput, PortBusy
from allears.sim import volume
from allears.sim.home import Home

ECHO = sim.Options(fast=True, files=app("echo"))
HOLDER = """
import sys, time
from allears import sim
with sim.start("held", fast=True) as clip:
    print(clip.port, flush=True)
    sys.stdin.read()
"""


def test_files_and_unit_id_outlive_a_run():
    with sim.start("one", options=ECHO) as clip:
        unit = clip.unit_id
        listening(clip)
    with sim.start("one", options=ECHO) as clip:
        listening(clip)
        assert clip.unit_id == unit
        assert ask(clip.port, "print(open('/boots').read())") == ".."


def test_clips_of_two_names_are_two():
    with sim.start("one", options=ECHO) as one, sim.start("two", options=ECHO) as two:
        assert one.unit_id != two.unit_id
        assert one.port != two.port


def test_other_firmware_is_kept_and_reported_until_reflashed():
    with sim.start("one", options=ECHO) as clip:
        listening(clip)
    with sim.start("one", fast=True) as clip:
        assert clip.stale == ["main.py"]
        listening(clip)
    with sim.start("one", options=sim.Options(fast=True, reflash=True)) as clip:
        assert clip.stale == []
    assert volume.read(Home("one").image, "boots") == b".."
    assert b"allears_clip" in (volume.read(Home("one").image, "main.py") or b"")


def test_a_fresh_start_forgets_everything():
    for _ in range(2):
        with sim.start("one", options=sim.Options(fast=True, fresh=True, files=app("echo"))) as clip:
            listening(clip)
    assert volume.read(Home("one").image, "boots") == b"."


def test_a_second_start_of_a_name_is_told_where_the_first_one_is():
    with sim.start("one", options=ECHO) as clip, pytest.raises(PortBusy, match=f"{clip.port}.*sim:one"):
        sim.start("one", options=ECHO)


def test_joining_reaches_the_running_clip_and_leaves_it_running():
    with sim.start("one", options=ECHO) as clip:
        with sim.join("one") as joined:
            assert joined.port == clip.port
        assert sim.join("one").port == clip.port


def test_joining_nobody_starts_one():
    with sim.join("one") as clip:
        assert isinstance(clip, sim.VirtualClip)
        assert Home("one").running() is not None
    assert Home("one").running() is None


def test_what_a_killed_program_left_behind_is_no_running_clip(own_home: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None
    port = holder.stdout.readline().strip()
    running = Home("held").running()
    assert running is not None and (running.port, running.pid) == (port, holder.pid)
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    assert json.loads((own_home / "sim" / "held" / "state.json").read_text())["pid"] == holder.pid
    assert Home("held").running() is None
    assert eventually(lambda: not os.path.exists(port))
    with sim.start("held", fast=True):
        pass


@pytest.mark.parametrize("name", ["", "A", "a b", "../x", "x" * 33, "-x"])
def test_a_bad_name_is_refused(name: str):
    with pytest.raises(BadInput, match="cannot name a virtual clip"):
        sim.start(name, fast=True)


def test_damaged_flash_is_reported_and_fresh_helps():
    with sim.start("one", options=ECHO) as clip:
        listening(clip)
    Home("one").image.write_bytes(bytes(volume.BLOCKS * volume.BLOCK_BYTES))
    with pytest.raises(BadInput, match="holds no file system; .*--fresh"):
        sim.start("one", fast=True)
    with sim.start("one", options=sim.Options(fast=True, fresh=True)) as clip:
        listening(clip)


def test_programming_only_clears_bits(echo: sim.VirtualClip):
    code = """
import virtual_chip
flash = virtual_chip.flash
page = bytearray(256)
before = flash.unerased
flash.ioctl(6, 255)
flash.writeblocks(255, b'\\x3f' * 256, 0)
flash.writeblocks(255, b'\\xf1' * 256, 0)
flash.readblocks(255, page, 0)
print(set(page) == {0x31}, flash.unerased - before)
flash.readblocks(255, page, 256)
print(set(page) == {0xff})
"""
    assert ask(echo.port, code).split() == ["True", "1", "True"]


def test_littlefs_never_programs_what_it_has_not_erased(echo: sim.VirtualClip):
    code = """
import virtual_chip
flash = virtual_chip.flash
erases = flash.erases
for n in range(30):
    with open('/x%d' % (n % 3), 'w') as f:
        f.write(bytes(3000))
print(flash.unerased, flash.erases > erases, flash.programs > 0)
"""
    assert ask(echo.port, code) == "0 True True"


def test_the_block_device_allocates_nothing(echo: sim.VirtualClip):
    """Else a garbage collection could close forgotten files in the middle of littlefs."""
    code = """
import micropython, virtual_chip
flash = virtual_chip.flash
page = bytearray(256)
micropython.heap_lock()
flash.readblocks(255, page, 0)
flash.ioctl(6, 255)
flash.writeblocks(255, page, 0)
flash.writeblocks(255, page, 0)
micropython.heap_unlock()
print('nothing')
"""
    assert ask(echo.port, code) == "nothing"
