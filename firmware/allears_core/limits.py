# What a site allows: for some settings a lowest and a highest value inside the table's own range. An agent changes
# their settings within them.
from .errors import BAD_VALUE, CoreError
from .settings import BY_ID, BY_KEY, TABLE, check


class Limits:
    """Limits by key. Settings without one have their whole range."""

    def __init__(self, ranges=None):
        """ranges: dictionary key -> (lowest, highest). Raises CoreError(BAD_VALUE)."""
        self._ranges = {}
        for key, limit in (ranges or {}).items():
            self.set(key, limit[0], limit[1])

    def set(self, key, lowest, highest):
        """Limit one setting; its whole range takes the limit away. Raises CoreError(BAD_VALUE)."""
        check(key, lowest)
        check(key, highest)
        if lowest > highest:
            raise CoreError(
                BAD_VALUE, "%s: the lowest, %d, is above the highest, %d" % (key, lowest, highest)
            )
        row = BY_KEY[key]
        if (lowest, highest) == (row[3], row[4]):
            self._ranges.pop(key, None)
        else:
            self._ranges[key] = (lowest, highest)

    def set_by_id(self, setting, lowest, highest):
        """As set(), by the setting's number."""
        if setting not in BY_ID:
            raise CoreError(BAD_VALUE, "there is no setting number %d" % setting)
        self.set(BY_ID[setting][1], lowest, highest)

    def admit(self, settings):
        """Raise CoreError(BAD_VALUE) for the first of `settings` that lies outside its limit."""
        for key, lowest, highest in self.rows():
            if not lowest <= getattr(settings, key) <= highest:
                raise CoreError(
                    BAD_VALUE, "the site allows %s from %d to %d %s" % (key, lowest, highest, BY_KEY[key][5])
                )

    def rows(self):
        """List of (key, lowest, highest) in table order."""
        return [(row[1],) + self._ranges[row[1]] for row in TABLE if row[1] in self._ranges]

    def ranges(self):
        """Dictionary key -> [lowest, highest], for a file."""
        return {key: [lowest, highest] for key, lowest, highest in self.rows()}
