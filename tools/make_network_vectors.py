"""Write the golden vectors of the network, or check that the definition still gives them.

    python tools/make_network_vectors.py            write the expected output of every committed input
    python tools/make_network_vectors.py --inputs   write weights and inputs anew as well
    python tools/make_network_vectors.py --check    write nothing; exit 1 when an expected file differs

Under tests/vectors/network: weights/ is a network of random weights that drives every clamp (the released
weights change with each training, these do not), NAME.bands one row of 48 int16 a hop, NAME.logits one row
of 3. All little-endian, so that MicroPython compares them as bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from allears.signal.features import FEATURE_VERSION, extract
from allears.signal.network import INPUTS, SCHEMA, Network, sigmoid_table
from allears_core.params import BANDS, LOGITS

VECTORS = Path(__file__).resolve().parent.parent / "tests/vectors"
FOLDER = VECTORS / "network"
SOUNDS = ("noise_levels", "speech_like", "one_lsb", "full_scale")  # input files of the features
WIDTH, STATE = 24, 20
SHIFTS = {"1": 8, "i": 7, "h": 7, "o": 6}

IntArray = npt.NDArray[np.integer]


def random_tensors(rng: np.random.Generator) -> dict[str, IntArray]:
    """Weights of rows with very different gains: some never leave the middle, some always saturate."""
    shapes = {"1": (WIDTH, INPUTS), "i": (3 * STATE, WIDTH), "h": (3 * STATE, STATE), "o": (LOGITS, STATE)}
    tensors: dict[str, IntArray] = {}
    for key, shape in shapes.items():
        reach = np.array([127, 60, 20, 127, 6])[np.arange(shape[0]) % 5, None]
        tensors["w" + key] = (rng.integers(-127, 128, shape) * reach // 127).astype(np.int8)
        tensors["w" + key][0, :2] = [-128, 127]
        tensors["b" + key] = rng.integers(-(2**18), 2**18, shape[0]).astype(np.int32)
    tensors["b1"][0], tensors["bi"][0] = -(2**28), 2**28  # far beyond int16 after the shift
    tensors["sigmoid"] = sigmoid_table()
    tensors["offset"] = rng.integers(-2000, 9000, 2 * BANDS).astype(np.int16)
    return tensors


def write_weights(tensors: dict[str, IntArray], folder: Path) -> None:
    """duplex.bin and duplex.json as the released weights have them."""
    blob, entries = b"", {}
    for name, tensor in tensors.items():
        kind = f"i{tensor.dtype.itemsize}"
        entries[name] = {"dtype": kind, "shape": list(tensor.shape), "offset": len(blob)}
        data = tensor.astype(f"<{kind}").tobytes()
        blob += data + bytes(-len(data) % 4)
    manifest = {
        "schema": SCHEMA,
        "features": FEATURE_VERSION,
        "shifts": SHIFTS,
        "tensors": entries,
        "sha256": hashlib.sha256(blob).hexdigest(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "duplex.bin").write_bytes(blob)
    (folder / "duplex.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def inputs(rng: np.random.Generator) -> dict[str, IntArray]:
    """Bands (hops, 48) of sounds, of values no sound gives, and of both ends of int16."""
    steps = np.repeat([0, 11519, 1024, 1023, 8000, 0, 32767, -32768, 3000, 32767], 12)[:, None]
    every_other = np.where(np.arange(2 * BANDS) < BANDS, 1, 0)
    return {
        "sounds": np.concatenate([_bands_of(name) for name in SOUNDS]),
        "any_int16": rng.integers(-32768, 32768, (60, 2 * BANDS)),
        "any_band": rng.integers(0, 11520, (120, 2 * BANDS)),
        "steps": np.repeat(steps, 2 * BANDS, axis=1),
        "one_side": np.concatenate([steps * every_other, steps * (1 - every_other)]),
    }


def _bands_of(name: str) -> IntArray:
    pcm = np.frombuffer((VECTORS / "features" / f"{name}.pcm").read_bytes(), "<i2").reshape(-1, 2)
    return extract(pcm).bands.reshape(-1, 2 * BANDS)


def write_inputs() -> None:
    """Weights and every NAME.bands, from a fixed seed."""
    rng = np.random.default_rng(20)
    write_weights(random_tensors(rng), FOLDER / "weights")
    for name, bands in inputs(rng).items():
        (FOLDER / f"{name}.bands").write_bytes(bands.astype("<i2").tobytes())


def main() -> int:
    """Write or check the vectors."""
    parser = argparse.ArgumentParser(description="Write or check the golden vectors of the network.")
    parser.add_argument("--inputs", action="store_true", help="write weights and inputs anew as well")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    arguments = parser.parse_args()
    if arguments.inputs:
        write_inputs()
    network = Network.load(FOLDER / "weights")
    differing = 0
    for bands_path in sorted(FOLDER.glob("*.bands")):
        bands = np.frombuffer(bands_path.read_bytes(), "<i2").reshape(-1, 2 * BANDS)
        logits, logits_path = network.run(bands).astype("<i2").tobytes(), bands_path.with_suffix(".logits")
        if logits_path.exists() and logits_path.read_bytes() == logits:
            continue
        differing += 1
        print(f"{'differs' if arguments.check else 'wrote'}: {logits_path.name}")
        if not arguments.check:
            logits_path.write_bytes(logits)
    return 1 if arguments.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
