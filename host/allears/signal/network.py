"""The voice network of the clip in integers: this module is its definition, to the bit.

One call of :meth:`Network.run` (or one `step` of the kernels on the clip) turns the band powers of a hop,
``bands[48] = [mouth 24, ear 24]`` in Q8 log2 power, into three logits in Q8, ``[agent, customer, both]``.
Everything is causal, every value fits a signed 31-bit integer, ``>>`` is the arithmetic (floor) shift and
``sat16(v)`` clamps to -32768…32767. ``fall(x, y, s, t)`` below means ``x += (y - x) >> (s if y < x else t)``.

**1. Inputs**, ``u[120]`` (Q10 of the value the network was trained on), for i in 0…47 and j in 0…23:

* ``b[i] = max(bands[i], 1024)``: digital silence and the last bit's noise look alike. Below, mouth is b[j] and
  ear is b[24 + j].
* ``floor[i]`` (Q14, reset: the first hop's ``b[i] << 6``) follows the noise:
  ``fall(floor[i], b[i] << 6, 3, 9)``; falls in 0.1 s, rises in 8 s.
* ``u[i]      = clip14(b[i] - offset[i])``
* ``u[48 + i] = clip14(b[i] - (floor[i] >> 6))``
* ``coupling[j]`` (Q14, reset 0) follows how much louder the ear is than the mouth while the mouth is active, the
  lower envelope of it: the level at which the agent's own voice leaks into the ear microphone. Only when
  ``mouth[j] - (floor[j] >> 6) > 1024`` (12 dB): ``fall(coupling[j], (ear[j] - mouth[j]) << 6, 4, 9)``.
* ``leak[j]`` (Q8, reset -32768) is the agent's voice expected at the ear, dying away like a room does, 2.3 dB a
  hop: ``leak[j] = sat16(max(mouth[j] + (coupling[j] >> 6), leak[j] - 192))``
* ``u[96 + j] = clip14(min(u[72 + j], ear[j] - leak[j]))``: ear power that neither noise nor leak explains.

``clip14(v)`` clamps to -16384…16383.

**2. Layers.** ``fc(w, b, x, s)[r] = sat16((b[r] + sum_k w[r, k] * x[k]) >> s)`` with w int8, b int32 (it holds the
rounding term ``1 << (s - 1)``), x int16. All accumulators stay below 2**30 for every possible input
(:func:`check_bounds` proves it at load). H is the state's size, H1 the width of the first layer:

* ``x1 = clamp(fc(w1, b1, u, s1), 0, 16383)`` (H1 values, Q11)
* ``gi = fc(wi, bi, x1, si)`` and ``gh = fc(wh, bh, h, sh)`` (3 H values each, Q11, order r, z, n; h is Q14)
* ``r[k] = sig(gi[k] + gh[k])``, ``z[k] = sig(gi[H + k] + gh[H + k])`` (Q14)
* ``n[k] = 2 * sig(2 * (gi[2H + k] + ((r[k] * gh[2H + k]) >> 14))) - 16384`` (Q14, tanh)
* ``h[k] = n[k] + ((z[k] * (h[k] - n[k]) + 8192) >> 14)`` (Q14, reset 0)
* ``logits = fc(wo, bo, h, so)`` with the new h (Q8)

``sig(v)``: v clamped to -24576…24575 (Q11, so ±12: slow units need gates that close to one); ``f = v & 127``;
``i = (v + 24576) >> 7``; ``sig = t[i] + (((t[i + 1] - t[i]) * f + 64) >> 7)`` with ``t`` the 385 entries
``round(16384 / (1 + exp(-x)))`` at ``x = -12 + i / 16``, carried with the weights.

**3. Files.** ``duplex.json`` names each tensor of ``duplex.bin`` (little-endian, row-major, 4-byte aligned) with
its type, shape and offset, the shifts, and the SHA-256 of the binary. Row lengths are multiples of 4.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from allears.errors import BadInput
from allears.firmware import firmware_root
from allears_core.params import BANDS, LOGITS

SCHEMA = "allears-duplex-1"
INPUTS = 5 * BANDS
BAND_MIN = 1024  # Q8 log2: about the noise of the last bit
FLOOR_BITS = 6  # the trackers carry 6 more fraction bits than the bands
FLOOR_FALL, FLOOR_RISE = 3, 9
COUPLING_FALL, COUPLING_RISE = 4, 9
COUPLING_GATE = 1024  # Q8 log2: 12 dB above the floor
LEAK_DECAY = 192  # Q8 log2 a hop: 2.3 dB in 16 ms, a reverberation time of 0.4 s
STATE_ONE = 16384  # 1.0 in Q14
SIGMOID_LIMIT = 24576  # 12.0 in Q11
DTYPES: dict[str, np.dtype[Any]] = {"i1": np.dtype("<i1"), "i2": np.dtype("<i2"), "i4": np.dtype("<i4")}

IntArray = npt.NDArray[np.int64]
Tensors = dict[str, npt.NDArray[Any]]


class WeightsError(BadInput):
    """The weights cannot be used: missing, damaged, or made for another version."""


def sigmoid_table() -> npt.NDArray[np.int16]:
    """The 385 Q14 sigmoid values over -12…12 that travel with the weights."""
    x = np.arange(385) / 16 - 12
    return np.round(STATE_ONE / (1 + np.exp(-x))).astype(np.int16)


def find_weights(folder: str | Path | None = None) -> Path:
    """The folder that holds duplex.json: the one given, else the firmware's. Raises WeightsError."""
    place = firmware_root() / "weights" if folder is None else Path(folder)
    if not (place / "duplex.json").is_file():
        raise WeightsError(
            f"there is no duplex.json in {place}", "name the folder of the weights or export them again"
        )
    return place


