"""Simulated calls as arrays on disk: features, labels and conditions, one folder a set."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from allears.signal import features
from allears_core.params import BANDS, SAMPLE_RATE_HZ
from allears_models.data import DataError, Pool
from allears_models.simulate import Call, Family, Simulator

_simulator: Simulator | None = None


@dataclass(frozen=True)
class CallSet:
    """bands int16 (calls, hops, 48); speech bool (calls, hops, 2); hold bool (calls, hops); one dict a call."""

    bands: npt.NDArray[np.int16]
    speech: npt.NDArray[np.bool_]
    hold: npt.NDArray[np.bool_]
    conditions: list[dict[str, Any]]


def _start_worker(pool: Pool, split: str, family: Family, seconds: float) -> None:
    global _simulator
    _simulator = Simulator(pool, split, family, seconds)


def _one_call(job: tuple[int, int, Path | None]) -> tuple[npt.NDArray[np.int16], Call]:
    seed, index, audio_folder = job
    assert _simulator is not None
    call = _simulator.call(np.random.default_rng([seed, index]))
    bands = features.extract(call.pcm).bands.reshape(-1, 2 * BANDS)
    if audio_folder is not None:
        soundfile.write(audio_folder / f"{index:05d}.flac", call.pcm, SAMPLE_RATE_HZ)
    call.pcm = call.pcm[:0]
    return bands, call


def simulate_set(
    pool: Pool,
    split: str,
    family: Family,
    *,
    calls: int,
    seconds: float,
    seed: int,
    out: Path,
    keep_audio: bool = False,
    workers: int = 2,
) -> CallSet:
    """Simulate `calls` calls, call k from the seed (seed, k), and write them to `out`. Returns the set."""
    audio = out / "audio" if keep_audio else None
    (audio or out).mkdir(parents=True, exist_ok=True)
    jobs = [(seed, index, audio) for index in range(calls)]
    bands, speech, hold, facts = [], [], [], []
    for call_bands, call in _results(jobs, (pool, split, family, seconds), workers):
        bands.append(call_bands)
        speech.append(call.speech)
        hold.append(call.hold)
        facts.append(call.conditions.as_dict())
    np.save(out / "bands.npy", np.stack(bands))
    np.save(out / "speech.npy", np.stack(speech))
    np.save(out / "hold.npy", np.stack(hold))
    (out / "conditions.json").write_text(json.dumps(facts), encoding="utf-8")
    return read_set(out)


def _results(
    jobs: list[tuple[int, int, Path | None]], setup: tuple[Pool, str, Family, float], workers: int
) -> Iterator[tuple[npt.NDArray[np.int16], Call]]:
    if workers < 2:
        _start_worker(*setup)
        yield from map(_one_call, jobs)
        return
    with multiprocessing.get_context("fork").Pool(workers, _start_worker, setup) as processes:
        yield from processes.imap(_one_call, jobs, chunksize=4)


def read_set(folder: Path) -> CallSet:
    """A set written by :func:`simulate_set`. Raises DataError if a part is missing."""
    try:
        return CallSet(
            np.load(folder / "bands.npy"),
            np.load(folder / "speech.npy"),
            np.load(folder / "hold.npy"),
            json.loads((folder / "conditions.json").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError) as error:
        raise DataError(f"no simulated calls in {folder} ({error}): run `simulate` first") from error
