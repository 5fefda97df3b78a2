"""One table: our int8 network beside other detectors, overall and by condition, on the development calls."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from allears.signal.network import Network
from allears_core.params import FULL_SCALE, HOP_MS
from allears_models import data, dataset, decide, metrics, peers
from allears_models.config import Config
from allears_models.data import DataError
from allears_models.dataset import CallSet

HEADS = ("agent", "customer", "both")
SHORT_HOPS = (-(-150 // HOP_MS), 700 // HOP_MS)
Scores = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Judged:
    """One detector on a set: scores (calls, hops, 3) to rank hops by, decisions bool (calls, hops, 3)."""

    name: str
    scores: Scores
    decisions: npt.NDArray[np.bool_]


def truth_of(speech: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(calls, hops, 3): agent, customer, both."""
    return np.concatenate([speech, speech.all(2, keepdims=True)], 2)


def judge_ours(network: Network, calls: CallSet) -> Judged:
    """The integer network with the manifest's thresholds; both is both sides' decisions, as the product has it."""
    logits = network.run_batch(calls.bands)
    limits = network.manifest["thresholds"]
    sides = [
        np.stack(
            [decide.decide(row, limits["on_q8"][side], limits["off_q8"][side]) for row in logits[..., side]]
        )
        for side in range(2)
    ]
    return Judged("AllEars int8", logits, np.stack([*sides, sides[0] & sides[1]], 2))


def judge_peer(name: str, audio: list[npt.NDArray[np.int16]], calls: CallSet) -> list[Judged]:
    """A peer a channel, and the same behind an energy-ratio gate; thresholds and gate are the best on this set."""
    if name == "Silero VAD":
        flat = peers.silero_batch(np.concatenate([pcm.T for pcm in audio]))
        scores = flat.reshape(len(audio), 2, -1).transpose(0, 2, 1)
    else:
        detector = peers.DETECTORS[name]
        scores = np.stack(
            [np.stack([detector(pcm[:, side].copy()) for side in range(2)], 1) for pcm in audio]
        )
    scores = scores[:, : calls.speech.shape[1]]
    ratio = np.stack([peers.level_ratio_db(pcm) for pcm in audio])
    behind = [best_gate(scores[..., side], ratio, calls.speech[..., side], side) for side in range(2)]
    return [
        _judge_scores(name, [scores[..., 0], scores[..., 1]], calls.speech),
        _judge_scores(name + " + gate", behind, calls.speech),
    ]


def best_gate(
    scores: npt.NDArray[np.float32], ratio: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], side: int
) -> npt.NDArray[np.float32]:
    """The gated scores of one side with the gate that gives the highest AUC on these calls."""
    tried = [peers.gated(scores, ratio, side, float(limit)) for limit in peers.GATE_RANGE_DB]
    return max(tried, key=lambda candidate: metrics.auc(candidate.ravel(), truth.ravel()))


def _judge_scores(name: str, sides: list[npt.NDArray[np.float32]], speech: npt.NDArray[np.bool_]) -> Judged:
    decided = []
    for side, scores in enumerate(sides):
        levels = np.unique(np.quantile(scores, np.linspace(0.02, 0.98, 49)))
        best = max(levels, key=lambda level: np.nan_to_num(metrics.f1(scores >= level, speech[..., side])))
        decided.append(scores >= best)
    joint = np.minimum(sides[0], sides[1])
    return Judged(name, np.stack([*sides, joint], 2), np.stack([*decided, decided[0] & decided[1]], 2))


def measures(judged: Judged, truth: npt.NDArray[np.bool_], mask: npt.NDArray[np.bool_]) -> dict[str, float]:
    """AUC and F1 of the three heads over the hops of `mask` (calls, hops), pooled."""
    row: dict[str, float] = {}
    for index, head in enumerate(HEADS):
        wanted = truth[..., index][mask]
        row[f"auc_{head}"] = metrics.auc(judged.scores[..., index][mask], wanted)
        row[f"f1_{head}"] = metrics.f1(judged.decisions[..., index][mask], wanted)
    return row


