"""Every feature kernel equals the committed vectors, and the numpy definition on a recorded call."""

from pathlib import Path

import numpy as np
import pytest

from allears.signal.audio import read_call
from allears.signal.features import extract

VECTORS = Path(__file__).parent.parent / "vectors" / "features"
RUNS = [("cpython", "py"), ("micropython", "py"), ("micropython", "viper")]


def rows(pcm: np.ndarray) -> bytes:
    """The bytes of NAME.out: 48 bands, 2 levels, 2 peaks a hop."""
    found = extract(pcm)
    bands = found.bands.reshape(len(found.bands), -1)
    return np.concatenate([bands, found.level_q8, found.peak], axis=1).astype("<i2").tobytes()


def test_vectors_are_what_the_definition_gives():
    names = sorted(path.stem for path in VECTORS.glob("*.pcm"))
    assert len(names) >= 13
    for name in names:
        pcm = np.frombuffer((VECTORS / f"{name}.pcm").read_bytes(), "<i2").reshape(-1, 2)
        assert rows(pcm) == (VECTORS / f"{name}.out").read_bytes(), name


@pytest.mark.parametrize(("interpreter", "kernel"), RUNS)
def test_kernel_equals_the_vectors(run_script, interpreter, kernel):
    lines = run_script(interpreter, "check_features.py", kernel, VECTORS)
    expected = [f"{path.stem} ok" for path in sorted(VECTORS.glob("*.pcm"))]
    assert [line for line in lines if not line.startswith("allocated")] == expected


def test_viper_allocates_nothing(run_script):
    assert run_script("micropython", "check_features.py", "viper", VECTORS)[-1] == "allocated 0"


@pytest.mark.parametrize(("kernel", "seconds"), [("py", 4), ("viper", 60)])
def test_kernel_equals_the_definition_on_a_recorded_call(run_script, shared_audio, tmp_path, kernel, seconds):
    pcm = read_call(shared_audio / "aws-autorepairs-40.flac")[20 * 8000 : (20 + seconds) * 8000]
    (tmp_path / "call.pcm").write_bytes(pcm.astype("<i2").tobytes())
    (tmp_path / "call.out").write_bytes(rows(pcm))
    assert run_script("micropython", "check_features.py", kernel, tmp_path)[0] == "call ok"
