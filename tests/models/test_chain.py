"""A tiny training run end to end: train -> quantise -> export -> the integers equal what was exported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from . import pool as made

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the training chain is not tested here")
pytest.importorskip("onnx", reason="onnx is not installed: the export is not tested here")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: the export is not tested here")

from allears.signal.network import Network  # noqa: E402
from allears_models import dataset, evaluate, metrics, pipeline, runtime, train  # noqa: E402
from allears_models.config import read_config  # noqa: E402
from allears_models.inputs import network_inputs  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
name = "tiny"
[simulation]
train_calls = 16
dev_calls = 6
seconds = 16.0
seed = 4
speech_files = 8
noise_files = 8
[train]
width = 8
state = 12
epochs = 14.0
batch = 8
chunk = 100
learning_rate = 0.01
average = 0.9
threads = 1
"""


def models(*arguments):
    paths = os.pathsep.join(str(ROOT / part) for part in ("host", "firmware", "models"))
    return subprocess.run(
        [sys.executable, "-m", "allears_models", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    made.make_pool(folder / "pool")
    (folder / "tiny.toml").write_text(CONFIG)
    done = models(
        "train", "--data", folder / "pool", "--out", folder / "out", "--config", folder / "tiny.toml",
        "--firmware", folder / "weights",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def test_it_learns_something(run):
    calls = dataset.read_set(run / "out" / "calls" / "dev")
    logits = Network.load(run / "weights").run_batch(calls.bands)
    for side in range(2):
        assert metrics.auc(logits[..., side].ravel(), calls.speech[..., side].ravel()) > 0.7


def test_integers_equal_the_float_twin_and_the_onnx_models(run):
    config = read_config(run / "tiny.toml")
    calls = dataset.read_set(run / "out" / "calls" / "dev")
    network = Network.load(run / "weights")
    integer = network.run_batch(calls.bands)
    trained = pipeline.read_net(run / "out", config)
    twin = train.float_logits(trained.net, network_inputs(calls.bands, trained.offset), quantised=True)
    int8 = runtime.onnx_logits(run / "out" / "duplex-int8.onnx", network, calls.bands)
    assert np.abs(twin * 256 - int8).max() <= 8
    assert np.mean(np.abs(integer.astype(int) - int8) <= 8) > 0.99
    assert np.mean((integer > 0) == (int8 > 0)) >= 0.999
    exact = runtime.onnx_logits(run / "out" / "duplex-float.onnx", network, calls.bands)
    assert np.abs(exact.astype(int) - int8).mean() < 64
    assert not np.array_equal(exact, int8)


def test_manifest_says_what_the_weights_are(run):
    manifest = json.loads((run / "weights" / "duplex.json").read_text())
    assert manifest["bytes"] == (run / "weights" / "duplex.bin").stat().st_size
    assert manifest["macs_per_hop"] == 120 * 8 + 36 * (8 + 12) + 36
    assert all(len(manifest["thresholds"][key]) == 2 for key in ("on_q8", "off_q8"))
    network = Network.load(run / "weights")
    decisions = evaluate.judge_ours(network, dataset.read_set(run / "out" / "calls" / "dev")).decisions
    assert 0 < decisions.mean() < 1


def test_the_same_seed_draws_the_same_calls(run, tmp_path):
    config = read_config(run / "tiny.toml")
    pool = pipeline.check_data(run / "pool", config)
    again = dataset.simulate_set(
        pool, "dev", config.family, calls=2, seconds=16.0, seed=4 + 10_000, out=tmp_path, workers=1
    )
    first = dataset.read_set(run / "out" / "calls" / "dev")
    assert np.array_equal(again.bands, first.bands[:2])
    assert np.array_equal(again.speech, first.speech[:2])


def test_training_refuses_fewer_files_than_configured(run, tmp_path):
    rows = made.make_pool(tmp_path)
    (tmp_path / rows[0]["path"]).unlink()
    done = models("train", "--data", tmp_path, "--out", tmp_path / "out", "--config", run / "tiny.toml")
    assert done.returncode == 2
    assert "manifest line 2: speech/train0.flac cannot be read" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: the configuration asks for 8 speech files and 7")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "calls").exists()


def test_a_configuration_with_an_unknown_key_is_refused(tmp_path):
    (tmp_path / "bad.toml").write_text("[train]\nepoch = 3\n")
    done = models("data", "--data", tmp_path, "--config", tmp_path / "bad.toml")
    assert done.returncode == 2
    assert "unknown key train.epoch" in done.stderr
