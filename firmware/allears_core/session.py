# What a shift adds up to: sums over its calls, one SESSION record when it ends.
from .records import SESSION

_SUMMED = (
    "agent_hops", "customer_hops", "joint_hops", "blanked_hops", "hold_hops", "dead_air_count", "dead_air_hops",
    "talk_overs", "acknowledgements", "early_answers", "cues",
)  # fmt: skip


class Session:
    """emit(layout, values). number: counts up from 1 with each session that had a call."""

    def __init__(self, emit):
        self._emit = emit
        self.number = 1
        self._begin(0)

    def _begin(self, hop):
        self._start = hop
        self._calls = 0
        self._sums = dict.fromkeys(_SUMMED, 0)

    def add(self, call):
        """A call ended: the values of its CALL record."""
        self._calls += 1
        for name in _SUMMED:
            self._sums[name] += call[name]

    def start(self, hop):
        """A shift begins with `hop`."""
        self.end(hop)
        self._begin(hop)

    def end(self, hop):
        """The shift ends before `hop`: one record, unless there was no call."""
        if self._calls:
            values = dict(self._sums)
            values["session"] = self.number
            values["start_hop"] = self._start
            values["end_hop"] = hop
            values["calls"] = self._calls
            self._emit(SESSION, values)
            self.number += 1
        self._begin(hop)
