"""The integer network against a second, scalar reading of its definition, and its bounds."""

import hashlib
import json

import numpy as np
import pytest

from allears.signal import network

WIDTH, STATE = 8, 12
SHIFTS = {"1": 5, "i": 6, "h": 9, "o": 11}


def random_tensors(rng, width=WIDTH, state=STATE):
    def weight(rows, columns):
        return rng.integers(-127, 128, (rows, columns)).astype(np.int8)

    def bias(rows):
        return rng.integers(-(2**20), 2**20, rows).astype(np.int32)

    return {
        "w1": weight(width, network.INPUTS), "b1": bias(width),
        "wi": weight(3 * state, width), "bi": bias(3 * state),
        "wh": weight(3 * state, state), "bh": bias(3 * state),
        "wo": weight(3, state), "bo": bias(3),
        "offset": rng.integers(2000, 6000, 48).astype(np.int16),
        "sigmoid": network.sigmoid_table(),
    }  # fmt: skip


def write_weights(folder, tensors):
    blob, entries = b"", {}
    for name, tensor in tensors.items():
        kind = {"int8": "i1", "int16": "i2", "int32": "i4"}[tensor.dtype.name]
        entries[name] = {"dtype": kind, "shape": list(tensor.shape), "offset": len(blob)}
        blob += tensor.tobytes() + bytes(-tensor.nbytes % 4)
    manifest = {
        "schema": network.SCHEMA, "tensors": entries, "shifts": SHIFTS,
        "sha256": hashlib.sha256(blob).hexdigest(),
    }  # fmt: skip
    (folder / "duplex.bin").write_bytes(blob)
    (folder / "duplex.json").write_text(json.dumps(manifest))


class Scalar:
    """The definition once more, in plain Python integers, checked to stay within 31 bits."""

    def __init__(self, tensors):
        self.t = {name: tensor.tolist() for name, tensor in tensors.items()}
        self.floor, self.coupling, self.leak = None, [0] * 24, [-32768] * 24
        self.h = [0] * len(self.t["wh"][0])

    def step(self, bands):
        b = [max(int(value), 1024) for value in bands]
        u = self.inputs(b)
        size = len(self.h)
        x1 = [min(max(value, 0), 16383) for value in self.fc("1", u)]
        gi, gh = self.fc("i", x1), self.fc("h", self.h)
        new = []
        for k in range(size):
            r, z = self.sig(gi[k] + gh[k]), self.sig(gi[size + k] + gh[size + k])
            n = 2 * self.sig(2 * (gi[2 * size + k] + ((r * gh[2 * size + k]) >> 14))) - 16384
            new.append(n + ((small(z * (self.h[k] - n) + 8192)) >> 14))
        self.h = new
        return self.fc("o", new)

    def inputs(self, b):
        if self.floor is None:
            self.floor = [value << 6 for value in b]
        for i in range(48):
            gap = (b[i] << 6) - self.floor[i]
            self.floor[i] += gap >> (3 if gap < 0 else 9)
        above = [clip14(b[i] - (self.floor[i] >> 6)) for i in range(48)]
        rest = []
        for j in range(24):
            mouth, ear = b[j], b[24 + j]
            if mouth - (self.floor[j] >> 6) > 1024:
                gap = ((ear - mouth) << 6) - self.coupling[j]
                self.coupling[j] += gap >> (4 if gap < 0 else 9)
            self.leak[j] = sat16(max(mouth + (self.coupling[j] >> 6), self.leak[j] - 192))
            rest.append(clip14(min(above[24 + j], ear - self.leak[j])))
        return [clip14(b[i] - self.t["offset"][i]) for i in range(48)] + above + rest

    def fc(self, key, values):
        rows = zip(self.t["w" + key], self.t["b" + key], strict=True)
        out = []
        for row, total in rows:
            for weight, value in zip(row, values, strict=True):
                total = small(total + weight * value)
            out.append(sat16(total >> SHIFTS[key]))
        return out

    def sig(self, value):
        value = min(max(value, -24576), 24575)
        low, high = (self.t["sigmoid"][((value + 24576) >> 7) + k] for k in range(2))
        return low + (((high - low) * (value & 127) + 64) >> 7)


def small(value):
    assert -(2**30) <= value < 2**30
    return value


def sat16(value):
    return min(max(value, -32768), 32767)


def clip14(value):
    return min(max(value, -16384), 16383)


def busy_bands(rng, frames):
    """Bands that wander, jump to extremes and fall silent."""
    bands = np.clip(rng.normal(4000, 900, (frames, 48)).cumsum(0) / 8 % 11519, 0, 11519)
    bands[10:20] = 0
    bands[20:22] = 11519
    bands[30:33, :24] = rng.integers(0, 11520, (3, 24))
    return bands.astype(np.int16)


@pytest.mark.parametrize("seed", range(3))
def test_equals_the_scalar_reading_of_the_definition(tmp_path, seed):
    rng = np.random.default_rng(seed)
    tensors = random_tensors(rng)
    write_weights(tmp_path, tensors)
    bands = busy_bands(rng, 60)
    scalar = Scalar(tensors)
    expected = [scalar.step(frame) for frame in bands]
    logits = network.Network.load(tmp_path).run(bands.reshape(60, 2, 24))
    assert logits.dtype == np.int16
    assert logits.tolist() == expected
    assert len({tuple(row) for row in expected}) > 30


def test_calls_side_by_side_equal_calls_alone(tmp_path):
    rng = np.random.default_rng(5)
    write_weights(tmp_path, random_tensors(rng))
    net = network.Network.load(tmp_path)
    bands = np.stack([busy_bands(rng, 40) for _ in range(3)])
    together = net.run_batch(bands)
    for index in range(3):
        assert np.array_equal(together[index], net.run(bands[index]))


def test_weights_that_could_overflow_are_refused(tmp_path):
    tensors = random_tensors(np.random.default_rng(0))
    tensors["b1"][0] = 2**30 - 1
    write_weights(tmp_path, tensors)
    with pytest.raises(network.WeightsError, match="31-bit"):
        network.Network.load(tmp_path)


def test_damaged_or_missing_weights_are_refused(tmp_path):
    with pytest.raises(network.WeightsError, match="duplex.json"):
        network.Network.load(tmp_path)
    write_weights(tmp_path, random_tensors(np.random.default_rng(0)))
    blob = bytearray((tmp_path / "duplex.bin").read_bytes())
    blob[100] ^= 1
    (tmp_path / "duplex.bin").write_bytes(blob)
    with pytest.raises(network.WeightsError, match="does not match"):
        network.Network.load(tmp_path)
