"""The same core tests under both interpreters, their outputs compared."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE_TESTS = ROOT / "tests" / "core"
HEAP = "1m"  # about twice the reference board's RAM: the words of this MicroPython are twice as long


def run(*interpreter: str) -> list[str]:
    """The runner's lines."""
    command = [*interpreter, "tests/upy/run.py", "firmware", "tests/core"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout.splitlines()


def written_tests() -> list[str]:
    """module.function of every test in tests/core, as its files say."""
    return [
        f"{path.stem}.{node.name}"
        for path in sorted(CORE_TESTS.glob("test_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_both_interpreters_pass_and_print_the_same(micropython):
    here = run(sys.executable)
    there = run(micropython, "-X", f"heapsize={HEAP}")
    assert there == here
    passed = [line.removesuffix(" ok") for line in there if line.endswith(" ok")]
    assert sorted(passed) == sorted(written_tests())
    assert len(passed) > 70


def test_a_failing_test_fails_the_run(tmp_path, micropython):
    (tmp_path / "test_wrong.py").write_text("def test_wrong():\n    assert 1 == 2\n")
    for interpreter in (sys.executable, micropython):
        command = [interpreter, "tests/upy/run.py", "firmware", str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert "test_wrong.test_wrong FAILED" in done.stdout
        assert "AssertionError" in done.stdout


def test_a_hop_takes_no_heap(micropython):
    command = [micropython, "-X", f"heapsize={HEAP}", "tests/upy/allocation.py", "firmware"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    taken = {name: int(count) for name, count in (line.split() for line in done.stdout.splitlines())}
    assert set(taken) == {"idle", "agent", "customer", "both", "pause"}
    # A cue or a record takes some once; a single word a hop would be 500 times 16 bytes.
    assert max(taken.values()) < 2000, taken
