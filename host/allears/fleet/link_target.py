"""A clip's application over the link: a whole new one into the spare slot, on trial, confirmed by the clip."""

import hashlib
from collections.abc import Callable

from allears.device import Clip, updating
from allears.errors import DeviceError
from allears.fleet import slot
from allears.fleet.bundle import START_FILES, Bundle
from allears_core.messages import CAP_SLOTS


class LinkTarget:
    """Application of an open clip. Raises DeviceError for a clip that takes none over the link.

    key: the unit's update key, None for a clip without keys; older: an older version is meant.
    """

    def __init__(self, clip: Clip, key: bytes | None = None, older: bool = False):
        if not clip.hello.capabilities & CAP_SLOTS:
            raise DeviceError(
                f"the clip on {clip.path} takes no application over the link",
                "use --via repl, or the file to drag onto it (docs/building.md)",
            )
        self._clip = clip
        self._key = key
        self._older = older

    def hash_of(self, path: str) -> str | None:
        """SHA-256 in hex of a file of the application that runs, None where there is no such file."""
        found = self._clip.file_hash(path)
        return found.hex() if found else None

    def holds(self, bundle: Bundle) -> bool:
        """True if a slot with exactly this bundle runs."""
        meant = hashlib.sha256(slot.opened(bundle.image).head).hexdigest()
        return updating.slots(self._clip).digest == meant

    def install(
        self, bundle: Bundle, changed: dict[str, bytes], stale: bool, sent: Callable[[int], None]
    ) -> None:
        """Bring `bundle`, of which `changed` is new to the clip, into force; stale: not by START_FILES alone.

        A cut leaves the application that runs, or this one on trial, whose confirmation is waited for then; one that
        does not start well is given up by the clip, which is a DeviceError. What stands outside the slots follows when
        the new application is confirmed.
        """
        image = slot.opened(bundle.image)
        if stale:
            updating.send(self._clip, image, self._key, self._older, sent)
        if updating.slots(self._clip).left == slot.STARTS:  # it is chosen and was never started
            self._clip.restart()
        updating.confirmed(self._clip, image)
        for path in START_FILES:
            if path in changed:
                self._clip.put_file(path, changed[path])