def conditions(calls: CallSet) -> dict[str, npt.NDArray[np.bool_]]:
    """The slices of the table by name: which calls belong to each."""

    def those(test: Callable[[dict[str, Any]], bool]) -> npt.NDArray[np.bool_]:
        return np.array([test(facts) for facts in calls.conditions], np.bool_)

    def between(key: str, low: float, high: float) -> npt.NDArray[np.bool_]:
        return those(lambda facts: low <= facts[key] < high)

    slices = {f"front end {name}": those(lambda f, n=name: f["front_end"] == n) for name in ("air", "inline")}
    for low, high in ((8, 15), (15, 22), (22, 30)):
        slices[f"room SNR {low}–{high} dB"] = between("room_snr_db", low, high)
    for low, high in ((12, 20), (20, 40)):
        slices[f"line SNR {low}–{high} dB"] = between("line_snr_db", low, high)
    for low, high in ((-14, -5), (-5, 4)):
        at_ear = between("leak_to_ear_db", low, high)
        slices[f"crosstalk {low}…{high} dB"] = at_ear & slices["front end air"]
    for low, high in ((-44, -36), (-36, -28)):
        slices[f"customer {low}…{high} dBFS"] = between("customer_dbfs", low, high)
    for name in sorted({facts["codec"] for facts in calls.conditions}):
        slices[f"codec {name}"] = those(lambda f, n=name: f["codec"] == n)
    english = those(lambda f: f["agent_language"] == "en" and f["customer_language"] == "en")
    slices["English"], slices["other languages"] = english, ~english
    return slices


def false_alarms(judged: Judged, calls: CallSet) -> dict[str, float]:
    """Share of hops decided wrongly where nobody speaks: customer while held, either in other silence."""
    hold = calls.hold & ~calls.speech[..., 1]
    quiet = ~calls.speech.any(2) & ~calls.hold
    return {
        "hold_false_customer": float(judged.decisions[..., 1][hold].mean()) if hold.any() else float("nan"),
        "silence_false_agent": float(judged.decisions[..., 0][quiet].mean()),
        "silence_false_customer": float(judged.decisions[..., 1][quiet].mean()),
        "crosstalk_false_customer": float(
            judged.decisions[..., 1][calls.speech[..., 0] & ~calls.speech[..., 1]].mean()
        ),
        "crosstalk_false_agent": float(
            judged.decisions[..., 0][calls.speech[..., 1] & ~calls.speech[..., 0]].mean()
        ),
    }


def timing(judged: Judged, calls: CallSet) -> dict[str, float]:
    """Recall on bursts of 150–700 ms (either side) and delays in ms: median and 95th percentile."""
    found = total = 0
    late: dict[str, list[int]] = {"onset": [], "offset": []}
    for call in range(len(calls.speech)):
        for side in range(2):
            decided, truth = judged.decisions[call, :, side], calls.speech[call, :, side]
            part = metrics.burst_recall(decided, truth, *SHORT_HOPS)
            found, total = found + part[0], total + part[1]
            for edge, values in late.items():
                values += metrics.delays(decided, truth, edge)
    row = {"short_burst_recall": float(found) / max(total, 1), "short_bursts": float(total)}
    for edge, values in late.items():
        row[f"{edge}_ms_median"] = float(np.median(values)) * HOP_MS if values else float("nan")
        row[f"{edge}_ms_p95"] = float(np.percentile(values, 95)) * HOP_MS if values else float("nan")
    return row


def report(judged: Iterable[Judged], calls: CallSet) -> dict[str, Any]:
    """All measures of all detectors: overall, by condition, false alarms, timing."""
    truth = truth_of(calls.speech)
    everywhere = np.ones(truth.shape[:2], np.bool_)
    slices = {name: rows for name, rows in conditions(calls).items() if rows.any()}
    result: dict[str, Any] = {}
    for one in judged:
        result[one.name] = {
            "overall": measures(one, truth, everywhere),
            "conditions": {
                name: measures(one, truth, everywhere & rows[:, None]) for name, rows in slices.items()
            },
            "false_alarms": false_alarms(one, calls),
            "timing": timing(one, calls),
        }
    return result


