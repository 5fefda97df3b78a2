"""The same test files on the interpreter that the clip runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
MODULES = sorted(path.stem for path in HERE.glob("test_*.py") if "import pytest" not in path.read_text())


def micropython() -> str | None:
    """MicroPython's unix port: beside this Python, else on PATH."""
    beside = Path(sys.executable).parent / "micropython"
    return str(beside) if beside.exists() else shutil.which("micropython")


@pytest.mark.parametrize("module", MODULES)
def test_on_micropython(module: str, tmp_path: Path) -> None:
    interpreter = micropython()
    if interpreter is None:
        pytest.skip("no micropython beside this Python or on PATH")
    command = [
        interpreter,
        "-X",
        "heapsize=4M",
        str(HERE / "upy_runner.py"),
        str(FIRMWARE),
        str(HERE),
        str(tmp_path),
    ]
    done = subprocess.run([*command, module], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed" in done.stdout
