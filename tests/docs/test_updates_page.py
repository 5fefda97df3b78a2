"""What the page on updates tells a site to type works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from allears_core.version import VERSION

PAGE = Path(__file__).resolve().parents[2] / "docs" / "updates.md"


@pytest.fixture
def lines() -> list[str]:
    """The commands of the section on bundles."""
    section = PAGE.read_text(encoding="utf-8").split("\n## Bundles\n")[1]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block
    return block[1].splitlines()


def test_the_example_bundle_is_named_for_what_it_holds(lines):
    assert set(re.findall(r"allears-([\d.]+)\.bundle", "\n".join(lines))) == {VERSION}


def test_a_bundle_is_made_trusted_and_shown_line_by_line(lines, tmp_path: Path):
    allears = f"{sys.executable} -m allears.cli"
    public = ""
    for line in lines:
        if line.startswith("allears flash"):
            continue  # takes a clip: tests/device/test_update.py
        place = "maker" if "key" in line.split("#")[0] and not public else "site"
        typed = line.replace("allears bundle", f"{allears} bundle").replace("PUBLIC_KEY", public)
        done = subprocess.run(
            ["sh", "-c", typed],
            cwd=tmp_path,
            env={**os.environ, "ALLEARS_SIGNERS": str(tmp_path / place)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        public = public or re.search(r"public key ([0-9a-f]{64})", done.stdout)[1]
    assert "signed and whole" in done.stdout