def table(result: dict[str, Any]) -> str:
    """The report as text, one line a detector and condition."""
    head = f"{'detector':22} {'condition':24} " + " ".join(
        f"{'AUC ' + name[:5]:>9} {'F1':>5}" for name in HEADS
    )
    lines = [head]
    for name, entry in result.items():
        for condition, row in {"overall": entry["overall"], **entry["conditions"]}.items():
            cells = " ".join(f"{row['auc_' + h]:9.4f} {row['f1_' + h]:5.3f}" for h in HEADS)
            lines.append(f"{name:22} {condition:24} {cells}")
    for name, entry in result.items():
        facts = {**entry["false_alarms"], **entry["timing"]}
        lines.append(f"{name:22} " + " ".join(f"{key}={value:.3f}" for key, value in facts.items()))
    return "\n".join(lines)


def development_calls(
    config: Config, folder: Path | None, out: Path | None, count: int
) -> tuple[CallSet, Path]:
    """The first `count` development calls (0: all): those simulated in `out`, or drawn from `folder` into it."""
    if out is None:
        raise DataError("evaluate works in a folder: name one with --out")
    place = out / "calls" / "dev"
    wanted = count or config.simulation.dev_calls
    if not (place / "bands.npy").is_file() or len(dataset.read_set(place).bands) < wanted:
        if folder is None:
            raise DataError(
                f"{place} does not hold {wanted} calls: name the audio with --data to simulate them"
            )
        pool = data.load_pool(folder)
        plan = config.simulation
        dataset.simulate_set(
            pool, "dev", config.family, calls=wanted, seconds=plan.seconds, seed=plan.seed + 10_000, out=place,
            keep_audio=True, workers=plan.workers,
        )  # fmt: skip
    calls = dataset.read_set(place)
    return CallSet(
        calls.bands[:wanted], calls.speech[:wanted], calls.hold[:wanted], calls.conditions[:wanted]
    ), place


def read_pcm(path: Path) -> npt.NDArray[np.int16]:
    """The int16 samples (n, 2) of a call's audio."""
    return np.round(data.read_audio(path, channels=2) * FULL_SCALE).astype(np.int16)


def compare(calls: CallSet, place: Path, network: Network) -> dict[str, Any]:
    """The report of our network and of every peer that is installed; names on stderr those that are not."""
    judged = [judge_ours(network, calls)]
    audio: list[npt.NDArray[np.int16]] = []
    for name in peers.DETECTORS:
        problem = peers.problem(name)
        if problem:
            print(problem, file=sys.stderr)
            continue
        audio = audio or [
            read_pcm(place / "audio" / f"{index:05d}.flac") for index in range(len(calls.speech))
        ]
        judged += judge_peer(name, audio, calls)
    return report(judged, calls)


def size_line(network: Network) -> str:
    """Sizes: ours from the manifest; of the others what their packages carry in model and code."""
    facts = network.manifest
    ours = f"AllEars int8: {facts['parameters']} parameters, {facts['bytes']} bytes, {facts['macs_per_hop']} MAC a hop"
    others = [
        f"{name}: {peers.carried_bytes(name)} bytes" for name in peers.DETECTORS if not peers.problem(name)
    ]
    return "; ".join([ours, *others])


def main(config: Config, folder: Path | None, out: Path | None, count: int) -> int:
    """The step `evaluate`: print the table, write evaluation.json and evaluation.txt. Returns the exit code."""
    calls, place = development_calls(config, folder, out, count)
    assert out is not None
    trained = out / "firmware"
    network = Network.load(trained if (trained / "duplex.json").is_file() else None)
    result = compare(calls, place, network)
    text = table(result) + "\n" + size_line(network)
    print(text)
    (out / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (out / "evaluation.txt").write_text(text + "\n", encoding="utf-8")
    return 0
