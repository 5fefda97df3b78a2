"""The zone in which days begin and half-hours are counted."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allears.errors import BadInput

_LOCALTIME = Path("/etc/localtime")
_MARK = "zoneinfo/"


def zone(name: str | None = None) -> ZoneInfo:
    """Zone by IANA name; without one, the machine's ($TZ, else /etc/localtime), else UTC. BadInput if unknown."""
    chosen = name or os.environ.get("TZ", "").removeprefix(":") or _machine() or "UTC"
    try:
        return ZoneInfo(chosen)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(
            f"there is no time zone {chosen}", "name one like Europe/Berlin with --time-zone"
        ) from error


def _machine() -> str:
    """The machine's zone where /etc/localtime is the usual link into the zone files, else an empty text."""
    if not _LOCALTIME.is_symlink():
        return ""
    _, mark, name = str(_LOCALTIME.resolve()).partition(_MARK)
    return name if mark else ""
