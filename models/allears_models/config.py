"""A configuration: which data, how much is simulated, how it is trained. One TOML file, every table optional."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allears_models.data import DataError
from allears_models.simulate import Family
from allears_models.train import Recipe


@dataclass(frozen=True)
class Simulation:
    """How many calls of which length, and the least number of files they must be drawn from."""

    train_calls: int = 2400
    dev_calls: int = 240
    seconds: float = 60.0
    seed: int = 1
    speech_files: int = 1
    noise_files: int = 1
    workers: int = 2


@dataclass(frozen=True)
class Config:
    """Everything a run is made from."""

    name: str = "duplex"
    simulation: Simulation = field(default_factory=Simulation)
    family: Family = field(default_factory=Family)
    train: Recipe = field(default_factory=Recipe)


def read_config(path: Path) -> Config:
    """The configuration in `path`. Raises DataError for a file that is missing or holds an unknown key."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(
            f"{path} cannot be used ({error}): name a configuration such as models/configs/duplex.toml"
        ) from error
    tables = {"simulation": Simulation, "family": Family, "train": Recipe}
    unknown = set(raw) - set(tables) - {"name"}
    if unknown:
        raise DataError(f"{path} has an unknown table {sorted(unknown)[0]!r}: known are {', '.join(tables)}")
    parts = {name: _fill(kind, raw.get(name, {}), path, name) for name, kind in tables.items()}
    return Config(name=str(raw.get("name", "duplex")), **parts)


def _fill(kind: type, values: dict[str, Any], path: Path, table: str) -> Any:
    known = {item.name for item in dataclasses.fields(kind)}
    for key in values:
        if key not in known:
            raise DataError(f"{path} has an unknown key {table}.{key}: known are {', '.join(sorted(known))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
