"""A clip's volume over the link: the clip itself writes under another name, verifies and renames."""

from collections.abc import Callable

from allears.device import Clip
from allears.errors import DeviceError
from allears_core.messages import CAP_FILES


class LinkTarget:
    """Volume of an open clip. Raises DeviceError for a clip that takes no files over the link."""

    def __init__(self, clip: Clip):
        if not clip.hello.capabilities & CAP_FILES:
            raise DeviceError(f"the clip on {clip.path} takes no files over the link", "use --via repl")
        self._clip = clip

    def hash_of(self, path: str) -> str | None:
        """SHA-256 in hex, None where there is no such file."""
        found = self._clip.file_hash(path)
        return found.hex() if found else None

    def write(self, files: dict[str, bytes], sent: Callable[[int], None]) -> None:
        """Replace files one by one; a cut leaves each either old or new."""
        for path, data in files.items():
            done = 0

            def progress(so_far: int) -> None:
                nonlocal done
                sent(so_far - done)
                done = so_far

            self._clip.put_file(path, data, progress)

    def remove(self, paths: list[str]) -> None:
        """DeviceError: the link replaces files, it removes none."""
        raise DeviceError(
            f"{paths[0]} on the clip hides the file just written", "run this again with --via repl"
        )
