"""`allears sim` as people run it."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from sim_support import alive, clips_of

from allears.cli import group
from allears.errors import MissingPart
from allears.sim.picture import Picture, light_word, motor_word
from allears.sim.status import Snapshot
from allears_core.params import SAMPLE_RATE_HZ

ALLEARS = (sys.executable, "-m", "allears.cli")


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Two parties of shaped noise who take turns, then speak at once, then fall silent."""
    noise = np.random.default_rng(1).normal(0, 1, (30 * SAMPLE_RATE_HZ, 2))
    seconds = np.arange(len(noise)) / SAMPLE_RATE_HZ
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * seconds)
    agent = ((seconds % 8 < 4) & (seconds < 24)) * syllables
    customer = ((seconds % 8 > 3) & (seconds < 24)) * syllables
    pcm = noise * np.stack([agent, customer], 1) * 3000 + noise * 3
    path = tmp_path / "call.wav"
    soundfile.write(path, pcm.astype(np.int16), SAMPLE_RATE_HZ)
    return path


def test_run_prints_the_document_that_replay_prints(call: Path):
    runner = CliRunner()
    run = runner.invoke(
        group, ["sim", "run", "--audio", str(call), "--fast", "--json"], catch_exceptions=False
    )
    replay = runner.invoke(group, ["replay", str(call), "--json"], catch_exceptions=False)
    document = json.loads(run.stdout)
    assert document["frames"] == 30 * SAMPLE_RATE_HZ // 128
    assert document == json.loads(replay.stdout)


def test_settings_reach_the_clip(call: Path):
    runner = CliRunner()
    options = ["--json", "--profile", "log-only"]
    run = runner.invoke(
        group, ["sim", "run", "--fast", "--audio", str(call), *options], catch_exceptions=False
    )
    replay = runner.invoke(group, ["replay", str(call), *options], catch_exceptions=False)
    assert json.loads(run.stdout) == json.loads(replay.stdout)


@pytest.mark.parametrize("arguments", [["desk"], ["start", "desk"]])
def test_start_prints_the_port_and_ends_cleanly_on_ctrl_c(arguments: list[str], call: Path):
    started = subprocess.Popen(
        [*ALLEARS, "sim", *arguments, "--audio", str(call), "--fast"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline().startswith("port /dev/pts/")
    (clip,) = clips_of(started.pid)
    while "has been heard" not in started.stdout.readline():
        assert started.poll() is None
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=20)
    assert (started.returncode, errors.strip()) == (130, "allears: interrupted.")
    assert not alive(clip)
    assert (Path(os.environ["ALLEARS_HOME"]) / "sim" / "desk" / "flash.img").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "--audio", "none.flac", "--fast"], 3, "there is no file none.flac"),
        (["start", "No Name"], 4, "cannot name a virtual clip"),
        (["--live", "--fast"], 2, "takes neither"),
    ],
)
def test_mistakes_are_one_sentence_and_a_code(arguments: list[str], code: int, says: str):
    done = subprocess.run([*ALLEARS, "sim", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_live_sound_without_its_parts_says_what_to_install():
    from allears import live

    try:
        import sounddevice  # noqa: F401
    except ImportError:
        expected = r"package sounddevice; pip install 'allears\[live\]'"
    except OSError:
        expected = "PortAudio; .*libportaudio2"
    else:
        pytest.skip("sounddevice and PortAudio are installed: nothing is missing here")
    with pytest.raises(MissingPart, match=expected):
        next(live.listen())


@pytest.mark.parametrize(
    ("light", "word"),
    [
        ((0, 0, 0), "off"),
        ((4, 4, 4), "off"),
        ((255, 0, 0), "red"),
        ((0, 40, 0), "green"),
        ((0, 0, 90), "blue"),
        ((255, 120, 0), "amber"),
        ((64, 24, 0), "amber"),
        ((80, 80, 80), "white"),
    ],
)
def test_colours_have_words(light: tuple[int, int, int], word: str):
    assert light_word(light) == word


def test_the_motor_has_words():
    assert [motor_word(level) for level in (0, 90, 255)] == ["still", "soft", "firm"]


def test_the_picture_says_what_changed_and_draws_it():
    from rich.console import Console

    picture = Picture("/dev/pts/9", "desk")
    assert picture.take(Snapshot(phase="running", light=(255, 120, 0), motor=255)) == (
        "clip running, light amber, motor firm"
    )
    assert picture.take(Snapshot(phase="running", light=(250, 118, 0), motor=255)) == ""
    console = Console(width=80, file=io.StringIO())
    console.print(picture)
    text = console.file.getvalue()
    assert all(word in text for word in ("/dev/pts/9", "desk, running", "amber", "█", "firm"))
