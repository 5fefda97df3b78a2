"""The same test files on the interpreter that the clip runs."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
HEAP = "4m"  # these tests hold whole logs in memory; the clip itself runs capped in the virtual clip
MODULES = sorted(path.stem for path in HERE.glob("test_*.py") if "import pytest" not in path.read_text())


@pytest.mark.parametrize("module", MODULES)
def test_on_micropython(module: str, tmp_path: Path, micropython: str) -> None:
    command = [micropython, "-X", f"heapsize={HEAP}", str(HERE / "upy_runner.py")]
    command += [str(FIRMWARE), str(HERE), str(tmp_path), module]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed" in done.stdout
