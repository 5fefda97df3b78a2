# The session log: append-only segments on littlefs, two streams, each with a sequence and a key of its own.
# Records wait in memory and reach the flash by flush(), sealed, because every flush costs a block erase (about 45 ms
# with interrupts off). What was flushed survives a power cut; nothing is deleted but by the full-flash rule.
import binascii
import json
import os

from allears_core import records, seal, sealed
from allears_core.errors import NO_SUCH_RECORDS, CoreError

from . import files
from .logreader import Cursor, Scan
from .openblock import LEAST_BYTES, LOST_BYTES, OpenBlock
from .segments import Segments, blocks

BUDGET_BYTES = 512 * 1024
SEGMENT_BYTES = 16320  # four blocks of littlefs less its own pointers
LOG_ID_BYTES = 8
_GONE = "gone"  # folder of a log that is being erased


class SessionLog:
    """root: folder ending in "/". now_ms(): ms since boot. vault: the clip's keys; without any nothing is kept, and
    records go to on_record only. draw(n): n random bytes, for the log's id.

    keeps: True while records are kept. boot: this boot's id. log_id: 8 bytes, drawn when the log was made.
    torn_bytes: cut off the tail at boot. dropped_unread: segments deleted before anybody had acknowledged them;
    failures: flushes that the flash refused; either way a LOST record tells which sequence numbers are gone.
    unstepped: times the vault did not take the next session's keys, and those of the session before stayed in use.
    on_record(raw): called with every record of the events stream.
    """

    def __init__(
        self, root, now_ms, vault, draw=os.urandom, budget=BUDGET_BYTES, segment_bytes=SEGMENT_BYTES
    ):
        self.on_record = None
        self.torn_bytes = 0
        self.dropped_unread = 0
        self.failures = 0
        self.unstepped = 0
        self._root = root
        self._now_ms = now_ms
        self._vault = vault
        self._draw = draw
        self._budget_blocks = budget // 4096
        self._segment_bytes = segment_bytes
        self._open(None)

    def _open(self, boot):
        """Find the log in `root`, or begin one. boot: this boot's id, None to count on from the last one."""
        files.remove_tree(self._root + _GONE)
        self.log_id = _open_folder(self._root, self._draw)
        folder = self._root + binascii.hexlify(self.log_id).decode() + "/"
        self._pointers = folder + "pointers.json"
        self.segments = Segments(folder)
        streams = range(len(records.STREAMS))
        self._blocks = [OpenBlock() for _ in streams]
        self._next = [0 for _ in streams]
        self._closed = [False for _ in streams]
        self._acked, last_boot = self._read_pointers()
        for stream in streams:
            last_boot = _later(last_boot, self._recover(stream, last_boot))
        self.boot = (last_boot + 1) & 0xFFFF if boot is None else boot
        self._dirty = False
        self._dirty_since = 0
        self._flushed = 0  # streams before this one have had their turn in the flush under way
        self._session_over = False
        self._write_pointers()
        self._sessions = None
        self.keeps = self._vault.keyed and self._vault.possible
        if self.keeps:
            self._step()
            self.keeps = self._sessions is not None

    def renew(self, change):
        """Erase the log, call change(), begin another log with an id of its own. Raises OSError.

        The old log is gone at once and whole: what is left of it by a cut of the power, the next start removes.
        """
        files.rename(self._root + binascii.hexlify(self.log_id).decode(), self._root + _GONE)
        try:
            change()
        finally:
            self._open(self.boot)

    # Writing

    def append(self, layout, values):
        """Queue one record in each stream it belongs to."""
        ms = self._now_ms()
        if self.keeps and not self._dirty:
            self._dirty = True
            self._dirty_since = ms
        for stream in records.STREAMS_OF[layout.name]:
            raw = records.pack(layout, self.boot, self._next[stream], ms, values)
            if self.keeps:
                if not self._blocks[stream].takes(len(raw)):
                    self.flush()
                    self._blocks[stream].close()
                    raw = records.pack(layout, self.boot, self._next[stream], ms, values)
                self._queue(stream, raw)
            if stream == records.EVENTS and self.on_record:
                self.on_record(raw)
        if layout is records.SESSION:
            self._session_over = True

    def age_ms(self):
        """How long the oldest unflushed record has waited; 0 when everything is on the flash."""
        return self._now_ms() - self._dirty_since if self._dirty else 0

    def flush(self):
        """Bring every queued record to the flash; what the flash refuses is counted and told by LOST."""
        self._flushed = 0
        while self.flush_next():
            pass

    def flush_next(self):
        """A part of flush(): the next stream that has something to write; True while there is another.

        Streams lie in files of their own, so a cut between two parts leaves what a cut before or after both would.
        """
        if not self.keeps:
            return False
        if not self._flushed:
            self._make_room()
        stream = self._next_to_flush()
        if stream is not None:
            self._write(stream, self._blocks[stream])
            self._flushed = stream + 1
            if self._next_to_flush() is not None:
                return True
        self._flushed = 0
        if self._session_over or self._segment_is_full():
            self._write_latecomers()
            self._step()
        self._dirty = any(block.waits for block in self._blocks)
        self._dirty_since = self._now_ms()
        return False

    def _write_latecomers(self):
        """What came between two parts of a flush still belongs to the session that ends, and is sealed by its keys."""
        for stream, block in enumerate(self._blocks):
            if block.count > block.flushed:
                self._write(stream, block)

    def _next_to_flush(self):
        for stream in range(self._flushed, len(self._blocks)):
            if self._blocks[stream].waits:
                return stream
        return None

    # Reading

    def first_seq(self, stream):
        """Sequence of the oldest record kept (of the next one where there is none)."""
        mine = self.segments.of(stream)
        return mine[0].first_seq if mine else self._next[stream]

    def flushed_seq(self, stream):
        """One past the newest record on the flash."""
        block = self._blocks[stream]
        return block.first_seq + block.flushed if block.count else self._next[stream]

    def acked_seq(self, stream):
        """One past the newest acknowledged record."""
        return self._acked[stream]

    def unread(self):
        """Records on the flash that nobody has acknowledged, all streams together."""
        streams = range(len(records.STREAMS))
        return sum([self.flushed_seq(s) - max(self._acked[s], self.first_seq(s)) for s in streams])

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
        block = self._blocks[stream]
        if not block.count:
            block.limit = self._room(stream)
        block.add(self._next[stream], raw)
        self._next[stream] += 1

    def _queue_lost(self, stream, lost):
        if lost:
            values = {"first_seq": lost[0], "last_seq": lost[1]}
            self._queue(
                stream, records.pack(records.LOST, self.boot, self._next[stream], self._now_ms(), values)
            )

    def _step(self):
        """Take the next session's keys: what is logged from now on is nothing to who finds earlier ones."""
        try:
            self._sessions = self._vault.next_session()
        except (OSError, CoreError):
            self.unstepped += 1
        self._session_over = False
        for stream, block in enumerate(self._blocks):
            if not block.waits:
                block.close()
            self._closed[stream] = self._closed[stream] or self._is_full(stream)

    def _segment_is_full(self):
        return any(not self._closed[s] and self._is_full(s) for s in range(len(records.STREAMS)))

    def _is_full(self, stream):
        newest = self.segments.newest(stream)
        return newest is not None and newest.size + sealed.size_for(LEAST_BYTES) > self._segment_bytes

    def _room(self, stream):
        """Bytes of records that a new block of the stream may take: what the segment has left, if it goes there."""
        if self._closed[stream] or self._is_full(stream) or self.segments.newest(stream) is None:
            return sealed.MAX_RECORDS_BYTES
        left = self._segment_bytes - self.segments.newest(stream).size - sealed.OVERHEAD_BYTES
        return min(sealed.MAX_RECORDS_BYTES, left - left % seal.BLOCK_BYTES)

    def part(self):
        """What is logged from now on goes into new segments."""
        for stream, block in enumerate(self._blocks):
            if not block.waits and self.segments.newest(stream):
                block.close()
                self._closed[stream] = True

    def _make_room(self):
        while self.segments.blocks() + self._blocks_needed() > self._budget_blocks and self._drop_one():
            pass

    def _blocks_needed(self):
        need = 0
        for stream, block in enumerate(self._blocks):
            if block.waits:
                newest = self._to_extend(stream, block)
                size = newest.size if newest else 0
                more = sealed.size_for(block.used + LOST_BYTES) - block.written
                need += blocks(size + more) - blocks(size)
        return need

    def _to_extend(self, stream, block):
        """The segment that the open block lies in or goes behind; None where it needs a new one."""
        newest = self.segments.newest(stream)
        if newest is None or block.written:
            return newest
        return None if self._closed[stream] or self._is_full(stream) else newest

    def _drop_one(self):
        """Delete the segment that goes first; False where none may or can go."""
        segment = self.segments.first_to_drop(self._acked)
        return segment is not None and self.drop(segment)

    def drop(self, segment):
        """Delete a segment that is not its stream's newest, and tell by LOST; False where the flash refuses."""
        last_seq = self.segments.after(segment).first_seq - 1
        try:
            self.segments.remove(segment)
        except OSError:
            return False
        if last_seq >= self._acked[segment.stream]:
            self.dropped_unread += 1
        block = self._blocks[segment.stream]
        block.dropped = (block.dropped[0] if block.dropped else segment.first_seq, last_seq)
        return True

    def _write(self, stream, block):
        dropped, unwritten = block.dropped, block.unwritten
        block.dropped = block.unwritten = None
        self._queue_lost(stream, dropped)
        self._queue_lost(stream, unwritten)
        error = self._try_write(stream, block)
        while error == files.NO_SPACE and self._drop_one():
            error = self._try_write(stream, block)
        if error:
            self.failures += 1
            block.dropped = dropped
            first = block.first_seq + block.flushed
            block.unwritten = (unwritten[0] if unwritten else first, self._next[stream] - 1)
            block.close()
        else:
            block.flushed = block.count

    def _try_write(self, stream, block):
        """0, or the errno with which the flash refused the open block."""
        segment = self._to_extend(stream, block)
        if segment is None:
            segment = self.segments.add(stream, block.first_seq)
            self._closed[stream] = False
        path = self.segments.path(segment)
        content = block.sealed(stream, self.boot, self._sessions[stream])
        at = segment.size - block.written
        try:
            with open(path, "r+b" if segment.size else "wb") as file:
                file.seek(at)
                file.write(content)
        except OSError as error:
            self._closed[stream] = True  # it may end in half a block: nothing is written behind that
            segment.size = max(segment.size, files.size(path))
            if not segment.size:
                self.segments.forget(segment)
            return error.errno
        segment.size = at + len(content)
        block.written = len(content)
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

    def _recover(self, stream, boot):
        """Find the stream's next sequence, cut a torn tail off; the last boot id in the newest segment, or `boot`."""
        newest = self.segments.newest(stream)
        self._next[stream] = self._acked[stream]
        if newest is None:
            return boot
        self._next[stream] = max(self._acked[stream], newest.first_seq)
        scan = Scan(self.segments.path(newest))
        while scan.step():
            if scan.size:
                head = sealed.header(scan.block())
                self._next[stream] = max(self._next[stream], head["first_seq"] + head["count"])
                boot = head["boot"]
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


def _later(boot, other):
    """Whichever of two boot ids was given later; they wrap."""
    return other if 0 < (other - boot & 0xFFFF) < 0x8000 else boot


def _open_folder(root, draw):
    """The log's id: the name of the one folder in `root`, drawn where there is none yet."""
    files.make_folders(root)
    for name in sorted(os.listdir(root)):
        if len(name) == 2 * LOG_ID_BYTES and not name.strip("0123456789abcdef"):
            return binascii.unhexlify(name)
    log_id = draw(LOG_ID_BYTES)
    files.make_folder(root + binascii.hexlify(log_id).decode())
    return log_id