def read_tensors(folder: Path) -> tuple[dict[str, Any], Tensors]:
    """Manifest and tensors of a weights folder. Raises WeightsError when hash, schema or size do not fit."""
    manifest = json.loads((folder / "duplex.json").read_text(encoding="utf-8"))
    if manifest.get("schema") != SCHEMA:
        raise WeightsError(
            f"{folder}/duplex.json has schema {manifest.get('schema')!r}, not {SCHEMA!r}",
            "export the weights again",
        )
    blob = (folder / "duplex.bin").read_bytes()
    if hashlib.sha256(blob).hexdigest() != manifest["sha256"]:
        raise WeightsError(f"{folder}/duplex.bin does not match its manifest", "copy both files again")
    tensors: Tensors = {}
    for name, entry in manifest["tensors"].items():
        count = int(np.prod(entry["shape"]))
        flat = np.frombuffer(blob, DTYPES[entry["dtype"]], count, entry["offset"])
        tensors[name] = flat.reshape(entry["shape"])
    return manifest, tensors


def check_bounds(tensors: Tensors) -> None:
    """Raise WeightsError unless shapes fit each other and no accumulator can reach 2**30 on any input."""
    width, state = tensors["w1"].shape[0], tensors["wh"].shape[1]
    shapes = {
        "w1": (width, INPUTS),
        "wi": (3 * state, width),
        "wh": (3 * state, state),
        "wo": (LOGITS, state),
    }
    for name, shape in shapes.items():
        weight = tensors[name].astype(np.int64)
        bias = tensors["b" + name[1]].astype(np.int64)
        if weight.shape != shape or bias.shape != shape[:1] or shape[1] % 4:
            raise WeightsError(
                f"tensor {name} has shape {weight.shape}, not {shape} with a row length in fours",
                "export the weights again",
            )
        if (np.abs(weight).sum(1) * STATE_ONE + np.abs(bias)).max() >= 2**30:
            raise WeightsError(
                f"tensor {name} could overflow a 31-bit accumulator", "quantise with a smaller scale"
            )


def _sat16(values: IntArray) -> IntArray:
    return np.clip(values, -32768, 32767)


def _clip14(values: IntArray) -> IntArray:
    return np.clip(values, -STATE_ONE, STATE_ONE - 1)


