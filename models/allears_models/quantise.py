"""From a trained network to the integers of `signal.network`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from allears.signal.network import check_bounds, sigmoid_table
from allears_models.net import WEIGHT_BITS, Duplex

IN_BITS = {"w1": 10, "wi": 11, "wh": 14, "wo": 14}  # fraction bits of what each layer reads
OUT_BITS = {"w1": 11, "wi": 11, "wh": 11, "wo": 8}  # and of what it gives
ROWS_IN_FOURS = 4


def shifts() -> dict[str, int]:
    """The right shift of each layer, keyed "1", "i", "h", "o": what takes its accumulator to its output scale."""
    return {name[1]: IN_BITS[name] + WEIGHT_BITS[name] - OUT_BITS[name] for name in WEIGHT_BITS}


def quantise(
    net: Duplex, offset: npt.NDArray[np.int16]
) -> tuple[dict[str, int], dict[str, npt.NDArray[Any]]]:
    """(shifts, tensors) of the integer network. Raises WeightsError if an accumulator could overflow."""
    tensors: dict[str, npt.NDArray[Any]] = {}
    for name, bits in WEIGHT_BITS.items():
        key = name[1]
        weight = getattr(net, name).detach().numpy().astype(np.float64)
        bias = getattr(net, "b" + key).detach().numpy().astype(np.float64)
        tensors[name] = np.clip(np.round(weight * 2**bits), -127, 127).astype(np.int8)
        rounding = 1 << (shifts()[key] - 1)
        tensors["b" + key] = (np.round(bias * 2 ** (IN_BITS[name] + bits)) + rounding).astype(np.int32)
    tensors["offset"] = offset.astype(np.int16)
    tensors["sigmoid"] = sigmoid_table()
    check_bounds(tensors)
    return shifts(), tensors


def operations(tensors: dict[str, npt.NDArray[Any]]) -> int:
    """Multiply-accumulates a hop."""
    return sum(int(tensors[name].size) for name in WEIGHT_BITS)
