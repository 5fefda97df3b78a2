"""The two commands of the README, what they need, and that continuous integration runs the second one."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("host", "firmware", "models", "tests", "hardware", "docs", "benchmarks")


def test_the_readme_has_exactly_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\s*(sh tools/\S+\.sh)\s*$", readme, re.MULTILINE)
    assert commands == ["sh tools/demo.sh", "sh tools/test.sh"]


def test_continuous_integration_runs_the_readmes_test_command():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "tools/" in line] == ["exec sh tools/test.sh"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("name", ["setup.sh", "demo.sh", "test.sh"])
def test_scripts_are_for_any_posix_shell(name):
    """dash, Debian's sh, is the strictest shell at hand; -n reads without running."""
    done = subprocess.run(
        ["sh", "-n", f"tools/{name}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = (ROOT / "tools" / name).read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert "set -eu" in text
    assert not re.search(r"\[\[|\bfunction \w+|<<<", text)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_says_what_may_live_there(folder):
    lines = (ROOT / folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert any(len(line) > 40 for line in lines[1:])
