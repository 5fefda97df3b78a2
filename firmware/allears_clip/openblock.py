# A stream's newest block. It stays in memory while it grows, and every flush seals it anew in the place where it
# already lies: littlefs puts the new content in force at once or not at all, and the block's overhead is paid once.
from allears_core import sealed
from allears_core.records import HEADER_BYTES, MAX_PAYLOAD

LOST_BYTES = 2 * (HEADER_BYTES + 8 + 4)  # room kept for the records that tell of drops and failures
LEAST_BYTES = HEADER_BYTES + MAX_PAYLOAD + 4 + LOST_BYTES  # of records, for which a block is worth beginning


class OpenBlock:
    """limit: bytes of records that it takes, set before the first. used: bytes of records in it. count: records;
    flushed: how many of them are on the flash. written: bytes of its place on the flash, 0 while it has none."""

    def __init__(self):
        self.first_seq = 0
        # Ranges (first, last) of sequence numbers that are gone and not yet told of by a LOST record:
        self.dropped = None  # from the oldest end, to make room
        self.unwritten = None  # from the newest end, because the flash refused them
        self._buffer = bytearray(sealed.MAX_RECORDS_BYTES)
        self.close()

    def close(self):
        """The next record begins another block."""
        self.limit = sealed.MAX_RECORDS_BYTES
        self.used = 0
        self.count = 0
        self.flushed = 0
        self.written = 0

    @property
    def waits(self):
        """True if there is something to flush."""
        return self.count > self.flushed or self.dropped or self.unwritten

    def takes(self, size):
        """True if a record of `size` bytes fits, and behind it what may have to be told of losses."""
        return self.used + size <= self.limit - LOST_BYTES

    def add(self, seq, raw):
        """Put one record behind the others."""
        if not self.count:
            self.first_seq = seq
        self._buffer[self.used : self.used + len(raw)] = raw
        self.used += len(raw)
        self.count += 1

    def sealed(self, stream, boot, session):
        """The whole block as it goes to the flash. session: the stream's, of vault.Session."""
        values = {
            "stream": stream,
            "count": self.count,
            "boot": boot,
            "first_seq": self.first_seq,
            "step": session.step,
            "key": session.key,
        }
        return sealed.seal_block(session.keys, values, memoryview(self._buffer)[: self.used])
