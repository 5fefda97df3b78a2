# For the programs of the bench: counting instructions, and reading vectors.
from array import array

import micropython
import target


def empty_count():
    """Instructions between two readings with nothing in between."""
    begin = target.insns()
    return (target.insns() - begin) & 0x3FFFFFFF


OVERHEAD = empty_count()


class Counter:
    """Instructions of many runs of one thing; allocates nothing while counting."""

    def __init__(self, size):
        self._counts = array("I", bytes(4 * size))
        self.runs = 0
        self.total = 0

    def add(self, begin, end):
        count = ((end - begin) & 0x3FFFFFFF) - OVERHEAD
        self._counts[self.runs] = count
        self.runs += 1

    def quantile(self, permille):
        """Nearest rank."""
        ordered = sorted(self._counts[: self.runs])
        return ordered[max(0, (self.runs * permille + 999) // 1000 - 1)]

    def largest(self):
        return max(self._counts[: self.runs])

    def mean(self):
        total = 0
        for i in range(self.runs):
            total += self._counts[i]
        return total // self.runs


def median_of(function, runs=9):
    """Median instructions of function()."""
    counter = Counter(runs)
    for _ in range(runs):
        begin = target.insns()
        function()
        counter.add(begin, target.insns())
    return counter.quantile(500)


def gross():
    """Bytes ever asked of the heap, given back or not."""
    return micropython.mem_total()
