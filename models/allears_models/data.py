"""The audio pool: a folder with a manifest.csv (path, kind, speaker, language, source, licence, split)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from allears_core.params import SAMPLE_RATE_HZ

Audio = npt.NDArray[np.float32]
COLUMNS = ("path", "kind", "speaker", "language", "source", "licence", "split")
SILENT_DBFS = -70.0
CLIPPED_SHARE = 0.002  # more of the samples than this at full scale: a damaged recording


class DataError(ValueError):
    """The pool cannot be used; the message names the cause and the next step."""


@dataclass(frozen=True)
class Clip:
    """One usable file. `group` is the noise class or the speech source; audio is float32, full scale 1.0."""

    path: str
    kind: str
    group: str
    speaker: str
    language: str
    split: str
    audio: Audio


@dataclass(frozen=True)
class Rejected:
    """A row that is not used, by its line in the manifest (the header is line 1), and why."""

    line: int
    path: str
    reason: str


@dataclass(frozen=True)
class Pool:
    """What a manifest gave: usable clips of speech and noise, and the rejected rows."""

    clips: tuple[Clip, ...]
    rejected: tuple[Rejected, ...]

    def speech(self, split: str) -> list[Clip]:
        """The speech clips of a split."""
        return [clip for clip in self.clips if clip.kind == "speech" and clip.split == split]

    def noise(self, split: str) -> list[Clip]:
        """The noise clips of a split."""
        return [clip for clip in self.clips if clip.kind == "noise" and clip.split == split]


def read_audio(path: Path, channels: int = 1) -> Audio:
    """float32 samples (n,) or (n, channels) of an 8 kHz file. Raises DataError for anything else."""
    try:
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise DataError(f"cannot be read ({error})") from error
    if rate != SAMPLE_RATE_HZ:
        raise DataError(f"is at {rate} Hz, not {SAMPLE_RATE_HZ}")
    if audio.shape[1] != channels:
        raise DataError(f"has {audio.shape[1]} channels, not {channels}")
    return audio[:, 0] if channels == 1 else audio


def check_audio(audio: Audio) -> str | None:
    """Why this audio must not be trained on, or None: empty, not finite, silent or clipped."""
    if len(audio) < SAMPLE_RATE_HZ // 10:
        return "is shorter than 0.1 s"
    if not np.isfinite(audio).all():
        return "holds samples that are not numbers"
    if 10 * np.log10(float(np.mean(audio**2)) + 1e-12) < SILENT_DBFS:
        return f"is silent (below {SILENT_DBFS:.0f} dBFS)"
    if float(np.mean(np.abs(audio) >= 0.999)) > CLIPPED_SHARE:
        return "is clipped"
    return None


def load_pool(folder: Path) -> Pool:
    """Every usable speech and noise clip of `folder`. Raises DataError without a readable manifest."""
    manifest = folder / "manifest.csv"
    try:
        with manifest.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(f"{manifest} has no column {missing[0]}: see docs/models.md for the format")
            rows = list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{manifest} cannot be read ({error}): name a folder with a manifest.csv") from error
    clips: list[Clip] = []
    rejected: list[Rejected] = []
    for line, row in enumerate(rows, start=2):
        if row["kind"] not in ("speech", "noise"):
            continue
        try:
            clips.append(_load_clip(folder, row))
        except DataError as error:
            rejected.append(Rejected(line, row["path"] or "", str(error)))
    return Pool(tuple(clips), tuple(rejected))


def _load_clip(folder: Path, row: dict[str, str]) -> Clip:
    if not row["path"] or row["split"] is None:
        raise DataError("the row is not complete")
    audio = read_audio(folder / row["path"])
    reason = check_audio(audio)
    if reason:
        raise DataError(reason)
    group = Path(row["path"]).parent.name if row["kind"] == "noise" else row["source"]
    speaker = f"{row['source']}/{row['speaker']}"
    return Clip(row["path"], row["kind"], group, speaker, row["language"], row["split"], audio)


def require(pool: Pool, speech: int, noise: int) -> None:
    """Raise DataError unless the pool holds at least the files that a configuration says it trains on."""
    for kind, least in (("speech", speech), ("noise", noise)):
        found = sum(clip.kind == kind for clip in pool.clips)
        if found < least:
            raise DataError(
                f"the configuration asks for {least} {kind} files and {found} are usable: "
                "repair the rows listed by `data`, or lower the number in the configuration"
            )


def read_segments(path: Path) -> dict[str, list[tuple[float, float]]]:
    """(start, end) seconds of speech by clip, from a CSV of path, start, end. Raises DataError."""
    segments: dict[str, list[tuple[float, float]]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                segments.setdefault(row["path"], []).append((float(row["start"]), float(row["end"])))
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read ({error!r}): it needs the columns path, start, end"
        ) from error
    return segments
