"""Scenes on disk: a two-channel FLAC and, beside it, the truth as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from allears_core.params import FULL_SCALE, HOP_MS, SAMPLE_RATE_HZ
from allears_models.data import DataError, load_pool, read_audio
from allears_models.event_truth import Event, Moment, Truth
from allears_models.labels import Mask, bursts
from allears_models.scenes.calls import Playwright, Scene
from allears_models.simulate import Conditions

SCHEMA = "allears-scene-1"


def write_scenes(
    data: Path,
    out: Path,
    *,
    calls: int,
    seed: int,
    split: str = "dev",
    minutes: float = 4.0,
    style: str = "mixed",
) -> None:
    """Write `calls` scenes drawn from the folder `data`; call k depends on (seed, k) alone. Raises DataError."""
    playwright = Playwright(load_pool(data), split)
    out.mkdir(parents=True, exist_ok=True)
    for index in range(calls):
        scene = playwright.scene(minutes, np.random.default_rng([seed, index]), style)
        origin = {"seed": seed, "index": index, "split": split, "style": style}
        write_scene(scene, out / f"scene-{index:04d}", origin)
        print(f"scene-{index:04d}: {len(scene.pcm) / SAMPLE_RATE_HZ:.0f} s, {len(scene.truth.events)} events")


def write_scene(scene: Scene, stem: Path, origin: dict[str, Any]) -> None:
    """`stem`.flac and `stem`.json."""
    soundfile.write(stem.with_suffix(".flac"), scene.pcm, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    document = truth_document(scene.truth)
    document.update(
        origin=origin,
        conditions=scene.conditions.as_dict(),
        script=[{"move": move, "hop": hop} for move, hop in scene.script],
    )
    stem.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def truth_document(truth: Truth) -> dict[str, Any]:
    """The truth as plain values: tracks as runs of [first hop, one past the last], events and moments in hops."""
    return {
        "schema": SCHEMA,
        "hop_ms": HOP_MS,
        "hops": len(truth.agent),
        "agent": bursts(truth.agent),
        "customer": bursts(truth.customer),
        "hold": bursts(truth.hold),
        "events": [
            {
                "kind": event.kind,
                "subtype": event.subtype,
                "onset_hop": event.onset,
                "duration_hops": event.end - event.onset,
                "overlap_hops": event.overlap,
                "floor_hops": event.floor,
            }
            for event in truth.events
        ],
        "moments": [{"kind": m.kind, "hop": m.hop, "onset_hop": m.onset} for m in truth.moments],
    }


def read_scenes(folder: Path) -> Iterator[tuple[str, Scene]]:
    """Every scene of a folder, by name. Raises DataError for a folder without any, or a damaged one."""
    stems = sorted(
        path.with_suffix("") for path in folder.glob("*.json") if path.with_suffix(".flac").is_file()
    )
    if not stems:
        raise DataError(f"no scenes in {folder}: write some with `python -m allears_models scenes`")
    for stem in stems:
        yield stem.name, read_scene(stem)


def read_scene(stem: Path) -> Scene:
    """The scene of `stem`.flac and `stem`.json. Raises DataError."""
    try:
        document = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise DataError(f"{stem}.json has schema {document['schema']!r}, not {SCHEMA!r}: write it again")
        truth = _truth(document)
        pcm = np.round(read_audio(stem.with_suffix(".flac"), 2) * FULL_SCALE).astype(np.int16)
        script = [(entry["move"], entry["hop"]) for entry in document["script"]]
        return Scene(pcm, truth, Conditions(**document["conditions"]), script)
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise DataError(f"{stem} is not a scene ({error!r}): write it again with `scenes`") from error


def _truth(document: dict[str, Any]) -> Truth:
    agent, customer, hold = (
        _mask(document[name], document["hops"]) for name in ("agent", "customer", "hold")
    )
    events = [
        Event(
            entry["onset_hop"],
            entry["kind"],
            entry["onset_hop"] + entry["duration_hops"],
            entry["subtype"],
            entry["overlap_hops"],
            entry["floor_hops"],
        )
        for entry in document["events"]
    ]
    moments = [Moment(entry["hop"], entry["kind"], entry["onset_hop"]) for entry in document["moments"]]
    return Truth(agent, customer, hold, events, moments)


def _mask(runs: list[list[int]], hops: int) -> Mask:
    mask = np.zeros(hops, np.bool_)
    for start, end in runs:
        mask[start:end] = True
    return mask
