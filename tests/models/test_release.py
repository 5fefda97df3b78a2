"""The released network: within its budget, the same in integers and ONNX, quiet where nobody talks."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is not installed: the sounds for this test cannot be made")

from allears.demo import call
from allears.signal import features
from allears.signal.network import Network, find_weights
from allears_core.detect import Detector
from allears_models import decide, runtime, trials

RELEASED = Path(__file__).resolve().parents[2] / "models" / "released" / "duplex"


@pytest.fixture(scope="module")
def network():
    return Network.load(find_weights())


def decisions(network, logits):
    return decide.sides(logits, network.manifest["thresholds"])


def test_whole_calls_are_decided_as_hop_by_hop(network):
    logits = np.random.default_rng(4).integers(-600, 600, (5000, 3)).astype(np.int16)
    limits = network.manifest["thresholds"]
    detector = Detector(limits["on_q8"], limits["off_q8"])
    one_by_one = []
    for row in logits.tolist():
        detector.step(row)
        one_by_one.append((detector.agent, detector.customer))
    assert np.array_equal(decisions(network, logits), np.array(one_by_one, bool))


def test_the_budget_is_kept(network):
    manifest = network.manifest
    assert manifest["bytes"] <= 24 * 1024
    assert manifest["macs_per_hop"] <= 20_000
    assert manifest["features"] == features.FEATURE_VERSION


def test_integers_and_onnx_decide_alike(network):
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: the ONNX model is not run here")
    bands = features.extract(call.render_call()[0]).bands.reshape(1, -1, 48)
    integer = decisions(network, network.run_batch(bands)[0])
    int8 = decisions(network, runtime.onnx_logits(RELEASED / "duplex-int8.onnx", network, bands)[0])
    assert integer.any(0).all() and not integer.all(0).any()
    assert np.mean(integer == int8) >= 0.999


def test_nobody_is_heard_in_made_sounds(network):
    heard = {}
    for kind, pcm in trials.hard_negatives([], seconds=20.0, seed=1):
        heard[kind] = decisions(network, network.run(features.extract(pcm).bands)).mean(0).max()
    assert {"tones and DTMF", "tap", "motor", "breath", "cough", "comfort noise", "digital silence"} <= set(
        heard
    )
    assert heard["digital silence"] == heard["comfort noise"] == 0
    assert max(heard.values()) <= 0.15, heard
    assert np.mean(list(heard.values())) <= 0.05, heard
