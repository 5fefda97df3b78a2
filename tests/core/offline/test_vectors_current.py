"""The committed golden vectors are what the tool writes now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_writing_the_vectors_anew_gives_the_same_bytes():
    command = [sys.executable, "tools/make_core_vectors.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + "run python tools/make_core_vectors.py"
