"""Bad input, on the command line: one sentence with cause and next step on stderr, and its own exit code."""

import os
import pty
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from allears.device import Clip, ports
from allears.sim import Options, start
from allears.store import Store


@pytest.fixture
def virtual():
    with start() as clip:
        Clip(clip.port, 20.0).close()  # the application runs
        yield clip


@pytest.mark.parametrize("verb", ["replay", "import"])
def test_a_file_that_is_not_there(fails, verb):
    fails(3, verb, "nowhere.flac")


def test_a_mono_file(fails, home):
    soundfile.write(home / "mono.wav", np.zeros(8000), 8000)
    assert "channel" in fails(4, "replay", "mono.wav")


def test_a_file_of_another_kind(fails, home):
    (home / "notes.flac").write_text("not sound at all")
    fails(4, "replay", "notes.flac")
    fails(4, "import", "notes.flac")


def test_frames_that_have_no_place(fails, home):
    soundfile.write(home / "call.wav", np.zeros((8000, 2)), 8000)
    before = (home / "call.wav").read_bytes()
    assert "overwrite" in fails(4, "replay", "call.wav", "--frames", "call.wav")
    assert (home / "call.wav").read_bytes() == before
    assert "folder" in fails(4, "replay", "call.wav", "--frames", "")
    assert "cannot be written" in fails(4, "replay", "call.wav", "--frames", "nowhere/out.npz")


def test_a_demo_that_has_no_place(fails, home):
    (home / "file").write_text("")
    soundfile.write(home / "call.wav", np.zeros((8000, 2)), 8000)
    assert "--out" in fails(3, "demo", "--call", "call.wav", "--out", "file/folder")


def test_a_virtual_clip_without_a_unit_id(fails, home):
    (home / "sim" / "desk").mkdir(parents=True)
    (home / "sim" / "desk" / "unit").write_text("")
    assert "unit id" in fails(4, "devices", "--port", "sim:desk")


@pytest.mark.parametrize("verb", ["pull", "monitor", "practice", "provision", "flash"])
def test_ports_that_lead_to_no_clip(fails, home, verb):
    assert "/dev/nowhere" in fails(5, verb, "--port", "/dev/nowhere")
    (home / "file").write_text("")
    fails(7, verb, "--port", home / "file")
    fails(7, verb, "--port", "/dev/null")
    fails(4, verb, "--port", "sim:Not a name")


def test_a_shell_on_the_port(fails):
    master, slave = pty.openpty()
    shell = subprocess.Popen(["sh", "-i"], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    line, other = pty.openpty()
    relay = subprocess.Popen([sys.executable, "-c", RELAY, str(master), str(line)], pass_fds=(master, line))
    try:
        assert "something else" in fails(7, "pull", "--port", os.ttyname(other))
    finally:
        for process in (relay, shell):
            process.kill()
            process.wait()
        for descriptor in (master, slave, line, other):
            os.close(descriptor)


RELAY = """
import os, select, sys
one, other = map(int, sys.argv[1:])
ways = {one: other, other: one}
while True:
    for source in select.select(list(ways), [], [])[0]:
        os.write(ways[source], os.read(source, 4096))
"""


def test_a_port_in_use(fails, virtual):
    with Clip(virtual.port):
        for verb in ("pull", "monitor", "practice", "provision", "flash"):
            assert "in use" in fails(6, verb, "--port", virtual.port)


def test_another_protocol_and_the_way_out(fails, allears):
    from allears_core import version

    text = (
        f'VERSION = "9.0.0"\nPROTOCOL = {version.PROTOCOL + 1}\nRECORDS = 1\nFEATURES = {version.FEATURES}\n'
    )
    with start(options=Options(files={"allears_core/version.py": text.encode()})) as virtual:
        assert "allears flash" in fails(8, "pull", "--port", virtual.port)
        done = allears("flash", "--port", virtual.port, "--older")
        assert "over the link" in done.stdout, done.stderr
        assert allears("devices", "--port", virtual.port).returncode == 0


def test_settings_and_identities_that_cannot_be(fails, virtual):
    for wrong in ("light_level", "nonsense=1", "light_level=x", "light_level=999", "profile=loud"):
        fails(4, "provision", "--port", virtual.port, "--set", wrong)
    fails(4, "provision", "--port", virtual.port, "--profile", "loud")
    fails(4, "provision", "--port", virtual.port, "--serial", "x" * 65)
    fails(4, "provision", "--port", virtual.port, "--serial", "two\nlines")
    assert "--pseudonym" in fails(4, "provision", "--port", virtual.port, "--serial", "1", "--team", "t")


def test_a_clip_that_belongs_to_nobody_gives_no_log(fails, virtual):
    assert "allears provision" in fails(9, "pull", "--port", virtual.port)


def test_a_store_that_cannot_be_used(fails, virtual, home):
    (home / "text.duckdb").write_text("x" * 5000)
    fails(4, "pull", "--port", virtual.port, "--store", "text.duckdb")
    path = home / "store.duckdb"
    with Store(path) as store:
        fails(12, "pull", "--port", virtual.port)
        store.connection.execute("INSERT INTO schema_version VALUES (99, 'from the future')")
    assert "99" in fails(13, "pull", "--port", virtual.port)


def test_nothing_plugged_in(fails):
    if ports.found():
        pytest.skip("a clip is plugged into this machine")
    for verb in ("pull", "monitor", "practice", "provision", "flash"):
        assert "sim:" in fails(5, verb)
