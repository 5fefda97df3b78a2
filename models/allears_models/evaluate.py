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

from allears.signal import features
from allears.signal.network import Network
from allears_core.params import FULL_SCALE, HOP_MS
from allears_models import data, dataset, decide, evaluate_text, metrics, peer_cost, peer_rules, peers, trials
from allears_models.config import Config
from allears_models.data import DataError
from allears_models.dataset import CallSet
from allears_models.evaluate_text import HEADS
from allears_models.peer_rules import Rule

RELEASED = Path(__file__).resolve().parents[1] / "released" / "duplex"
NEGATIVES_SEED = 5
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
    """The integer network with the product's decisions; both is where both sides are."""
    logits = network.run_batch(calls.bands)
    limits = network.manifest["thresholds"]
    sides = np.stack([decide.sides(row, limits) for row in logits])
    return Judged("AllEars int8", logits, np.concatenate([sides, sides.all(2, keepdims=True)], 2))


def judge_peers(
    audio: Callable[[], list[npt.NDArray[np.int16]]], calls: CallSet
) -> tuple[list[Judged], list[Rule]]:
    """Every installed peer, a channel at a time, without and with an energy-ratio gate; thresholds and gates are the
    best on this set. `audio` gives the calls' sound. Names on stderr the peers that are not installed."""
    judged, rules = [], []
    for name in peers.DETECTORS:
        problem = peers.problem(name)
        if problem:
            print(problem, file=sys.stderr)
            continue
        sound = audio()
        hops = calls.speech.shape[1]
        scores, ratios = peer_rules.scores_of(name, sound)[:, :hops], peer_rules.ratios_of(sound)[:, :hops]
        for rule in peer_rules.fit(name, scores, ratios, calls.speech):
            judged.append(Judged(rule.name, *peer_rules.judge(rule, scores, ratios)))
            rules.append(rule)
    return judged, rules


def hard_negatives(
    network: Network, rules: list[Rule], noise: list[data.Clip], seconds: float
) -> dict[str, dict[str, list[float]]]:
    """False decisions on sounds without a talker: {kind: {detector: [agent, customer] as shares of hops}}."""
    result: dict[str, dict[str, list[float]]] = {}
    for kind, pcm in trials.hard_negatives(noise, seconds, seed=NEGATIVES_SEED):
        bands = features.extract(pcm).bands
        quiet = np.zeros((1, len(bands), 2), np.bool_)
        ours = judge_ours(network, CallSet(bands.reshape(1, len(bands), -1), quiet, quiet[..., 0], []))
        row = {ours.name: _fired(ours.decisions)}
        ratios, scores = peer_rules.ratios_of([pcm]), {}
        for rule in rules:
            if rule.detector not in scores:
                scores[rule.detector] = peer_rules.scores_of(rule.detector, [pcm])
            row[rule.name] = _fired(peer_rules.judge(rule, scores[rule.detector], ratios)[1])
        result[kind] = row
    return result


def _fired(decisions: npt.NDArray[np.bool_]) -> list[float]:
    return [float(decisions[..., side].mean()) for side in range(2)]


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


def compare(
    calls: CallSet, place: Path, network: Network, noise: list[data.Clip] | None, seconds: float = 40.0
) -> dict[str, Any]:
    """Our network and every peer that is installed: {"detectors": the report, "hard_negatives": on `seconds` of
    each kind in `noise` (None: left out), "costs"}. The calls' audio is read from `place`."""
    audio: list[npt.NDArray[np.int16]] = []

    def sound() -> list[npt.NDArray[np.int16]]:
        if not audio:
            audio.extend(
                read_pcm(place / "audio" / f"{index:05d}.flac") for index in range(len(calls.speech))
            )
        return audio

    judged, rules = judge_peers(sound, calls)
    released = RELEASED / "duplex-int8.onnx"
    return {
        "detectors": report([judge_ours(network, calls), *judged], calls),
        "hard_negatives": {} if noise is None else hard_negatives(network, rules, noise, seconds),
        "costs": peer_cost.costs(network, released if released.is_file() else None),
    }


def main(config: Config, folder: Path | None, out: Path | None, count: int) -> int:
    """The step `evaluate`: print the table, write evaluation.json and evaluation.txt. Returns the exit code."""
    calls, place = development_calls(config, folder, out, count)
    assert out is not None
    trained = out / "firmware"
    network = Network.load(trained if (trained / "duplex.json").is_file() else None)
    noise = None if folder is None else data.load_pool(folder).noise("dev")
    result = compare(calls, place, network, noise)
    text = evaluate_text.whole_table(result)
    print(text)
    (out / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (out / "evaluation.txt").write_text(text + "\n", encoding="utf-8")
    return 0
