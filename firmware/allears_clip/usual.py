# What is usual for this clip's agent, kept on the flash from one run to the next: a few small integers in a file.
import json

from allears_core.baseline import Baseline

from . import files


class Usual:
    """baseline: core's Baseline, one object for the whole run. problem: what was wrong with the file, else None."""

    def __init__(self, path):
        self._path = path
        self.problem = None
        self.baseline = Baseline()
        raw = files.read_whole(path)
        if raw is not None:
            try:
                self.baseline = Baseline(json.loads(raw))
            except (ValueError, TypeError) as error:
                self.problem = "stored baseline refused: %s" % error
        self._kept = self.baseline.values()

    def keep(self):
        """Write it down if a call has changed it."""
        values = self.baseline.values()
        if values != self._kept:
            files.write_whole(self._path, json.dumps(values).encode())
            self._kept = values
