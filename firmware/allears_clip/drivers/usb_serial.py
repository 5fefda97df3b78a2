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
        cells = CellReader(cell_bytes, self.ready, sys.stdin.buffer.readinto, time.ticks_ms)
        self.readinto = (
            cells.readinto
        )  # the size of a cell when one was read into the buffer of that size, else 0

    def ready(self):
        """True if a byte waits."""
        for _ in self._poll.ipoll(0):
            return True
        return False

    def write(self, data):
        sys.stdout.buffer.write(data)