class Inputs:
    """Stage 1 for `calls` parallel calls: the trackers and the 120 inputs of a hop."""

    def __init__(self, offset: npt.NDArray[Any], calls: int = 1) -> None:
        self._offset = offset.astype(np.int64)
        self._floor: IntArray | None = None
        self._coupling = np.zeros((calls, BANDS), np.int64)
        self._leak = np.full((calls, BANDS), -32768, np.int64)

    def step(self, bands: IntArray) -> IntArray:
        """Inputs u (calls, 120) of one hop from its bands (calls, 48) in Q8."""
        bands = np.maximum(bands, BAND_MIN)
        fine = bands << FLOOR_BITS
        if self._floor is None:
            self._floor = fine.copy()
        gap = fine - self._floor
        self._floor += np.where(gap < 0, gap >> FLOOR_FALL, gap >> FLOOR_RISE)
        above = _clip14(bands - (self._floor >> FLOOR_BITS))
        mouth, ear = bands[:, :BANDS], bands[:, BANDS:]
        gap = ((ear - mouth) << FLOOR_BITS) - self._coupling
        active = mouth - (self._floor[:, :BANDS] >> FLOOR_BITS) > COUPLING_GATE
        self._coupling += np.where(active, np.where(gap < 0, gap >> COUPLING_FALL, gap >> COUPLING_RISE), 0)
        self._leak = _sat16(np.maximum(mouth + (self._coupling >> FLOOR_BITS), self._leak - LEAK_DECAY))
        rest = _clip14(np.minimum(above[:, BANDS:], ear - self._leak))
        return np.concatenate([_clip14(bands - self._offset), above, rest], axis=1)


class Network:
    """The integer network. `manifest` and `tensors` are as :func:`read_tensors` returns them."""

    def __init__(self, manifest: dict[str, Any], tensors: Tensors) -> None:
        check_bounds(tensors)
        self.manifest = manifest
        self.shifts: dict[str, int] = manifest["shifts"]
        self.state_size = int(tensors["wh"].shape[1])
        self.offset = tensors["offset"]
        self._table = tensors["sigmoid"].astype(np.int64)
        # float64 products and sums of these integers are exact (below 2**53) and let BLAS do the work
        self._weights = {key: tensors["w" + key].astype(np.float64).T for key in "1iho"}
        self._biases = {key: tensors["b" + key].astype(np.float64) for key in "1iho"}

    @classmethod
    def load(cls, folder: str | Path | None = None) -> Network:
        """The network of a weights folder, by default the released one. Raises WeightsError."""
        return cls(*read_tensors(find_weights(folder)))

    def run(self, bands: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int16]:
        """Logits int16 (frames, 3) in Q8 of one call's bands (frames, 2, 24) or (frames, 48), from reset."""
        flat = np.asarray(bands).reshape(1, len(bands), 2 * BANDS)
        return self.run_batch(flat)[0]

    def run_batch(self, bands: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int16]:
        """Logits int16 (calls, frames, 3) of several calls' bands (calls, frames, 48), each from reset."""
        calls, frames = bands.shape[:2]
        inputs = Inputs(self.offset, calls)
        state = np.zeros((calls, self.state_size), np.int64)
        logits = np.empty((calls, frames, LOGITS), np.int16)
        for frame in range(frames):
            state = self.advance(inputs.step(bands[:, frame].astype(np.int64)), state)
            logits[:, frame] = self._fc("o", state)
        return logits

    def advance(self, values: IntArray, state: IntArray) -> IntArray:
        """The new state (calls, H) in Q14 from the inputs u (calls, 120) and the state before."""
        size = self.state_size
        first = np.clip(self._fc("1", values), 0, STATE_ONE - 1)
        gi, gh = self._fc("i", first), self._fc("h", state)
        gates = self._sigmoid(gi[:, : 2 * size] + gh[:, : 2 * size])
        reset, update = gates[:, :size], gates[:, size:]
        inner = gi[:, 2 * size :] + ((reset * gh[:, 2 * size :]) >> 14)
        new = 2 * self._sigmoid(2 * inner) - STATE_ONE
        return new + ((update * (state - new) + STATE_ONE // 2) >> 14)

    def _fc(self, key: str, values: IntArray) -> IntArray:
        sums = values.astype(np.float64) @ self._weights[key] + self._biases[key]
        return _sat16(sums.astype(np.int64) >> self.shifts[key])

    def _sigmoid(self, values: IntArray) -> IntArray:
        clipped = np.clip(values, -SIGMOID_LIMIT, SIGMOID_LIMIT - 1)
        index = (clipped + SIGMOID_LIMIT) >> 7
        low = self._table[index]
        return low + (((self._table[index + 1] - low) * (clipped & 127) + 64) >> 7)
