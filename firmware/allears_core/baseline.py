# What is usual for this agent: running means of level and pace over the calls of this clip, small integers that the
# clip keeps in a file. Too few calls are not enough data.
from .compat import const
from .fields import NONE_U16
from .params import LEVEL_FLOOR_Q8, hops_up

NO_LEVEL_Q8 = -32768  # "not enough data" in a level field
_LEAST_CALLS = const(8)
_MOST_CALLS = const(32)  # a running mean over about the last 32 calls
LEAST_SPEECH_HOPS = hops_up(20000)  # of the agent, for a call to count


class Baseline:
    """calls: how many count so far, up to 32; level, pace: means << 8, in the CALL record's own units."""

    def __init__(self, stored=None):
        """stored: what values() gave in an earlier run. Raises ValueError for anything else."""
        kept = (0, 0, 0) if stored is None else _checked(stored)
        self.calls = kept[0]
        self.level = kept[1]
        self.pace = kept[2]

    def values(self):
        """Three small integers to keep."""
        return [self.calls, self.level, self.pace]

    def level_q8(self):
        """The agent's usual level, dBFS Q8; NO_LEVEL_Q8 while there is not enough data."""
        return self.level >> 8 if self.calls >= _LEAST_CALLS else NO_LEVEL_Q8

    def pace_q4(self):
        """The agent's usual pace, syllables a second Q4; NONE_U16 while there is not enough data."""
        return self.pace >> 8 if self.calls >= _LEAST_CALLS else NONE_U16

    def add(self, agent_hops, level_q8, pace_q4):
        """A call has ended. True if it counts."""
        if agent_hops < LEAST_SPEECH_HOPS or pace_q4 == NONE_U16:
            return False
        if self.calls < _MOST_CALLS:
            self.calls += 1
        self.level += ((level_q8 << 8) - self.level) // self.calls
        self.pace += ((pace_q4 << 8) - self.pace) // self.calls
        return True


def _checked(stored):
    if len(stored) != 3 or not all(isinstance(value, int) for value in stored):
        raise ValueError("a baseline is three whole numbers")
    calls, level, pace = stored
    if not (0 <= calls <= _MOST_CALLS and LEVEL_FLOOR_Q8 << 8 <= level <= 0 and 0 <= pace < NONE_U16 << 8):
        raise ValueError("a baseline's number is out of range")
    return calls, level, pace
