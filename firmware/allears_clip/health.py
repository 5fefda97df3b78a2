# What went wrong, counted, and told in HEALTH records: codes, counts and the place in the code, never sound.
from allears_core.records import HEALTH, HEALTH_CODES

from .crashes import traceback

_DETAIL_BYTES = 160
_EXCEPTION = HEALTH_CODES.index("exception")


class Health:
    """emit(layout, values): the log. hop(): hops since boot. exceptions: how many since boot."""

    def __init__(self, emit, hop):
        self.exceptions = 0
        self._last_exception = None
        self._emit = emit
        self._hop = hop
        self._counts = [0] * len(HEALTH_CODES)

    def note(self, name, detail=b"", times=1):
        """Count `times` of the health code `name` and log the sum. detail: UTF-8 bytes."""
        code = HEALTH_CODES.index(name)
        self._counts[code] += times
        values = {
            "hop": self._hop(),
            "code": code,
            "count": self._counts[code],
            "detail": detail[:_DETAIL_BYTES],
        }
        self._emit(HEALTH, values)

    def count(self, name):
        """How often `name` was noted since boot."""
        return self._counts[HEALTH_CODES.index(name)]

    def exception(self, error):
        """An exception that the main loop survived; one that comes again and again is logged ever more rarely."""
        self.exceptions += 1
        text = describe(error)
        if text != self._last_exception or not self.exceptions & (self.exceptions - 1):
            self._last_exception = text
            self.note("exception", text, self.exceptions - self._counts[_EXCEPTION])


def describe(error):
    """One line as UTF-8 bytes: what it was and where it happened."""
    return shorten(traceback(error))


def shorten(text):
    """The last line of a traceback as UTF-8 bytes, with the place where it happened."""
    lines = text.strip().split("\n")
    where = ""
    for line in lines:
        if line.strip().startswith("File "):
            where = line.strip()
    return (lines[-1] + (" (" + where + ")" if where else "")).encode()
