# What is counted for one call. Feeds the CALL record; nothing here can change an event or a cue.
from array import array

from . import turns
from .fields import NONE_U16
from .pace import Pace
from .params import LEVEL_FLOOR_Q8, hops_up

_OPENING_HOPS = hops_up(20000)
_BIN_HOPS = 4  # response gaps are kept in bins of 64 ms …
_BIN_ZERO = 32  # … from -2.05 s …
_LEVEL_BITS = 4  # levels are summed in Q4: small integers for ten hours of speech
_BINS = 128  # … to +6.1 s; what lies beyond counts in the outermost bin


def _mean_q8(total, hops):
    """Mean level, dBFS Q8, of `total` in Q4; LEVEL_FLOOR_Q8 without any speech."""
    return (total // hops) << _LEVEL_BITS if hops else LEVEL_FLOOR_Q8


class Gaps:
    """Distribution of response gaps in hops, in constant memory."""

    def __init__(self):
        self._bins = array("H", bytes(2 * _BINS))
        self.count = 0

    def reset(self):
        for i in range(_BINS):
            self._bins[i] = 0
        self.count = 0

    def add(self, gap_hops):
        """One response, hops from the customer's last to the agent's first word; negative if the agent was early."""
        at = gap_hops // _BIN_HOPS + _BIN_ZERO
        at = 0 if at < 0 else _BINS - 1 if at >= _BINS else at
        self._bins[at] += 1
        self.count += 1

    def quantile(self, percent):
        """Middle of the bin that holds the quantile (nearest rank), hops; 0 without any response."""
        rank = (self.count * percent + 99) // 100
        seen = 0
        for at in range(_BINS):
            seen += self._bins[at]
            if seen >= rank and self.count:
                return (at - _BIN_ZERO) * _BIN_HOPS + _BIN_HOPS // 2
        return 0


class Measures:
    """Counters of the running call, on settled hops."""

    def __init__(self):
        self.gaps = Gaps()
        self.pace = Pace()
        self.counts = [0] * len(turns.EVENT_KINDS)
        self.reset(0)

    def reset(self, start):
        """A call begins; `start`: hop of its first speech."""
        self.start = start
        self.gaps.reset()
        for kind in range(len(self.counts)):
            self.counts[kind] = 0
        self.agent_hops = self.customer_hops = self.joint_hops = 0
        self.blanked_hops = self.dead_air_hops = self.hold_hops = 0
        self.longest_agent = self.longest_customer = 0
        self.agent_turns = self.customer_turns = 0
        self.cues = 0
        self.opening_agent = self.opening_customer = 0
        self.first_word = NONE_U16
        self.opening_whole = 255
        self._agent_level = self._customer_level = 0
        self.customer_start = LEVEL_FLOOR_Q8
        self.doubts = 0
        self.pace.reset()

    def step(self, window):
        """One settled hop with speech; those before the call began are left out."""
        since = window.hop - self.start
        if since < 0:
            return
        agent = window.agent
        if agent:
            self.agent_hops += 1
            self._agent_level += window.agent_level >> _LEVEL_BITS
            if self.first_word == NONE_U16:
                self.first_word = since
        if window.customer:
            self.customer_hops += 1
            self._customer_level += window.customer_level >> _LEVEL_BITS
            if agent:
                self.joint_hops += 1
        if since < _OPENING_HOPS:
            self.opening_agent += agent
            self.opening_customer += window.customer

    def onset(self, onset, kind):
        """An agent's onset was classified."""
        if kind is not None:
            self.counts[kind] += 1
        if kind == turns.EARLY_ANSWER:
            self.gaps.add(onset.t0 - onset.customer_end - 1)
        elif kind is None and onset.answered >= self.start:
            self.gaps.add(onset.t0 - onset.answered - 1)

    def dead_air(self, length):
        """A silence ended, hops."""
        self.counts[turns.DEAD_AIR] += 1
        self.dead_air_hops += length

    def talk(self, length, monologue):
        """A stretch of the agent's talk ended, hops; whether it was long enough to be a monologue."""
        self.longest_agent = max(self.longest_agent, length)
        if monologue:
            self.counts[turns.MONOLOGUE] += 1

    def customer_turn(self, length, whole):
        """A customer turn ended: its hops, and whether it was left whole."""
        self.customer_turns += 1
        self.longest_customer = max(self.longest_customer, length)
        if self.opening_whole == 255:
            self.opening_whole = 1 if whole else 0

    def values(self, number, end):
        """Fields of the CALL record."""
        counts = self.counts
        opening = self.opening_agent + self.opening_customer
        return {
            "call": number,
            "start_hop": self.start,
            "end_hop": end,
            "agent_hops": self.agent_hops,
            "customer_hops": self.customer_hops,
            "joint_hops": self.joint_hops,
            "blanked_hops": self.blanked_hops,
            "hold_hops": self.hold_hops,
            "dead_air_count": counts[turns.DEAD_AIR],
            "dead_air_hops": self.dead_air_hops,
            "longest_agent_hops": self.longest_agent,
            "longest_customer_hops": self.longest_customer,
            "talk_overs": counts[turns.TALK_OVER],
            "acknowledgements": counts[turns.ACKNOWLEDGEMENT],
            "early_answers": counts[turns.EARLY_ANSWER],
            "simultaneous_starts": counts[turns.SIMULTANEOUS],
            "agent_turns": self.agent_turns,
            "customer_turns": self.customer_turns,
            "gap_count": self.gaps.count,
            "gap_median_hops": self.gaps.quantile(50),
            "gap_p90_hops": self.gaps.quantile(90),
            "first_word_hops": self.first_word,
            "opening_share_q8": (self.opening_agent << 8) // opening if opening else NONE_U16,
            "opening_whole": self.opening_whole,
            "cues": self.cues,
            "agent_level_q8": _mean_q8(self._agent_level, self.agent_hops),
            "customer_level_q8": _mean_q8(self._customer_level, self.customer_hops),
            "customer_start_q8": self.customer_start,
            "loud_count": counts[turns.LOUD_CUSTOMER],
            "pace_q4": self.pace.rate_q4(),
            "doubts": self.doubts,
        }
