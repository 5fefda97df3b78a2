# The session log: append-only segments on littlefs, two streams, each with a sequence of its own.
# Records wait in memory and reach the flash by flush(), because every flush costs a block erase (about 45 ms
# with interrupts off). What was flushed survives a power cut; nothing is deleted but by the full-flash rule.
import binascii
import json
import os

from allears_core import records
from allears_core.errors import NO_SUCH_RECORDS, CoreError

from . import files
from .logreader import WINDOW_BYTES, Cursor, Scan
from .segments import Segments, blocks

BUDGET_BYTES = 512 * 1024
SEGMENT_BYTES = 16320  # four blocks of littlefs less its own pointers
PENDING_BYTES = 1024  # of records that wait for the flush, a stream
LOG_ID_BYTES = 8
_LOST_BYTES = 2 * (records.HEADER_BYTES + 8 + 4)  # room kept for the records that tell of drops and failures


class _Pending:
    """Records of one stream that are not on the flash yet. since_ms: when the oldest of them was written."""

    def __init__(self):
        self.buffer = bytearray(PENDING_BYTES)
        self.used = 0
        self.first_seq = 0
        # Ranges (first, last) of sequence numbers that are gone and not yet told of by a LOST record:
        self.dropped = None  # from the oldest end, to make room
        self.unwritten = None  # from the newest end, because the flash refused them


