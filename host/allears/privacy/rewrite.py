"""Rows that are deleted still lie in the file until it is written anew. This does that, and looks afterwards."""

import contextlib
import mmap
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from allears.errors import AllEarsError
from allears.store.schema import literal, quoted

_CHUNK = 1 << 20
SEARCHED_MIN = 5  # bytes: shorter texts stand in any file by chance


def rewrite(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy what the open store at `path` still holds into a new file and put that in its place; closes `connection`.

    The old file and its write-ahead log are overwritten before they go. The new file is whole before the old one is
    touched. Raises AllEarsError when the disk is full or fails; then the old file stays.
    """
    fresh, old = _beside(path)
    try:
        _tidy(path)
        name = connection.execute("SELECT current_database()").fetchall()[0][0]
        before = os.umask(0o077)  # nobody else may read the copy while it is written
        try:
            connection.execute(f"ATTACH {literal(fresh)} AS fresh")
        finally:
            os.umask(before)
        connection.execute(f"COPY FROM DATABASE {quoted(name)} TO fresh")
        connection.execute("CHECKPOINT fresh")
        connection.execute("DETACH fresh")
        connection.close()
        os.chmod(fresh, path.stat().st_mode & 0o777)
        os.link(path, old)  # so that there is a whole store at `path` at every moment
        os.replace(fresh, path)
        _sync(path)
        erase(path.with_name(path.name + ".wal"))
    except (OSError, duckdb.Error) as error:
        raise AllEarsError(
            f"the store {path} could not be written anew ({str(error).splitlines()[0]})",
            "free as much space as the store takes, and do it again: rows are deleted, their bytes may remain",
        ) from error
    finally:
        connection.close()
        _tidy(path)


def _beside(path: Path) -> tuple[Path, Path]:
    """Where the new store is written, and where the old one stands until it is overwritten."""
    return path.with_name(path.name + ".fresh"), path.with_name(path.name + ".old")


def _tidy(path: Path) -> None:
    """Take away what this rewrite, or one that was cut short, leaves beside the store."""
    fresh, old = _beside(path)
    if old.exists() and old.samefile(path):
        old.unlink()  # another name of the store itself: its bytes are wanted
    for left in (old, fresh, fresh.with_name(fresh.name + ".wal")):
        erase(left)


def erase(path: Path) -> bool:
    """Overwrite a file with zeros, on disk, and remove it; False if there is none."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return False
    with path.open("r+b") as file:
        for at in range(0, size, _CHUNK):
            file.write(bytes(min(_CHUNK, size - at)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return True


def _sync(path: Path) -> None:
    """The new file and its place in the folder are on disk when this returns."""
    for one in (path, path.parent):
        number = os.open(one, os.O_RDONLY)
        os.fsync(number)
        os.close(number)


def search(files: Iterable[Path], texts: Sequence[str], whole_words: bool = False) -> dict[Path, int]:
    """How often any of `texts` stands in each file, in UTF-8 or UTF-16; only files where it does.

    whole_words: not inside a longer word, for files of text; a database packs words without a gap. Texts shorter than
    SEARCHED_MIN bytes are not searched for.
    """
    wanted = [re.escape(text.encode(code)) for text in texts if is_searched(text) for code in _CODES]
    if not wanted:
        return {}
    either = b"|".join(wanted)
    pattern = re.compile(rb"(?<![0-9A-Za-z_])(?:" + either + rb")(?![0-9A-Za-z_])" if whole_words else either)
    found = {path: _count(path, pattern) for path in files if path.is_file()}
    return {path: times for path, times in found.items() if times}


_CODES = ("utf-8", "utf-16-le", "utf-16-be")


def is_searched(text: str) -> bool:
    """Whether a text is long enough that it does not stand in any file by chance."""
    return len(text.encode()) >= SEARCHED_MIN


def _count(path: Path, pattern: re.Pattern[bytes]) -> int:
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return 0
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            return sum(1 for _ in pattern.finditer(content))
        finally:
            with contextlib.suppress(BufferError):  # one cut short still looks at it, and takes it along
                content.close()
