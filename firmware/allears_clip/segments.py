# The log's files: which segment holds which sequence numbers, how old it is, and which one goes first.
import os

BLOCK_BYTES = 4096  # what a file occupies on littlefs is whole blocks


class Segment:
    """One file. serial: age, counted over all streams; first_seq: sequence of its first record."""

    def __init__(self, serial, stream, first_seq, size):
        self.serial = serial
        self.stream = stream
        self.first_seq = first_seq
        self.size = size

    def name(self):
        return "%08x.%d.%08x" % (self.serial, self.stream, self.first_seq)


def blocks(size):
    """Flash blocks that a file of `size` bytes occupies."""
    return (size + BLOCK_BYTES - 1) // BLOCK_BYTES


def _parse(name, size):
    parts = name.split(".")
    if len(parts) != 3 or len(name) != 19:
        return None
    try:
        return Segment(int(parts[0], 16), int(parts[1]), int(parts[2], 16), size)
    except ValueError:
        return None


class Segments:
    """All segments in one folder, oldest first."""

    def __init__(self, folder):
        self.folder = folder
        self._all = []
        for name in sorted(os.listdir(folder)):
            segment = _parse(name, os.stat(folder + name)[6])
            if segment is not None:
                self._all.append(segment)

    def path(self, segment):
        return self.folder + segment.name()

    def all(self):
        """Every segment, oldest first."""
        return list(self._all)

    def of(self, stream):
        """The segments of one stream, oldest first."""
        return [segment for segment in self._all if segment.stream == stream]

    def newest(self, stream):
        """The stream's last segment, or None."""
        mine = self.of(stream)
        return mine[-1] if mine else None

    def holding(self, stream, seq):
        """The segment in which `seq` is, or the first one after it; None for an empty stream."""
        mine = self.of(stream)
        found = mine[0] if mine else None
        for segment in mine:
            if segment.first_seq <= seq:
                found = segment
        return found

    def after(self, segment):
        """The next segment of the same stream, or None."""
        for other in self._all:
            if other.stream == segment.stream and other.serial > segment.serial:
                return other
        return None

    def add(self, stream, first_seq):
        """A new, still empty segment behind all others."""
        serial = self._all[-1].serial + 1 if self._all else 1
        segment = Segment(serial, stream, first_seq, 0)
        self._all.append(segment)
        return segment

    def remove(self, segment):
        """Delete the file and forget the segment. Raises OSError."""
        os.remove(self.path(segment))
        self.forget(segment)

    def forget(self, segment):
        """The segment holds nothing: its number and its name may be used again."""
        self._all.remove(segment)

    def blocks(self):
        """Flash blocks occupied by all segments."""
        return sum(blocks(segment.size) for segment in self._all)

    def first_to_drop(self, acked):
        """The oldest whole acknowledged segment, else the oldest of all; None where only the newest are left.

        acked: per stream, one past the newest acknowledged sequence. A stream's newest segment always stays,
        because the next sequence number is read from it at boot.
        """
        oldest = None
        for segment in self._all:
            follower = self.after(segment)
            if follower is None:
                continue
            if follower.first_seq <= acked[segment.stream]:
                return segment
            if oldest is None:
                oldest = segment
        return oldest
