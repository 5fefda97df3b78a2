# Reads cells of a fixed size from a stream that cannot say how many bytes wait and that blocks until a read is full.
# Once the line is in step, a cell is read in one go. After a pause the first cell is read byte by byte, so
# that a key struck in a terminal cannot make the clip wait for the rest of a cell.
from allears_core.compat import ticks_diff

_IN_STEP_MS = 200  # a cell so soon after another is whole
_STRAY_MS = 100  # bytes that are not followed by the rest of a cell are nobody's


class CellReader:
    """cell_bytes: size of a cell. ready() -> bool: a byte waits. readinto(buf): fills all of buf, waiting if it must.
    ticks_ms(): the clock.
    """

    def __init__(self, cell_bytes, ready, readinto, ticks_ms):
        self._ready = ready
        self._read = readinto
        self._ticks_ms = ticks_ms
        self._size = cell_bytes
        self._part = bytearray(cell_bytes)
        self._slots = [memoryview(self._part)[at : at + 1] for at in range(cell_bytes)]
        self._filled = 0
        self._last_ms = ticks_ms() - _IN_STEP_MS

    def readinto(self, cell):
        """The size of a cell when `cell` was filled, else 0; never waits for a host that is silent."""
        ready = self._ready()
        if not ready and not self._filled:  # as nearly always: no look at the clock
            return 0
        now = self._ticks_ms()
        if self._filled and ticks_diff(now, self._last_ms) > _STRAY_MS:
            self._filled = 0
        if not ready:
            return 0
        if not self._filled and ticks_diff(now, self._last_ms) < _IN_STEP_MS:
            self._read(cell)
            self._last_ms = now
            return self._size
        return self._collect(cell, now)

    def _collect(self, cell, now):
        while self._filled < self._size and self._ready():
            self._read(self._slots[self._filled])
            self._filled += 1
            self._last_ms = now
        if self._filled < self._size:
            return 0
        cell[:] = self._part
        self._filled = 0
        return self._size
