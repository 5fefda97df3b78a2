"""The exported ONNX models under onnxruntime, fed with the integer inputs the clip computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from allears.signal.network import Network
from allears_models.inputs import network_inputs


def onnx_logits(path: Path, network: Network, bands: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Logits int16 Q8 (calls, hops, 3) of bands (calls, hops, 48); `network` gives offsets and the state's size."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    inputs = network_inputs(bands, network.offset)
    state = np.zeros((1, len(bands), network.state_size), np.float32)
    parts = []
    for first in range(0, bands.shape[1], 1000):
        feed = {"inputs": inputs[:, first : first + 1000].astype(np.float32), "state": state}
        logits, state = session.run(["logits", "last"], feed)
        parts.append(np.clip(np.round(logits * 256), -32768, 32767).astype(np.int16))
    return np.concatenate(parts, axis=1)
