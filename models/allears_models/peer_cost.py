"""What a detector costs: bytes it carries, parameters and multiply-accumulates where its model can be read, and
processor time a second of two-channel sound, measured here and now.

WebRTC VAD and TEN VAD are native code without a readable model: of them only bytes and time can be told.
"""

from __future__ import annotations

import importlib.resources
import importlib.util
import json
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from allears.signal import features
from allears.signal.network import Network
from allears_core.params import HOP_SAMPLES, SAMPLE_RATE_HZ, WINDOW_SAMPLES
from allears_models import peer_rules, peers, runtime

TIMED_S = 20.0
LAYERS = ("Conv", "LSTM")  # what Silero's model multiplies with


def carried_bytes(name: str) -> int:
    """Bytes of what a detector runs: Silero's ONNX file, the shared library of the others (0: not found)."""
    if name == "Silero VAD":
        return len(peers.silero_file().read_bytes())
    if name == "TEN VAD":
        library = importlib.resources.files("ten_vad") / "lib" / "Linux" / "x64" / "libten_vad.so"
        return len(library.read_bytes()) if library.is_file() else 0
    found = importlib.util.find_spec("_webrtcvad")
    return Path(found.origin).stat().st_size if found and found.origin else 0


def silero_size() -> tuple[int, int]:
    """(parameters, multiply-accumulates a second of two channels) of Silero VAD's 8 kHz model, fixed transform
    included, counted on the shapes that one frame's run reports."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "silero")
        session = onnxruntime.InferenceSession(
            str(peers.silero_file()), options, providers=["CPUExecutionProvider"]
        )
        feed = {
            "input": np.zeros((1, peers.SILERO_CONTEXT + WINDOW_SAMPLES), np.float32),
            "state": np.zeros((2, 1, 128), np.float32),
            "sr": np.array(SAMPLE_RATE_HZ, np.int64),
        }
        session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    layers = [event["args"] for event in events if event.get("args", {}).get("op_name") in LAYERS]
    macs = sum(_macs_of(layer) for layer in layers)
    weights = sum(math.prod(shape) for layer in layers for shape in _shapes(layer)[1:4])
    return weights, round(2 * macs * SAMPLE_RATE_HZ / WINDOW_SAMPLES)


def _shapes(layer: dict[str, Any]) -> list[list[int]]:
    return [next(iter(shape.values())) for shape in layer["input_type_shape"]]


def _macs_of(layer: dict[str, Any]) -> int:
    taken = _shapes(layer)
    if layer["op_name"] == "LSTM":  # X (steps, batch, in), W (1, 4 H, in), R (1, 4 H, H)
        return int(taken[0][0] * taken[0][1] * (math.prod(taken[1]) + math.prod(taken[2])))
    given = math.prod(next(iter(layer["output_type_shape"][0].values())))
    return int(given * math.prod(taken[1][1:]))  # Conv: W (out, in, width)


def cpu_ms_per_s(run: Callable[[], object], seconds: float) -> float:
    """Processor milliseconds that `run` takes a second of its `seconds` of sound; the quicker of two runs."""
    spent = []
    for _ in range(2):
        began = time.process_time()
        run()
        spent.append(time.process_time() - began)
    return 1000 * min(spent) / seconds


def costs(network: Network, onnx_int8: Path | None) -> dict[str, dict[str, float]]:
    """Cost of every detector that is installed, ours first; times are of this machine, to be read as ratios.

    `onnx_int8`: our ONNX model, timed behind the features in numpy; None leaves our time out, because on the chip
    instructions count and are told elsewhere (firmware/budget.toml).
    """
    facts = network.manifest
    samples = int(TIMED_S * SAMPLE_RATE_HZ)
    pcm = np.random.default_rng(3).normal(0, 800, (samples, 2)).astype(np.int16)
    hops_per_s = SAMPLE_RATE_HZ / HOP_SAMPLES
    ours = {
        "parameters": facts["parameters"],
        "bytes": facts["bytes"],
        "macs_per_s": facts["macs_per_hop"] * hops_per_s,
    }
    if onnx_int8 is not None:
        ours["cpu_ms_per_s"] = cpu_ms_per_s(lambda: _ours(onnx_int8, network, pcm), TIMED_S)
    result = {"AllEars int8": ours}
    for name in peers.DETECTORS:
        if peers.problem(name):
            continue
        result[name] = {"bytes": carried_bytes(name)}
        if name == "Silero VAD":
            result[name]["parameters"], result[name]["macs_per_s"] = silero_size()
        spent = cpu_ms_per_s(lambda name=name: peer_rules.scores_of(name, [pcm]), TIMED_S)  # type: ignore[misc]
        result[name]["cpu_ms_per_s"] = spent
    return result


def _ours(path: Path, network: Network, pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    bands = features.extract(pcm).bands
    return runtime.onnx_logits(path, network, bands.reshape(1, len(bands), -1))
