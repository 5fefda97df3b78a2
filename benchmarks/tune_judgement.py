"""Constants of the core's judgement tried on labelled calls of the training voices, with the released network.

    python benchmarks/tune_judgement.py detect.UNDER_AGENT_Q8=0,128,256 hold._SURE=30000,36000

Every combination is judged and one line printed for it. Calls are made once and kept in --cache with their features;
logits are kept beside them by network, so that a new network or another value costs seconds to minutes, not hours.
Tune here; the figures that count are those of `benchmarks/judgement.py`, whose voices and noises are others.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import multiprocessing
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.signal import features
from allears.signal.network import Network, WeightsError
from allears_core.params import BANDS
from allears_models import event_report
from allears_models.data import DataError, load_pool
from allears_models.event_answer import follow, hops_of
from allears_models.event_scores import CallScore, Summary, score_call
from allears_models.event_truth import truth_of
from allears_models.scenes.calls import Playwright

DATA = Path(os.environ.get("ALLEARS_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
SEED = 777
MINUTES = 4.0
SHORT = {  # column: figure of event_report.headline
    "TO F1": "talk_over_event_f1_500ms",
    "ack>TO": "acknowledgements_called_talk_over",
    "early>TO": "early_answers_called_talk_over",
    "prec": "cue_precision",
    "recall": "cue_recall",
    "false/h": "false_cues_per_hour_of_talk",
    "p95 ms": "decision_latency_p95_ms",
    "DA F1": "dead_air_f1",
    "hold": "hold_music_called_dead_air_or_talk_over",
}


@dataclass(frozen=True)
class Job:
    """One call under one combination of values: file of the call, of its logits, {(module, name): value}."""

    call: Path
    logits: Path
    thresholds: dict[str, list[int]]
    values: dict[tuple[str, str], int]


def make_calls(folder: Path, split: str, count: int) -> list[Path]:
    """Files of the first `count` calls; those that are missing are made. Raises DataError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{split}-{SEED}-{index:03d}.npz" for index in range(count)]
    playwright = None
    for index, path in enumerate(paths):
        if path.is_file():
            continue
        playwright = playwright or Playwright(load_pool(DATA), split)
        scene = playwright.scene(MINUTES, np.random.default_rng([SEED, index]))
        sound, truth = features.extract(scene.pcm), scene.truth
        hops = len(sound.bands)
        np.savez(
            path,
            bands=sound.bands,
            level=sound.level_q8,
            peak=sound.peak,
            tracks=np.stack([truth.agent, truth.customer, truth.hold])[:, :hops],
        )
    return paths


def make_logits(paths: list[Path], network: Network) -> list[Path]:
    """Files of the calls' logits; those that are missing are computed side by side."""
    made = [path.with_suffix(f".{network.manifest['sha256'][:12]}.npy") for path in paths]
    missing = [(path, out) for path, out in zip(paths, made, strict=True) if not out.is_file()]
    if missing:
        bands = [np.load(path)["bands"].reshape(-1, 2 * BANDS) for path, _ in missing]
        padded = np.zeros((len(bands), max(map(len, bands)), 2 * BANDS), np.int16)
        for row, call in zip(padded, bands, strict=True):
            row[: len(call)] = call
        for (_, out), logits, call in zip(missing, network.run_batch(padded), bands, strict=True):
            np.save(out, logits[: len(call)])
    return made


def judge(job: Job) -> CallScore:
    """The score of one call."""
    for (module, name), value in job.values.items():
        setattr(importlib.import_module(f"allears_core.{module}"), name, value)
    call = np.load(job.call)
    sound = features.Features(call["bands"], call["level"], call["peak"])
    answer = follow(np.load(job.logits), sound.level_q8, job.thresholds, heard=hops_of(sound))
    return score_call(truth_of(*call["tracks"]), answer)


def parse(words: list[str]) -> dict[tuple[str, str], list[int]]:
    """module.NAME=value,value… of the command line. Raises DataError for a name that core does not have."""
    chosen = {}
    for word in words:
        place, _, values = word.partition("=")
        module, _, name = place.partition(".")
        try:
            getattr(importlib.import_module(f"allears_core.{module}"), name)
            chosen[module, name] = [int(value) for value in values.split(",")]
        except (ImportError, AttributeError, ValueError):
            raise DataError(
                f"{word!r} is not like detect.UNDER_AGENT_Q8=0,128 with a name of core's"
            ) from None
    return chosen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("values", nargs="*", metavar="module.NAME=VALUES")
    parser.add_argument(
        "--thresholds", help="on,off of the agent, on,off of the customer instead of the manifest's"
    )
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--split", default="train", help="whose voices and noises")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "allears" / "judgement")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    try:
        chosen = parse(arguments.values)
        network = Network.load()
        calls = make_calls(arguments.cache, arguments.split, arguments.calls)
        logits = make_logits(calls, network)
    except (DataError, WeightsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    thresholds = network.manifest["thresholds"]
    if arguments.thresholds:
        on_a, off_a, on_c, off_c = (int(value) for value in arguments.thresholds.split(","))
        thresholds = {"on_q8": [on_a, on_c], "off_q8": [off_a, off_c]}
    print(*(f"{name:>9}" for name in SHORT), " values")
    with multiprocessing.get_context("fork").Pool(arguments.workers) as pool:
        for combination in itertools.product(*chosen.values()):
            values = dict(zip(chosen, combination, strict=True))
            jobs = [Job(*pair, thresholds, values) for pair in zip(calls, logits, strict=True)]
            figures = event_report.headline(Summary(pool.map(judge, jobs), resamples=2))
            shown = [f"{figures[name].value:9.3f}" for name in SHORT.values()]
            print(*shown, "", *(f"{name}={value}" for (_, name), value in values.items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
