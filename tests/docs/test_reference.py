"""The reference pages say what the code does, and leave nothing out."""

import subprocess
import sys
from pathlib import Path

from allears.errors import AllEarsError
from allears.exitcodes import ExitCode
from allears_core import messages

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def test_rendered_pages_are_current():
    result = subprocess.run(
        [sys.executable, ROOT / "tools" / "render_docs.py", "--check"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_every_exit_code_is_explained():
    for code in ExitCode:
        row = next(line for line in page("exit-codes.md").splitlines() if line.startswith(f"| {int(code)} |"))
        assert row.split("|")[-2].strip(), f"{code.name} has no meaning"


def test_every_error_class_has_an_exit_code_of_its_own():
    codes = [kind.exit_code for kind in AllEarsError.__subclasses__()]
    assert len(set(codes)) == len(codes)
    assert ExitCode.FAILURE not in codes


def test_every_request_is_explained():
    replies = [layout.name for layout in messages.LAYOUTS if layout.code % 2]
    requests = [layout.name for layout in messages.LAYOUTS if not layout.code % 2]
    text = page("protocol.md")
    assert all(f"| [{name}](#{name.lower()}) |" in text for name in requests)
    assert all(f"### {name}\n" in text for name in replies)
