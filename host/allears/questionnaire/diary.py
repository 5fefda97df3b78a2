"""The agent's own file of answers: only its owner may read it, and nothing else of the product opens it."""

import datetime as dt
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from allears.errors import AllEarsError, BadInput, MissingInput
from allears.questionnaire.cbi import SCALES, Answers, ScaleResult, evaluate

ENVIRONMENT = "ALLEARS_DIARY"
_SCHEMA = 1
_OWNER_ONLY = 0o600


def default_path() -> Path:
    """$ALLEARS_DIARY, else the user's data folder: a file of its own, far from any store."""
    chosen = os.environ.get(ENVIRONMENT)
    if chosen:
        return Path(chosen)
    return Path(platformdirs.user_data_dir("allears-diary", False)) / "questionnaire.json"


@dataclass(frozen=True)
class Entry:
    """One time the questionnaire was answered."""

    date: dt.date
    answers: Answers

    def results(self) -> tuple[ScaleResult, ...]:
        """The three scales."""
        return evaluate(self.answers)


class Diary:
    """The file of one agent, at `path`. It is written whole, to the side and then into place, mode 0600."""

    def __init__(self, path: Path):
        self.path = path

    def entries(self) -> list[Entry]:
        """All entries, oldest first; none without a file. BadInput if the file is open to others or damaged."""
        try:
            mode = self.path.stat().st_mode & 0o777
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise MissingInput(
                f"{self.path} cannot be read ({error})", "choose another file with --file"
            ) from error
        if mode & 0o077:
            raise BadInput(
                f"{self.path} can be read by others (mode {mode:03o})",
                f"close it with `chmod 600 {self.path}`",
            )
        return _entries(text, self.path)

    def add(self, entry: Entry) -> None:
        """Write an entry; one of the same day is replaced."""
        kept = [one for one in self.entries() if one.date != entry.date]
        listed = sorted([*kept, entry], key=lambda one: one.date)
        rows = [
            {
                "date": one.date.isoformat(),
                "answers": {key: list(chosen) for key, chosen in one.answers.items()},
            }
            for one in listed
        ]
        self._write(json.dumps({"schema": _SCHEMA, "questionnaire": "CBI", "entries": rows}, indent=1))

    def erase(self) -> bool:
        """Overwrite and remove the file; False if there was none."""
        try:
            size = self.path.stat().st_size
            with self.path.open("r+b") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise AllEarsError(
                f"{self.path} could not be erased ({error.strerror})", "remove it by hand"
            ) from error
        return True

    def _write(self, text: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number, name = tempfile.mkstemp(
                dir=self.path.parent, prefix=self.path.name
            )  # mode 0600 by itself
            with os.fdopen(number, "w", encoding="utf-8") as file:
                os.fchmod(file.fileno(), _OWNER_ONLY)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except OSError as error:
            raise MissingInput(
                f"{self.path} cannot be written ({error.strerror})", "choose another file with --file"
            ) from error


def _entries(text: str, path: Path) -> list[Entry]:
    try:
        document: dict[str, Any] = json.loads(text)
        if document["schema"] != _SCHEMA:
            raise BadInput(f"{path} was written by a newer release", "upgrade allears")
        found = [
            Entry(
                dt.date.fromisoformat(row["date"]),
                {
                    scale.key: tuple(row["answers"][scale.key])
                    for scale in SCALES
                    if scale.key in row["answers"]
                },
            )
            for row in document["entries"]
        ]
        for entry in found:
            entry.results()
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path} is no questionnaire file", "move it away, or choose another with --file"
        ) from error
    return sorted(found, key=lambda entry: entry.date)
