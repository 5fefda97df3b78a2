"""Where secrets are kept: a folder of files that only their owner can read, or the operating system's keyring."""

import contextlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Protocol

from allears.errors import AllEarsError, BadInput
from allears.keys.secrets import UnitSecrets, from_json

SERVICE = "allears"
_INDEX = "units"  # a keyring cannot be listed: the entry of this name lists our units
_OWNER_ONLY = 0o600
_REAL = 1  # priority from which a keyring's backend keeps what it is given


class Place(Protocol):
    """Keeps the secrets of units. name: for people."""

    name: str

    def read(self, unit: str) -> UnitSecrets | None: ...
    def write(self, secrets: UnitSecrets) -> None: ...
    def remove(self, unit: str) -> None: ...
    def units(self) -> list[str]: ...


class Folder:
    """One file a unit, UNIT.json. Raises BadInput for a file that others can read, or that holds no keys."""

    def __init__(self, path: Path):
        self.path = path
        self.name = str(path)

    def read(self, unit: str) -> UnitSecrets | None:
        path = self._file(unit)
        try:
            mode = path.stat().st_mode
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return None
        if stat.S_IMODE(mode) & ~_OWNER_ONLY:
            raise BadInput(f"others can read the keys in {path}", f"run `chmod 600 {path}`")
        found = from_json(text, str(path))
        if found.unit != unit:
            raise BadInput(f"{path} holds the keys of unit {found.unit}", "give the file that unit's name")
        return found

    def write(self, secrets: UnitSecrets) -> None:
        """On disk when it returns; the file is the old or the new, never a part."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(self._file(secrets.unit), secrets.to_json())

    def remove(self, unit: str) -> None:
        self._file(unit).unlink(missing_ok=True)

    def units(self) -> list[str]:
        return sorted(path.stem for path in self.path.glob("*.json"))

    def _file(self, unit: str) -> Path:
        return self.path / f"{unit}.json"


class Ring:
    """The operating system's keyring, one entry a unit."""

    name = "keyring"

    def __init__(self, backend: Any):
        self._backend = backend

    def read(self, unit: str) -> UnitSecrets | None:
        text = self._get(unit)
        return None if text is None else from_json(text, "the keyring")

    def write(self, secrets: UnitSecrets) -> None:
        self._set(secrets.unit, secrets.to_json())
        if secrets.unit not in self.units():
            self._set(_INDEX, json.dumps([*self.units(), secrets.unit]))

    def remove(self, unit: str) -> None:
        self._set(_INDEX, json.dumps([one for one in self.units() if one != unit]))
        if self._get(unit) is not None:
            with _in_our_words():
                self._backend.delete_password(SERVICE, unit)

    def units(self) -> list[str]:
        return sorted(json.loads(self._get(_INDEX) or "[]"))

    def _get(self, name: str) -> str | None:
        with _in_our_words():
            text = self._backend.get_password(SERVICE, name)
        return None if text is None else str(text)

    def _set(self, name: str, text: str) -> None:
        with _in_our_words():
            self._backend.set_password(SERVICE, name, text)


def system_ring() -> Ring | None:
    """The keyring of this desktop, None where there is none that keeps anything."""
    import keyring

    backend = keyring.get_keyring()
    return Ring(backend) if backend.priority >= _REAL else None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on, and in one go."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _in_our_words() -> Any:
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as error:
        reason = str(error).strip().splitlines()
        raise AllEarsError(
            f"the keyring did not open ({reason[0] if reason else type(error).__name__})",
            "unlock it, or set ALLEARS_KEYS to a folder of your own for key files",
        ) from error
