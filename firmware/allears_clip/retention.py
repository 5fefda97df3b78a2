# How long the log keeps what it holds: by days of the hosts' clocks, since the clip has no calendar of its own.
import json

from . import files

_FILE = "ages.json"
_DAY_S = 86400


class Retention:
    """root: folder for the days at which segments were last written to, ends in "/".

    The clip cannot read its own sealed records: what it knows of a segment's age is the day of the last sweep that
    found it growing. One that was written before any host told the time counts from the day on which one did.
    """

    def __init__(self, root):
        self._path = root + _FILE
        try:
            self._days = json.loads(files.read_whole(self._path) or b"{}")
        except ValueError:
            self._days = {}
        self._swept_day = max([0] + list(self._days.values()))

    def sweep(self, log, utc_s, keep_days):
        """Delete every segment that was last written to more than `keep_days` ago; how many. utc_s: now."""
        today = utc_s // _DAY_S
        if today != self._swept_day:
            log.part()  # a segment holds one day at most, and goes with it
            self._swept_day = today
        days = {}
        dropped = 0
        for segment in log.segments.all():
            serial = str(segment.serial)
            newest = segment is log.segments.newest(segment.stream)
            day = today if newest else self._days.get(serial, today)
            if not newest and today - day > keep_days and log.drop(segment):
                dropped += 1
            else:
                days[serial] = day
        if days != self._days:
            self._days = days
            files.write_whole(self._path, json.dumps(days).encode())
        return dropped
