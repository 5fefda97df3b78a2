# For the programs of the bench: counting instructions and bytes of heap.
from array import array

import micropython
import target

_MASK = 0x3FFFFFFF  # readings are modulo 2**30


def _overhead():
    """Instructions between two readings with nothing in between."""
    begin = target.insns()
    return (target.insns() - begin) & _MASK


OVERHEAD = _overhead()


class Counter:
    """Instructions of many runs of one thing; counting allocates nothing."""

    def __init__(self, size):
        self._counts = array("I", bytes(4 * size))
        self.runs = 0

    def add(self, begin, end):
        self._counts[self.runs] = ((end - begin) & _MASK) - OVERHEAD
        self.runs += 1

    def quantiles(self, permille):
        """Nearest ranks, as text."""
        ordered = sorted(self._counts[: self.runs])
        return " ".join([str(ordered[max(0, (self.runs * part + 999) // 1000 - 1)]) for part in permille])

    def dump(self):
        """Print all of them, for a host with the room to sort."""
        for at in range(0, self.runs, 16):
            print("counts", *self._counts[at : min(at + 16, self.runs)])


def asked():
    """Bytes ever asked of the heap, given back or not."""
    return micropython.mem_total()


def kept():
    """Bytes asked of the heap and not given back at once: what a collection has to find."""
    return micropython.mem_current()
