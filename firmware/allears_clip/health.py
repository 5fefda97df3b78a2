# What went wrong, counted, and told in HEALTH records: codes, counts and the place in the code, never sound.
import io
import sys

from allears_core.records import HEALTH, HEALTH_CODES

from . import files

_DETAIL_BYTES = 160
_EXCEPTION = HEALTH_CODES.index("exception")
_CRASH_FILE = "crash.txt"  # beside the log; left by the run before this one


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

    def exception(self, error):
        """An exception that the main loop survived; one that comes again and again is logged ever more rarely."""
        self.exceptions += 1
        text = describe(error)
        if text != self._last_exception or not self.exceptions & (self.exceptions - 1):
            self._last_exception = text
            self.note("exception", text, self.exceptions - self._counts[_EXCEPTION])

    def last_crash(self, root):
        """Log what ended the run before this one, where it left word, and take the word away."""
        left = files.read_whole(root + _CRASH_FILE)
        if left is not None:
            self.exceptions += 1
            self.note("exception", b"crash: " + left)
            files.remove(root + _CRASH_FILE)


def leave_crash(root, error):
    """Leave word of the exception that ends this run, for the next one's log."""
    files.write_whole(root + _CRASH_FILE, describe(error))


def describe(error):
    """One line as UTF-8 bytes: what it was and where it happened."""
    lines = _traceback(error).strip().split("\n")
    where = ""
    for line in lines:
        if line.strip().startswith("File "):
            where = line.strip()
    return (lines[-1] + (" (" + where + ")" if where else "")).encode()


def _traceback(error):
    if not hasattr(sys, "print_exception"):  # CPython, in the tests
        import traceback

        return "".join(traceback.format_exception(error))
    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue()
