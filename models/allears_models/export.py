"""Writes what others load: the firmware's weights and manifest, and the ONNX models (float and int8 QDQ)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from allears.signal.features import FEATURE_VERSION
from allears.signal.network import INPUTS, LOGITS, SCHEMA
from allears_models.net import FIRST_LIMIT, INPUT_SCALE, WEIGHT_BITS, Duplex
from allears_models.quantise import operations, quantise

TYPE_NAMES = {"int8": "i1", "int16": "i2", "int32": "i4"}
OPSET, IR_VERSION = 17, 8


def write_firmware(
    net: Duplex, offset: npt.NDArray[np.int16], facts: dict[str, Any], folder: Path
) -> dict[str, Any]:
    """Write duplex.bin and duplex.json; `facts` (thresholds, configuration) goes into the manifest, returned."""
    layer_shifts, tensors = quantise(net, offset)
    blob, entries = b"", {}
    for name, tensor in tensors.items():
        kind = TYPE_NAMES[tensor.dtype.name]
        entries[name] = {"dtype": kind, "shape": list(tensor.shape), "offset": len(blob)}
        data = np.ascontiguousarray(tensor.astype(f"<{kind}")).tobytes()
        blob += data + bytes(-len(data) % 4)
    manifest = {
        "schema": SCHEMA,
        "features": FEATURE_VERSION,
        "inputs": INPUTS,
        "width": net.w1.shape[0],
        "state": net.state,
        "shifts": layer_shifts,
        "tensors": entries,
        "bytes": len(blob),
        "macs_per_hop": operations(tensors),
        "parameters": sum(parameter.numel() for parameter in net.parameters()),
        "sha256": hashlib.sha256(blob).hexdigest(),
        **facts,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "duplex.bin").write_bytes(blob)
    (folder / "duplex.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def write_onnx(net: Duplex, path: Path, *, int8: bool) -> None:
    """Write one model: inputs float (calls, hops, 120), the integers of `signal.network` as floats, and state
    (1, calls, H); logits float (calls, hops, 3) and the last state. `int8` stores the weights as int8 with
    DequantizeLinear; the values between layers stay float, as the integer network's are of 16 bits."""
    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []

    def constant(name: str, value: npt.NDArray[Any]) -> str:
        constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(name: str, layout: npt.NDArray[np.float32]) -> str:
        if not int8:
            return constant(name, layout)
        scale = 2.0 ** WEIGHT_BITS[name]
        values = np.clip(np.round(layout * scale), -127, 127).astype(np.int8)
        constant(name + "_int8", values)
        constant(name + "_scale", np.array(1 / scale, np.float32))
        constant(name + "_zero", np.array(0, np.int8))
        nodes.append(
            helper.make_node("DequantizeLinear", [name + "_int8", name + "_scale", name + "_zero"], [name])
        )
        return name

    values = {name: parameter.detach().numpy() for name, parameter in net.named_parameters()}
    gru = {name: _gates_for_onnx(values[name], net.state) for name in ("wi", "wh", "bi", "bh")}
    constant("scale", np.array(1 / INPUT_SCALE, np.float32))
    constant("low", np.array(0, np.float32))
    constant("high", np.array(FIRST_LIMIT, np.float32))
    constant("bias_first", values["b1"])
    constant("bias_gru", np.concatenate([gru["bi"], gru["bh"]])[None])
    constant("bias_out", values["bo"])
    first, out = weight("w1", values["w1"].T.copy()), weight("wo", values["wo"].T.copy())
    inward, inside = weight("wi", gru["wi"][None]), weight("wh", gru["wh"][None])
    constant("one_direction", np.array([1], np.int64))
    nodes += [
        helper.make_node("Mul", ["inputs", "scale"], ["scaled"]),
        helper.make_node("MatMul", ["scaled", first], ["first_sum"]),
        helper.make_node("Add", ["first_sum", "bias_first"], ["first_biased"]),
        helper.make_node("Clip", ["first_biased", "low", "high"], ["first"]),
        helper.make_node("Transpose", ["first"], ["by_hop"], perm=[1, 0, 2]),
        helper.make_node(
            "GRU", ["by_hop", inward, inside, "bias_gru", "", "state"], ["hidden", "last"],
            hidden_size=net.state, linear_before_reset=1,
        ),
        helper.make_node("Squeeze", ["hidden", "one_direction"], ["by_hop_out"]),
        helper.make_node("Transpose", ["by_hop_out"], ["by_call"], perm=[1, 0, 2]),
        helper.make_node("MatMul", ["by_call", out], ["logit_sum"]),
        helper.make_node("Add", ["logit_sum", "bias_out"], ["logits"]),
    ]  # fmt: skip
    _save(nodes, constants, net.state, path)


def _save(nodes: list[onnx.NodeProto], constants: list[onnx.TensorProto], state: int, path: Path) -> None:
    def port(name: str, shape: list[str | int]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes,
        "duplex",
        [port("inputs", ["calls", "hops", INPUTS]), port("state", [1, "calls", state])],
        [port("logits", ["calls", "hops", LOGITS]), port("last", [1, "calls", state])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="allears")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def _gates_for_onnx(values: npt.NDArray[np.float32], state: int) -> npt.NDArray[np.float32]:
    """Rows in the order r, z, n as ONNX wants them: z, r, n."""
    return np.concatenate([values[state : 2 * state], values[:state], values[2 * state :]])
