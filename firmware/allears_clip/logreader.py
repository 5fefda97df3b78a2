# Reading the session log back, one sealed block at a time, without ever holding a segment in memory. Needs no key.
from allears_core import sealed


class Scan:
    """Walks one segment file. Damage is skipped and counted.

    size: bytes of the block found by the last step, 0 for a step that skipped damage. good_end: file offset behind
    the last whole block. corrupt: damaged stretches so far, each counted once.
    """

    def __init__(self, path):
        self.size = 0
        self.good_end = 0
        self.corrupt = 0
        self._path = path
        self._window = bytearray(sealed.MAX_BYTES)
        self._view = memoryview(self._window)
        self._position = 0
        self._damaged = False

    def step(self):
        """Go on to the next block or past some damage; False at the end of the file. Raises OSError when it is gone."""
        with open(self._path, "rb") as file:
            file.seek(self._position)
            got = file.readinto(self._window)
        if not got:
            return False
        data = self._view[:got]
        self.size = sealed.size_at(data, 0)
        if self.size:
            self._damaged = False
            self._position += self.size
            self.good_end = self._position
            return True
        if not self._damaged:
            self._damaged = True
            self.corrupt += 1
        at = 1
        while at < got and data[at] != sealed.MAGIC:
            at += 1
        self._position += at
        return True

    def block(self):
        """The block found by the last step."""
        return bytes(self._view[: self.size])


class Cursor:
    """Reads the blocks of one stream that hold records from a sequence number on, over segments and boots.

    next_seq: where to go on. more: records are left behind `max_bytes`. corrupt: damaged stretches skipped.
    Blocks that begin after the cursor was made are not its business.
    """

    def __init__(self, log, stream, from_seq, max_bytes):
        self.next_seq = from_seq
        self.more = False
        self.corrupt = 0
        self._log = log
        self._until = log.flushed_seq(stream)
        self._left = max_bytes
        self._began = False
        self._segment = log.segments.holding(stream, from_seq)
        self._scan = None

    def step(self):
        """One slice of work: a whole block (b"" when this slice held none wanted), None when done."""
        if self._segment is None or self.more or self.next_seq >= self._until:
            return None
        if self._scan is None:
            self._scan = Scan(self._log.segments.path(self._segment))
        before = self._scan.corrupt
        try:
            found = self._scan.step()
        except OSError:
            found = False  # dropped to make room: the LOST record in the log tells
        self.corrupt += self._scan.corrupt - before
        if not found:
            self._segment = self._log.segments.after(self._segment)
            self._scan = None
            return b""
        return self._wanted() if self._scan.size else b""

    def _wanted(self):
        block = self._scan.block()
        head = sealed.header(block)
        end = head["first_seq"] + head["count"]
        if end <= self.next_seq or head["first_seq"] >= self._until:
            return b""
        if self._began and len(block) > self._left:
            self.more = True
            return b""
        self._began = True  # one block always goes, however small the budget
        self._left -= len(block)
        self.next_seq = end
        return block
