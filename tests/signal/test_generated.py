"""Committed tables and golden vectors are what their writers give today."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("writer", ["make_tables.py", "make_vectors.py", "make_network_vectors.py"])
def test_nothing_differs(writer):
    paths = os.pathsep.join([str(ROOT / "host"), str(ROOT / "firmware")])
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / writer), "--check"],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_clip_and_host_have_the_same_tables():
    host = (ROOT / "host/allears/signal/tables.py").read_bytes()
    assert (ROOT / "firmware/allears_clip/kernels/tables.py").read_bytes() == host
