# Crash records: how runs ended that should not have. Kept beside the log, the newest few, for whoever looks after the
# clip; a traceback says where in the code it was, never what was heard.
import io
import json
import sys

from . import files

KEPT = 4
_TEXT_CHARS = 700
_LEFT = "crash.txt"  # by the run before this one
_RECORDS = "crashes.json"
_SAFE_AFTER = 3  # crashes in a row, none of the runs between them well


class Crashes:
    """root: folder of the records, ends in "/".

    records: list of [kind, version, ms since boot, text], the oldest first. total: ever. in_a_row: runs that crashed
    since one was well.
    """

    def __init__(self, root):
        self._path = root + _RECORDS
        self.records, self.total, self.in_a_row = [], 0, 0
        try:
            self.records, self.total, self.in_a_row = json.loads(files.read_whole(self._path) or b"")
        except (ValueError, TypeError):
            pass  # none so far

    @property
    def safe(self):
        """True where the clip should judge nothing and give no cues, until somebody has looked at it."""
        return self.in_a_row >= _SAFE_AFTER

    def take(self, root, cause, doing, version):
        """The record of the run before this one, None if it ended well. cause: of this reset; doing: code of the
        request it was busy with, 0 for none."""
        left = files.read_whole(root + _LEFT)
        if left is not None:
            record = _parse(left)
        elif cause in ("watchdog", "crash", "brown-out"):
            at = "while it answered request 0x%02x" % doing if doing else "between requests"
            record = [cause, version, 0, at]
        else:
            return None
        self.records = (self.records + [record])[-KEPT:]
        self.total += 1
        self.in_a_row += 1
        self._write()
        files.remove(root + _LEFT)
        return record

    def well(self):
        """This run is well."""
        if self.in_a_row:
            self.in_a_row = 0
            self._write()

    def _write(self):
        files.write_whole(self._path, json.dumps((self.records, self.total, self.in_a_row)).encode())


def leave(root, error, version, ms):
    """Leave word of the exception that ends this run, for the next one."""
    text = traceback(error)[-_TEXT_CHARS:]
    files.write_whole(root + _LEFT, json.dumps(["exception", version, ms, text]).encode())


def traceback(error):
    """The traceback as text, the place of the exception last."""
    if not hasattr(sys, "print_exception"):  # CPython, in the tests
        from traceback import format_exception

        return "".join(format_exception(error)).strip()
    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue().strip()


def _parse(left):
    try:
        kind, version, ms, text = json.loads(left)
        return [kind, version, ms, text]
    except (ValueError, TypeError):
        return ["exception", "", 0, left.decode()[-_TEXT_CHARS:]]  # a traceback as it is, of what never ran
