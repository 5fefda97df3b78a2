"""How well the released network hears: `python benchmarks/ears.py --json` (default under five minutes; --full).

Draws development calls (speakers and noises never trained on) from the audio pool, by default an hour of them,
puts the released int8 network beside other detectors, and measures what is promised. The pool is looked for
beside the checkout (../shared/data) or where ALLEARS_SHARED points.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("host", "firmware", "models")]

from allears.signal import features  # noqa: E402
from allears.signal.network import Network, find_weights  # noqa: E402
from allears_models import config, data, dataset, decide, evaluate, evaluate_text, metrics, runtime, trials  # noqa: E402

BOUNDS = {
    "auc_agent": 0.992, "auc_customer": 0.990, "auc_both": 0.980, "f1_agent": 0.95, "f1_customer": 0.93, "f1_both": 0.78
}  # fmt: skip
HOLD_BOUND, FLOAT_BOUND, AGREEMENT_BOUND = 0.03, 0.003, 0.999
WEIGHT_BYTES, MACS = 24 * 1024, 20_000


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    parser.add_argument("--full", action="store_true", help="all development calls of the configuration")
    shared = Path(os.environ.get("ALLEARS_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=Path, default=shared / "data", help="the audio pool")
    return parser.parse_args()


def at_most(value: float, bound: float) -> dict[str, Any]:
    """A reach entry that is met at or below its bound."""
    return {"value": round(value, 5), "bound": bound, "met": bool(value <= bound)}


def at_least(value: float, bound: float) -> dict[str, Any]:
    """A reach entry that is met at or above its bound."""
    return {"value": round(value, 5), "bound": bound, "met": bool(value >= bound)}


def onnx_agreement(network: Network, calls: dataset.CallSet) -> dict[str, float]:
    """Share of equal decisions of the int8 ONNX model and the integers, and AUC lost against the float model."""
    limits = network.manifest["thresholds"]
    integer = network.run_batch(calls.bands)
    int8 = runtime.onnx_logits(evaluate.RELEASED / "duplex-int8.onnx", network, calls.bands)
    exact = runtime.onnx_logits(evaluate.RELEASED / "duplex-float.onnx", network, calls.bands)
    truth = evaluate.truth_of(calls.speech)
    pairs = zip(integer, int8, strict=True)
    same = [np.mean(decide.sides(a, limits) == decide.sides(b, limits)) for a, b in pairs]
    lost = [
        metrics.auc(exact[..., head].ravel(), truth[..., head].ravel())
        - metrics.auc(integer[..., head].ravel(), truth[..., head].ravel())
        for head in range(3)
    ]
    return {"agreement": float(np.mean(same)), "auc_lost": float(max(lost))}


def real_call(network: Network, folder: Path, pool: data.Pool) -> dict[str, float]:
    """The same measures on a recorded call put through the family, eight draws."""
    calls = trials.real_call(folder, trials.plain_simulator(pool, "dev"), draws=8, seed=9)
    bands = np.stack([features.extract(call.pcm).bands.reshape(len(call.speech), -1) for call in calls])
    merged = dataset.CallSet(
        bands, np.stack([call.speech for call in calls]), np.stack([call.hold for call in calls]),
        [call.conditions.as_dict() for call in calls],
    )  # fmt: skip
    truth = evaluate.truth_of(merged.speech)
    return evaluate.measures(evaluate.judge_ours(network, merged), truth, np.ones(truth.shape[:2], np.bool_))


def reach(result: dict[str, Any], manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every promise with its value and bound."""
    ours = result["detectors"]["AllEars int8"]
    entries = {name: at_least(ours["overall"][name], bound) for name, bound in BOUNDS.items()}
    entries["hold_false_customer"] = at_most(ours["false_alarms"]["hold_false_customer"], HOLD_BOUND)
    entries["int8_auc_lost_against_float"] = at_most(result["onnx"]["auc_lost"], FLOAT_BOUND)
    entries["onnx_decision_agreement"] = at_least(result["onnx"]["agreement"], AGREEMENT_BOUND)
    entries["weight_bytes"] = at_most(manifest["bytes"], WEIGHT_BYTES)
    entries["macs_per_hop"] = at_most(manifest["macs_per_hop"], MACS)
    return entries


def measure(folder: Path, full: bool) -> dict[str, Any]:
    """The whole result: table of detectors, hard negatives, a real call, ONNX, reach."""
    setup = config.read_config(ROOT / "models" / "configs" / "duplex.toml")
    plan, pool = setup.simulation, data.load_pool(folder)
    count = plan.dev_calls if full else min(60, plan.dev_calls)
    network = Network.load(find_weights())
    with tempfile.TemporaryDirectory() as place:
        calls = dataset.simulate_set(
            pool, "dev", setup.family, calls=count, seconds=plan.seconds, seed=plan.seed + 10_000, out=Path(place),
            keep_audio=True, workers=plan.workers,
        )  # fmt: skip
        compared = evaluate.compare(
            calls, Path(place), network, pool.noise("dev"), seconds=120.0 if full else 40.0
        )
    result: dict[str, Any] = {
        "calls": count,
        "hours": count * plan.seconds / 3600,
        **compared,
        "real_call": real_call(network, folder, pool),
        "onnx": onnx_agreement(network, calls),
    }
    result["reach"] = reach(result, network.manifest)
    return result


def main() -> int:
    """Print the table or JSON. Exit code 2 when the audio is not there."""
    options = arguments()
    try:
        result = measure(options.data, options.full)
    except data.DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(result, indent=1))
        return 0
    print(evaluate_text.whole_table(result))
    for title in ("real_call", "onnx"):
        print(title, json.dumps(result[title], indent=1))
    for name, entry in result["reach"].items():
        print(f"{'met ' if entry['met'] else 'MISS'} {name:30} {entry['value']} (bound {entry['bound']})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
