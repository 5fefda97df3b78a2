"""Reading an export of agent states in the neutral form: agent,state,start,end."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from allears.errors import BadInput, MissingInput
from allears.store.rows import AcdState

COLUMNS = ("agent", "state", "start", "end")
STATES = ("talk", "hold", "acw", "ready", "break", "other")
LONGEST = dt.timedelta(hours=24)  # a longer state is a wrong date, not a shift


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row; line counts from 1 and includes the header."""

    line: int
    text: str


@dataclass(frozen=True)
class Export:
    """Rows of one file: states that can be used with the line each stands on, and what is wrong with the others."""

    states: list[AcdState]
    lines: list[int]
    errors: list[RowError]

    @property
    def rows(self) -> int:
        """Rows in the file, the header left out."""
        return len(self.states) + len({error.line for error in self.errors} - set(self.lines))


def read(path: Path) -> Export:
    """Read a neutral export. Raises MissingInput, or BadInput when it is no such table at all.

    UTF-8, with or without a byte order mark; times are ISO 8601 with their offset from UTC.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text", "save it as CSV UTF-8") from error
    except OSError as error:
        raise MissingInput(f"{path} cannot be read ({error.strerror})", "check the path") from error
    reader = csv.DictReader(io.StringIO(text), restkey="more", restval=None, strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BadInput(
            f"{path} has no column {', '.join(missing)}", f"its first line must name {','.join(COLUMNS)}"
        )
    try:
        return _rows(reader)
    except csv.Error as error:
        raise BadInput(
            f"{path} is no CSV table at line {reader.line_num} ({error})", "export it again"
        ) from error


def _rows(reader: "csv.DictReader[str]") -> Export:
    states, lines, errors = [], [], []
    for row in reader:
        try:
            states.append(_state(row))
            lines.append(reader.line_num)
        except ValueError as error:
            errors.append(RowError(reader.line_num, str(error)))
    errors += overlaps(states, lines)
    return Export(states, lines, sorted(errors, key=lambda error: error.line))


def _state(row: dict[str, str]) -> AcdState:
    if "more" in row or any(row[name] is None for name in COLUMNS):
        raise ValueError("has not as many fields as the first line")
    agent, state = row["agent"].strip(), row["state"].strip().lower()
    if not agent:
        raise ValueError("names no agent")
    if not agent.isprintable():  # as `provision` has it, so no clip bears such a name
        raise ValueError("names an agent with characters that cannot be printed")
    if state not in STATES:
        raise ValueError(f"unknown state {row['state']!r}, known are {', '.join(STATES)}")
    start, end = _time(row["start"], "start"), _time(row["end"], "end")
    if end < start:
        raise ValueError(f"ends {start - end} before it starts")
    if end - start > LONGEST:
        raise ValueError(f"lasts {end - start}, longer than {LONGEST}")
    return AcdState(agent, state, start, end)


def _time(text: str, name: str) -> dt.datetime:
    try:
        time = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{name} {text!r} is no ISO 8601 time") from None
    if time.tzinfo is None:
        raise ValueError(f"{name} {text!r} has no offset from UTC")
    try:
        time.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError(f"{name} {text!r} is outside the calendar") from None
    return time


def overlaps(states: Sequence[AcdState], lines: Sequence[int]) -> list[RowError]:
    """Errors for rows that begin before an earlier row of the same agent has ended. Zero-length rows touch, only."""
    errors = []
    order = sorted(range(len(states)), key=lambda at: (states[at].agent, states[at].start, states[at].end))
    newest: int | None = None
    for before, at in pairwise([None, *order]):
        assert at is not None
        if before is None or newest is None or states[newest].agent != states[at].agent:
            newest = at
            continue
        if states[at].start < states[newest].end:
            errors.append(RowError(lines[at], f"overlaps line {lines[newest]} of the same agent"))
        if states[at].end > states[newest].end:
            newest = at
    return errors
