"""The demo call's script: who says what, and when each line starts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allears_core import params

DATA_FOLDER = Path(__file__).parent / "data"
SIDES = ("agent", "customer")


@dataclass(frozen=True)
class Line:
    """One utterance. It starts `wait_s` after `anchor` ends, or after it begins where `from_start` is set."""

    id: str
    side: str
    text: str
    anchor: str | None  # None: the call's first line
    from_start: bool
    wait_s: float
    expect: str | None  # the event this line is written to cause: kind, or kind/subtype


@dataclass(frozen=True)
class Script:
    title: str
    lead_in_s: float  # line noise before the first word
    tail_s: float  # and after the last
    lines: tuple[Line, ...]


def load_script(folder: Path = DATA_FOLDER) -> Script:
    """The script in `folder`. Raises ValueError, naming the line, where it contradicts itself."""
    with open(folder / "script.toml", "rb") as file:
        raw = tomllib.load(file)
    lines: list[Line] = []
    for entry in raw["line"]:
        line = _line(entry)
        _check(line, lines)
        lines.append(line)
    return Script(raw["title"], raw["lead_in_s"], raw["tail_s"], tuple(lines))


def _line(entry: dict[str, Any]) -> Line:
    return Line(
        id=entry["id"],
        side=entry["side"],
        text=entry["text"],
        anchor=entry.get("into") or entry.get("after"),
        from_start="into" in entry,
        wait_s=entry.get("wait_s", 0.0),
        expect=entry.get("expect"),
    )


def _check(line: Line, earlier: list[Line]) -> None:
    known = {other.id for other in earlier}
    if line.side not in SIDES:
        raise ValueError(f"line {line.id}: side must be one of {SIDES}, not {line.side!r}")
    if line.id in known:
        raise ValueError(f"line {line.id}: the id is used twice")
    if earlier and line.anchor not in known:
        raise ValueError(f"line {line.id}: starts from {line.anchor!r}, which is no earlier line")


def place(script: Script, lengths: Mapping[str, int]) -> dict[str, int]:
    """First sample of every line at 8 kHz, given each utterance's length in samples."""
    starts: dict[str, int] = {}
    for line in script.lines:
        if line.anchor is None:
            starts[line.id] = samples(script.lead_in_s)
            continue
        anchor = starts[line.anchor] + (0 if line.from_start else lengths[line.anchor])
        starts[line.id] = anchor + samples(line.wait_s)
    return starts


def samples(seconds: float) -> int:
    """Seconds as whole samples at 8 kHz."""
    return round(seconds * params.SAMPLE_RATE_HZ)
