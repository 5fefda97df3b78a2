"""The right cue at the right moment: events and cues of the released network and core on labelled calls.

Three sets, development voices and noises only: scripted calls; scripted calls of about an hour in all in which nobody
talks over anybody; and the real two-channel call, as it was and with the agent's channel moved, each under several
draws of the acoustic family. The scripted calls are judged again with the speech of one side or both given instead of
detected: what is wrong then still is not the network's doing. `python benchmarks/judgement.py --json` prints tables,
intervals and `reach`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.signal.network import Network, WeightsError
from allears_models import event_peer, event_report
from allears_models.data import DataError, load_pool
from allears_models.event_answer import hear
from allears_models.event_scores import CallScore, Summary, score_call
from allears_models.scenes.calls import Playwright, Scene
from allears_models.scenes.recorded import read_dialogue

DATA = Path(os.environ.get("ALLEARS_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
REAL_CALL = Path("calls") / "aws-autorepairs-40.flac"
SEED = 20
MINUTES = 4.0
BATCH = 4  # calls judged side by side: the network's steps are shared
MOVED_HOPS = 600  # 9.6 s
SETS = {
    "scripted": (40, 240),
    "considerate": (15, 60),
    "real": (4, 16),
    "real, agent moved": (4, 16),
}  # default, full
KNOWN = {"agent": (True, False), "customer": (False, True), "both": (True, True)}  # whose speech is given

_playwright: Playwright | None = None


@dataclass(frozen=True)
class Job:
    """Calls `first` to `last` of one set."""

    name: str
    first: int
    last: int


def scene_of(name: str, index: int) -> Scene:
    """Call `index` of a set, drawn from (seed, set, index) alone."""
    assert _playwright is not None
    rng = np.random.default_rng([SEED, list(SETS).index(name), index])
    if name.startswith("real"):
        talk = read_dialogue(DATA / REAL_CALL, MOVED_HOPS * (index + 1) if "moved" in name else 0)
        return _playwright.through_family(talk, [], rng)
    return _playwright.scene(MINUTES, rng, "considerate" if name == "considerate" else "mixed")


def run(job: Job) -> dict[str, list[CallScore]]:
    """Scores of a job's calls by set; of the scripted ones also by whose speech was known."""
    scenes = [scene_of(job.name, index) for index in range(job.first, job.last)]
    scores: dict[str, list[CallScore]] = {job.name: []}
    for scene, heard in zip(scenes, hear([scene.pcm for scene in scenes], Network.load()), strict=True):
        truth, answer = scene.truth, heard.answer()
        score = score_call(truth, answer)
        event_peer.compare(truth, answer, score.counts)
        scores[job.name].append(score)
        if job.name == "scripted":
            for name, (agent, customer) in KNOWN.items():
                told = heard.answer(truth.agent if agent else None, truth.customer if customer else None)
                scores.setdefault(name, []).append(score_call(truth, told))
    return scores


def measure(full: bool, workers: int) -> dict[str, Summary]:
    """All of SETS and KNOWN, scored. Raises DataError or WeightsError."""
    global _playwright
    if not (DATA / "manifest.csv").is_file():
        raise DataError(
            f"the calls are made from {DATA}, which is not there: name its parent in ALLEARS_SHARED"
        )
    Network.load()
    _playwright = Playwright(load_pool(DATA), "dev")
    counts = {name: sizes[full] for name, sizes in SETS.items()}
    jobs = [
        Job(name, at, min(at + BATCH, count))
        for name, count in counts.items()
        for at in range(0, count, BATCH)
    ]
    scores: dict[str, list[CallScore]] = {name: [] for name in (*SETS, *KNOWN)}
    with multiprocessing.get_context("fork").Pool(workers) as processes:
        for part in processes.imap(run, jobs):
            for name, found in part.items():
                scores[name] += found
    return {name: Summary(found) for name, found in scores.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument(
        "--full", action="store_true", help="the whole counts: 16 h of scripted calls and more"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes side by side")
    arguments = parser.parse_args()
    start = time.monotonic()
    try:
        sets = measure(arguments.full, arguments.workers)
    except (DataError, WeightsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"error: {error.name} is not installed: install allears[models,peers]", file=sys.stderr)
        return 2
    found = {name: event_report.document(sets[name]) for name in SETS}
    known = event_report.known({"nobody": sets["scripted"], **{name: sets[name] for name in KNOWN}})
    held = event_report.reach(sets["scripted"], sets["considerate"])
    if arguments.json:
        seconds = round(time.monotonic() - start, 1)
        print(
            json.dumps(
                {
                    "schema": 1,
                    "seed": SEED,
                    "seconds": seconds,
                    "reach": held,
                    "known": known,
                    "sets": found,
                },
                indent=1,
            )
        )
    else:
        tables = [event_report.text(name, entry) for name, entry in found.items()]
        print(*tables, event_report.known_text(known), event_report.reach_text(held), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
