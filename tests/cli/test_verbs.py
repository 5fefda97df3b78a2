"""What holds for every verb: help, documentation, environment, the way it ends."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from allears.cli import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
READING = (
    "devices",
    "monitor",
    "practice",
    "pull",
    "provision",
    "flash",
    "replay",
    "report",
    "export",
    "contest",
    "import",
    "questionnaire",
)


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


IN_A_QUERY = """
import click, duckdb
from allears.cli import group, main
@group.command("query")
def query():
    print("begun", flush=True)
    while True:
        duckdb.connect().execute("SELECT sum(range) FROM range(100000000)").fetchall()
group.get_command = lambda ctx, name: query
main()
"""


def test_ctrl_c_in_a_query_of_the_store_ends_the_same(environment, home):
    process = subprocess.Popen(
        [sys.executable, "-c", IN_A_QUERY, "query"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=home,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(
        0.2
    )  # into the query; before it, the interrupt would end it the other way, with the same words
    process.send_signal(signal.SIGINT)
    try:
        _, complaint = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, complaint.strip()) == (130, "allears: interrupted.")


def test_a_reader_that_leaves_is_no_fault_of_ours(environment, home):
    command = f"{sys.executable} -m allears.cli monitor --port sim:watched --json | head -1"
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=environment, cwd=home, timeout=60
    )
    assert result.stdout.startswith('{"type": "state"')
    assert result.stderr == ""


@pytest.mark.parametrize("device", ["/dev/full", "closed"])
def test_an_output_that_cannot_be_written_is_one_sentence(environment, home, device):
    redirect = ">&-" if device == "closed" else f">{device}"
    command = f"{sys.executable} -m allears.cli devices --json {redirect}"
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=environment, cwd=home, timeout=60
    )
    if device == "closed":
        assert (result.returncode, result.stderr) == (0, "")
    else:
        assert (result.returncode, result.stderr) == (
            1,
            "allears: the output failed (No space left on device); check space and permissions there.\n",
        )


def test_an_output_that_knows_no_umlaut_gets_json_all_the_same(environment, home):
    (home / "Zustände.csv").write_text("agent,state,start,end\n", "utf-8")
    command = [sys.executable, "-m", "allears.cli", "import", "Zustände.csv", "--json"]
    result = subprocess.run(
        command, capture_output=True, env=environment | {"PYTHONIOENCODING": "ascii"}, cwd=home, timeout=60
    )
    assert json.loads(result.stdout.decode("ascii"))["file"] == "Zustände.csv"


def test_version(allears):
    from allears_core.version import VERSION

    assert VERSION in allears("--version").stdout


def test_practice_begins_and_ends(allears):
    begun = allears("practice", "--port", "sim:learner")
    assert begun.returncode == 0, begun.stderr
    assert "each twice" in begun.stdout and "let them finish" in begun.stdout
    told = allears("practice", "--port", "sim:learner", "--json")
    assert json.loads(told.stdout)["seconds"] == 28
    assert allears("practice", "--port", "sim:learner", "--stop").stdout == "Practice ended.\n"
