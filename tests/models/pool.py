"""A made pool of "voices" (beating harmonics) and noises, small enough to train on in seconds."""

import csv

import numpy as np
import soundfile

RATE = 8000
COLUMNS = [
    "path",
    "seconds",
    "sample_rate",
    "kind",
    "speaker",
    "sex",
    "language",
    "style",
    "source",
    "licence",
    "split",
]


def voice(rng, seconds, pitch):
    """Words of 0.2–0.8 s with pauses: harmonics of `pitch` under a moving formant."""
    audio = np.zeros(int(seconds * RATE))
    at = int(0.2 * RATE)
    while at < len(audio) - RATE:
        count = int(rng.uniform(0.2, 0.8) * RATE)
        time = np.arange(count) / RATE
        centre = rng.uniform(400, 2500)
        word = sum(
            np.sin(2 * np.pi * k * pitch * time) / (1 + ((k * pitch - centre) / 500) ** 2)
            for k in range(1, 25)
        )
        audio[at : at + count] = word * np.sin(np.linspace(0, np.pi, count))
        at += count + int(rng.uniform(0.15, 0.6) * RATE)
    return 0.05 * audio / np.sqrt(np.mean(audio**2)) + rng.normal(size=len(audio)) * 1e-4


def row(path, kind, speaker, split):
    return {
        "path": path, "seconds": "8", "sample_rate": str(RATE), "kind": kind, "speaker": speaker, "sex": "?",
        "language": "xx", "style": "made", "source": "made", "licence": "CC0", "split": split,
    }  # fmt: skip


def write_manifest(folder, rows):
    with (folder / "manifest.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def make_pool(folder):
    """Write the pool; returns the manifest's rows."""
    rng = np.random.default_rng(3)
    rows = []
    for split, speakers in (("train", 5), ("dev", 3)):
        for index in range(speakers):
            path = f"speech/{split}{index}.flac"
            (folder / "speech").mkdir(parents=True, exist_ok=True)
            soundfile.write(
                folder / path, voice(rng, 8, 95 + 35 * index + (15 if split == "dev" else 0)), RATE
            )
            rows.append(row(path, "speech", f"{split}{index}", split))
        for group in ("room", "hold_music", "keyboard", "ring_tone"):
            path = f"noise/{group}/{split}.flac"
            (folder / "noise" / group).mkdir(parents=True, exist_ok=True)
            soundfile.write(folder / path, rng.normal(size=3 * RATE) * 0.02, RATE)
            rows.append(row(path, "noise", "", split))
    write_manifest(folder, rows)
    return rows
