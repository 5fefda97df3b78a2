# The one USB serial line, shared with the REPL. Ctrl-C stays the way back to it: frames never hold the byte.
import select
import sys
import time

from .cells import CellReader


class Serial:
    """The board contract's serial. cell_bytes: what the host sends comes in multiples of it."""

    def __init__(self, cell_bytes):
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._cells = CellReader(cell_bytes, self.ready, sys.stdin.buffer.readinto, time.ticks_ms)

    def ready(self):
        """True if a byte waits."""
        for _ in self._poll.ipoll(0):
            return True
        return False

    def readinto(self, buf):
        """The size of a cell when one was read into `buf`, which is of that size, else 0."""
        return self._cells.readinto(buf)

    def write(self, data):
        sys.stdout.buffer.write(data)