class SessionLog:
    """root: folder ending in "/". now_ms(): ms since boot. draw(n): n random bytes, for the log's id.

    boot: this boot's id. log_id: 8 bytes, drawn when the log was made. torn_bytes: cut off the tail at boot.
    dropped_unread: segments deleted before anybody had acknowledged them; failures: flushes that the flash refused.
    Either way a LOST record tells which sequence numbers are gone.
    on_record(raw): called with every record of the events stream.
    """

    def __init__(self, root, now_ms, draw=os.urandom, budget=BUDGET_BYTES, segment_bytes=SEGMENT_BYTES):
        self.on_record = None
        self.torn_bytes = 0
        self.dropped_unread = 0
        self.failures = 0
        self._now_ms = now_ms
        self._budget_blocks = budget // 4096
        self._segment_bytes = segment_bytes
        self.log_id = _open_folder(root, draw)
        folder = root + binascii.hexlify(self.log_id).decode() + "/"
        self._pointers = folder + "pointers.json"
        self.segments = Segments(folder)
        streams = range(len(records.STREAMS))
        self._pending = [_Pending() for _ in streams]
        self._next = [0 for _ in streams]
        self._closed = [False for _ in streams]
        self._acked, boot = self._read_pointers()
        for stream in streams:
            boot = max(boot, self._recover(stream))
        self.boot = (boot + 1) & 0xFFFF
        self._dirty = False
        self._dirty_since = 0
        self._write_pointers()

    # Writing

    def append(self, layout, values):
        """Queue one record in each stream it belongs to."""
        ms = self._now_ms()
        if not self._dirty:
            self._dirty = True
            self._dirty_since = ms
        for stream in records.STREAMS_OF[layout.name]:
            raw = records.pack(layout, self.boot, self._next[stream], ms, values)
            if self._pending[stream].used + len(raw) > PENDING_BYTES - _LOST_BYTES:
                self.flush()
                raw = records.pack(layout, self.boot, self._next[stream], ms, values)
            self._queue(stream, raw)
            if stream == records.EVENTS and self.on_record:
                self.on_record(raw)

    def age_ms(self):
        """How long the oldest unflushed record has waited; 0 when everything is on the flash."""
        return self._now_ms() - self._dirty_since if self._dirty else 0

    def flush(self):
        """Bring every queued record to the flash; what the flash refuses is counted and told by LOST."""
        self._make_room()
        for stream, pending in enumerate(self._pending):
            if _waits(pending):
                self._write(stream, pending)
        self._dirty = any(_waits(pending) for pending in self._pending)
        self._dirty_since = self._now_ms()

    # Reading

    def first_seq(self, stream):
        """Sequence of the oldest record kept (of the next one where there is none)."""
        mine = self.segments.of(stream)
        return mine[0].first_seq if mine else self._next[stream]

    def flushed_seq(self, stream):
        """One past the newest record on the flash."""
        pending = self._pending[stream]
        return pending.first_seq if pending.used else self._next[stream]

    def acked_seq(self, stream):
        """One past the newest acknowledged record."""
        return self._acked[stream]

    def read(self, stream, from_seq, max_bytes):
        """Cursor over flushed records. Raises CoreError(NO_SUCH_RECORDS) beyond the end."""
        if from_seq > self.flushed_seq(stream):
            raise CoreError(NO_SUCH_RECORDS, "the log ends at %d" % self.flushed_seq(stream))
        return Cursor(self, stream, from_seq, max_bytes)

    def acknowledge(self, stream, below_seq):
        """The host holds all below `below_seq` in durable storage. Raises CoreError beyond the flushed end."""
        if below_seq > self.flushed_seq(stream):
            raise CoreError(NO_SUCH_RECORDS, "the log ends at %d" % self.flushed_seq(stream))
        if below_seq > self._acked[stream]:
            self._acked[stream] = below_seq
            self._write_pointers()

    # Inside

    def _queue(self, stream, raw):
        pending = self._pending[stream]
        if not pending.used:
            pending.first_seq = self._next[stream]
        pending.buffer[pending.used : pending.used + len(raw)] = raw
        pending.used += len(raw)
        self._next[stream] += 1

    def _queue_lost(self, stream, lost):
        if lost:
            values = {"first_seq": lost[0], "last_seq": lost[1]}
            self._queue(
                stream, records.pack(records.LOST, self.boot, self._next[stream], self._now_ms(), values)
            )

    def _make_room(self):
        while self.segments.blocks() + self._blocks_needed() > self._budget_blocks and self._drop_one():
            pass

    def _blocks_needed(self):
        need = 0
        for stream, pending in enumerate(self._pending):
            if _waits(pending):
                size = self._size_to_extend(stream, pending.used + _LOST_BYTES)
                need += blocks(size + pending.used + _LOST_BYTES) - blocks(size)
        return need

    def _size_to_extend(self, stream, more):
        """Size of the newest segment if `more` bytes go behind it, 0 if they need a new one."""
        newest = self.segments.newest(stream)
        if newest is None or self._closed[stream] or newest.size + more > self._segment_bytes:
            return 0
        return newest.size

    def _drop_one(self):
        """Delete the segment that goes first; False where none may or can go."""
        segment = self.segments.first_to_drop(self._acked)
        if segment is None:
            return False
        last_seq = self.segments.after(segment).first_seq - 1
        try:
            self.segments.remove(segment)
        except OSError:
            return False
        if last_seq >= self._acked[segment.stream]:
            self.dropped_unread += 1
        pending = self._pending[segment.stream]
        pending.dropped = (pending.dropped[0] if pending.dropped else segment.first_seq, last_seq)
        return True

    def _write(self, stream, pending):
        dropped, unwritten = pending.dropped, pending.unwritten
        pending.dropped = pending.unwritten = None
        self._queue_lost(stream, dropped)
        self._queue_lost(stream, unwritten)
        error = self._try_write(stream, pending)
        while error == files.NO_SPACE and self._drop_one():
            error = self._try_write(stream, pending)
        if error:
            self.failures += 1
            pending.dropped = dropped
            pending.unwritten = (unwritten[0] if unwritten else pending.first_seq, self._next[stream] - 1)
        pending.used = 0

    def _try_write(self, stream, pending):
        """0, or the errno with which the flash refused the pending records."""
        if self._size_to_extend(stream, pending.used):
            segment = self.segments.newest(stream)
        else:
            segment = self.segments.add(stream, pending.first_seq)
            self._closed[stream] = False
        path = self.segments.path(segment)
        try:
            with open(path, "ab") as file:
                file.write(memoryview(pending.buffer)[: pending.used])
        except OSError as error:
            self._closed[stream] = True  # it may end in half a record: nothing is written behind that
            segment.size = max(segment.size, files.size(path))
            if not segment.size:
                self.segments.forget(segment)
            return error.errno
        segment.size += pending.used
        return 0

    def _read_pointers(self):
        """(acknowledged per stream, last boot id); nothing acknowledged where the file cannot be read."""
        try:
            found = json.loads(files.read_whole(self._pointers) or b"{}")
            return [int(found["acked"][stream]) for stream in range(len(records.STREAMS))], int(found["boot"])
        except (ValueError, KeyError, IndexError, TypeError):
            return [0 for _ in records.STREAMS], 0

    def _write_pointers(self):
        content = json.dumps({"acked": self._acked, "boot": self.boot}).encode()
        while True:
            try:
                return files.write_whole(self._pointers, content)
            except OSError as error:
                if error.errno != files.NO_SPACE or not self._drop_one():
                    raise

    def _recover(self, stream):
        """Find the stream's next sequence, cut a torn tail off; the highest boot id in the newest segment."""
        boot = 0
        newest = self.segments.newest(stream)
        self._next[stream] = self._acked[stream]
        if newest is None:
            return boot
        self._next[stream] = max(self._acked[stream], newest.first_seq)
        scan = Scan(self.segments.path(newest), bytearray(WINDOW_BYTES))
        found = scan.step()
        while found is not None:
            for start, _ in found:
                head = records.HEADER.unpack(scan.view[start : start + records.HEADER_BYTES])
                self._next[stream] = max(self._next[stream], head["seq"] + 1)
                boot = max(boot, head["boot"])
            found = scan.step()
        if scan.good_end < newest.size:
            self._cut_tail(newest, scan.good_end)
        return boot

    def _cut_tail(self, segment, good_end):
        self.torn_bytes += segment.size - good_end
        path = self.segments.path(segment)
        if good_end:
            with open(path, "rb") as file:
                files.write_whole(path, file.read(good_end))
            segment.size = good_end
        else:
            self.segments.remove(segment)


def _waits(pending):
    return pending.used or pending.dropped or pending.unwritten


def _open_folder(root, draw):
    """The log's id: the name of the one folder in `root`, drawn where there is none yet."""
    files.make_folders(root)
    for name in sorted(os.listdir(root)):
        if len(name) == 2 * LOG_ID_BYTES and not name.strip("0123456789abcdef"):
            return binascii.unhexlify(name)
    log_id = draw(LOG_ID_BYTES)
    files.make_folder(root + binascii.hexlify(log_id).decode())
    return log_id
