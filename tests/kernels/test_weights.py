"""The clip refuses weights that are missing, damaged, or made for other features, and says why."""

import json
import shutil
from pathlib import Path

import pytest

from allears_clip.kernels import network_py
from allears_clip.kernels.weights import load_weights
from allears_core.errors import BAD_WEIGHTS, CoreError

WEIGHTS = Path(__file__).parent.parent / "vectors" / "network" / "weights"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(WEIGHTS, tmp_path / "weights")
    return tmp_path / "weights"


def change(folder, **values):
    path = folder / "duplex.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def refused(folder, *words):
    with pytest.raises(CoreError) as caught:
        network_py.Network(*load_weights(str(folder)))
    assert caught.value.code == BAD_WEIGHTS
    for word in words:
        assert word in str(caught.value)


def test_good_weights_load(folder):
    weights, manifest = load_weights(str(folder))
    assert len(weights) > 5000 and manifest["features"] == 1


def test_missing_files(folder):
    (folder / "duplex.bin").unlink()
    refused(folder, "no readable weights")
    refused(folder / "elsewhere", "no readable weights")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"schema": "allears-duplex-1"'])
def test_manifest_that_is_none(folder, text):
    (folder / "duplex.json").write_text(text)
    refused(folder, "duplex.json")


def test_other_schema(folder):
    change(folder, schema="allears-duplex-2")
    refused(folder, "schema")


@pytest.mark.parametrize("version", [0, 2, None])
def test_other_feature_version(folder, version):
    change(folder, features=version)
    refused(folder, "feature version", "not 1")


def test_one_bit_changed(folder):
    path = folder / "duplex.bin"
    data = bytearray(path.read_bytes())
    data[1234] ^= 1
    path.write_bytes(data)
    refused(folder, "hash")


def test_cut_short(folder):
    path = folder / "duplex.bin"
    path.write_bytes(path.read_bytes()[:-1])
    refused(folder, "hash")


@pytest.mark.parametrize("shape", [[24, 116], [23, 120], [25, 120]])
def test_shapes_that_do_not_fit(folder, shape):
    tensors = json.loads((folder / "duplex.json").read_text())["tensors"]
    tensors["w1"]["shape"] = shape
    change(folder, tensors=tensors)
    refused(folder, "shapes")


def test_a_tensor_beyond_the_end(folder):
    tensors = json.loads((folder / "duplex.json").read_text())["tensors"]
    tensors["wo"]["offset"] = 10**6
    change(folder, tensors=tensors)
    refused(folder, "wo")


def test_a_missing_shift(folder):
    change(folder, shifts={"1": 8, "i": 7, "h": 7})
    refused(folder, "lacks a tensor or a shift")
