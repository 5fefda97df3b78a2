# Positions in a ring that hardware fills by itself. No `machine` here: this is arithmetic, and tested as such.


class _Subscript:
    def __getitem__(self, subscript):
        return subscript


WHOLE = _Subscript()[:]  # made once: up to MicroPython 1.25 every `buf[:] = ...` makes a slice on the heap


class Ring:
    """Reader's side of a ring of `words`, written by DMA in order, read in hops of `hop_words`.

    overruns: hops that were written over before they were read. capacity: whole hops that can wait safely.
    """

    def __init__(self, words, hop_words):
        self.capacity = words // hop_words - 1  # one hop's room, so that what is copied is not being written
        self.overruns = 0
        self._slots = words // hop_words
        self._hop_words = hop_words
        self._base = 0  # written words at which the hop count below began
        self._taken = 0  # hops read or lost since then

    def waiting(self, written):
        """Hops that wait, when `written` words have been written since the start; counts what was lost."""
        behind = (written - self._base) // self._hop_words - self._taken
        if behind > self.capacity:
            lost = behind - self.capacity
            self.overruns += lost
            self._taken += lost
            behind = self.capacity
        return behind if behind > 0 else 0  # after a restart the next hop may still be to come

    def take(self):
        """Slot (index of a hop in the ring) of the oldest waiting hop, which is thereby read."""
        taken = self._taken
        self._taken = taken + 1
        return taken % self._slots

    def rewind(self):
        """Forget whole turns of the ring, so that the numbers stay small. Returns the words forgotten."""
        turns = self._taken // self._slots
        self._taken -= turns * self._slots
        return turns * self._slots * self._hop_words

    def restart(self, written):
        """Begin to read at the next hop to come; what was written before is neither read nor lost."""
        self._taken = (written - self._base + self._hop_words - 1) // self._hop_words


def aligned(address, size):
    """Offset from `address` to the next multiple of `size`, a power of two."""
    return -address & (size - 1)


def hops_due(elapsed_ms, hop_ms, taken, capacity):
    """(hops that wait, hops lost) where only time tells: `taken` were read or lost in `elapsed_ms`."""
    behind = max(0, elapsed_ms // hop_ms - taken)
    return min(behind, capacity), max(0, behind - capacity)
