"""What holds for every verb: help, documentation, environment, the way it ends."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from allears.cli import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
READING = ("devices", "monitor", "pull", "provision", "flash", "replay", "report", "import")


def test_alone_it_shows_its_verbs(allears):
    result = allears()
    assert result.returncode == 0
    assert result.stderr == ""
    assert all(re.search(rf"^  {verb} ", result.stdout, re.MULTILINE) for verb in COMMANDS)


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_has_help_and_is_documented(allears, verb):
    result = allears(verb, "-h")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) > 5
    assert f"### allears {verb}\n" in (DOCS / "cli.md").read_text("utf-8")
    if verb in READING:
        assert "--json" in result.stdout
    if "--port PORT" in result.stdout and verb != "devices":
        assert "ALLEARS_PORT" in result.stdout
    if "--store" in result.stdout:
        assert "ALLEARS_STORE" in result.stdout


def test_help_loads_no_heavy_package(environment):
    heavy = ("numpy", "duckdb", "pandas", "altair", "torch", "onnxruntime", "soundfile")
    program = (
        "import sys, allears.cli as cli, click\n"
        "context = click.Context(cli.group, info_name='allears')\n"
        "assert cli.group.get_help(context)\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert (result.stdout, result.stderr) == ("[]\n", "")


@pytest.mark.parametrize(
    "arguments",
    [["pull", "--nonsense"], ["nonsense"], ["pull", "--stream", "x"], ["monitor", "--seconds", "0"]],
)
def test_wrong_arguments_are_one_sentence(fails, arguments):
    assert "--help" in fails(2, *arguments)


def test_ctrl_c_ends_with_130_and_says_so(environment, home):
    command = [sys.executable, "-m", "allears.cli", "monitor", "--port", "sim:watched", "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=home
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith('{"type": "state"')
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint.strip()) == (130, "allears: interrupted.")


def test_a_reader_that_leaves_is_no_fault_of_ours(environment, home):
    command = f"{sys.executable} -m allears.cli monitor --port sim:watched --json | head -1"
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=environment, cwd=home, timeout=60
    )
    assert result.stdout.startswith('{"type": "state"')
    assert result.stderr == ""


def test_version(allears):
    from allears_core.version import VERSION

    assert VERSION in allears("--version").stdout
