# Reading the session log back, one window at a time, without ever holding a segment in memory.
from allears_core import records

WINDOW_BYTES = 960  # holds the longest record three times over and fits one LOG_DATA frame
LONGEST_RECORD = records.HEADER_BYTES + records.MAX_PAYLOAD + 4


class Scan:
    """Walks one segment file. Damage is skipped and counted.

    view: the window last read, valid until the next step. good_end: file offset behind the last whole record.
    corrupt: damaged stretches so far, each counted once even where it crosses windows.
    """

    def __init__(self, path, window):
        self.view = memoryview(window)
        self.good_end = 0
        self.corrupt = 0
        self._path = path
        self._window = window
        self._position = 0
        self._damaged = False

    def step(self):
        """List of (start, end) of the records found in the next window, None at the end of the file.

        Raises OSError when the file is gone.
        """
        with open(self._path, "rb") as file:
            file.seek(self._position)
            got = file.readinto(self._window)
        if not got:
            return None
        data = self.view[:got]
        whole_file = got < len(self._window)
        found = []
        at = 0
        while at < got and (whole_file or got - at >= LONGEST_RECORD):
            size = records.size_at(data, at)
            if size:
                found.append((at, at + size))
                self._damaged = False
                self.good_end = self._position + at + size
            elif not self._damaged:
                self._damaged = True
                self.corrupt += 1
            at += size or 1
        self._position += at
        return found


class Cursor:
    """Reads the records of one stream from a sequence number on, over segments and boots.

    next_seq: where to go on. more: records are left behind `max_bytes`. corrupt: damaged stretches skipped.
    Records flushed after the cursor was made are not its business.
    """

    def __init__(self, log, stream, from_seq, max_bytes):
        self.next_seq = from_seq
        self.more = False
        self.corrupt = 0
        self._log = log
        self._stream = stream
        self._until = log.flushed_seq(stream)
        self._left = max_bytes
        self._began = False
        self._segment = log.segments.holding(stream, from_seq)
        self._window = bytearray(WINDOW_BYTES)
        self._scan = None

    def step(self):
        """One slice of work: bytes of whole records (b"" when this slice held none wanted), None when done."""
        if self._segment is None or self.more or self.next_seq >= self._until:
            return None
        if self._scan is None:
            self._scan = Scan(self._log.segments.path(self._segment), self._window)
        before = self._scan.corrupt
        try:
            found = self._scan.step()
        except OSError:
            found = None  # dropped to make room: the LOST record in the log tells
        self.corrupt += self._scan.corrupt - before
        if found is None:
            self._segment = self._log.segments.after(self._segment)
            self._scan = None
            return b""
        return self._wanted(found)

    def _wanted(self, found):
        parts = []
        for start, end in found:
            raw = self._scan.view[start:end]
            seq = records.HEADER.unpack(raw[: records.HEADER_BYTES])["seq"]
            if seq < self.next_seq or seq >= self._until:
                continue
            if self._began and len(raw) > self._left:
                self.more = True
                break
            self._began = True  # one record always goes, however small the budget
            self._left -= len(raw)
            self.next_seq = seq + 1
            parts.append(bytes(raw))  # the window is about to be read over
        return b"".join(parts)
