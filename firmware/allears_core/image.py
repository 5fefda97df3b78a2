# An application in one file: what a slot of the clip holds and what an update brings. A head names every file with its
# sizes and SHA-256; the contents follow in that order, deflated where that makes them smaller. Whoever vouches for the
# head vouches for all of it.
# A copy of this module stands at the root of the clip's volume, where the loader mounts a slot before there is any
# other module of the application: it imports nothing of its own kind.
from hashlib import sha256

MAGIC = b"AllEars1"
HASH_BYTES = 32
WINDOW_BITS = 12  # of the deflated contents: what unpacking one takes in memory
MOST_HEAD_BYTES = 32 * 1024
_LENGTH_BYTES = 4  # of the head's length, behind the magic
_SIZE_BYTES = 3
_PIECE_BYTES = 512
_FOLDER, _FILE = 0x4000, 0x8000  # os.stat's types
_NO_SUCH_FILE, _READ_ONLY = 2, 30  # errno


def head(version, board, arch, rows):
    """Bytes of a head. rows: list of (path, size, stored size, SHA-256 of what is stored); version: "1.2.3"; arch:
    mpy-cross's name, "" for source."""
    parts = [bytes((len(text),)) + text.encode() for text in (version, board, arch)]
    for path, size, stored, digest in rows:
        sizes = size.to_bytes(_SIZE_BYTES, "little") + stored.to_bytes(_SIZE_BYTES, "little")
        parts.append(bytes((len(path),)) + path.encode() + sizes + digest)
    body = b"".join(parts)
    return MAGIC + (len(MAGIC) + _LENGTH_BYTES + len(body)).to_bytes(_LENGTH_BYTES, "little") + body


def pack(version, board, arch, files, deflate):
    """The image of `files`, a dictionary path -> content, in its order. deflate(content): by WINDOW_BITS."""
    rows = []
    parts = []
    for path, content in files.items():
        packed = deflate(content)
        stored = packed if len(packed) < len(content) else content
        rows.append((path, len(content), len(stored), sha256(stored).digest()))
        parts.append(stored)
    return head(version, board, arch, rows) + b"".join(parts)


def number(version):
    """A version's numbers, to be compared: "0.12.1" -> (0, 12, 1). Raises ValueError for anything else."""
    return tuple([int(part) for part in version.split(".")])


class Image:
    """The head of an open image, read and checked for sense. Raises ValueError for what is none.

    head: its bytes. version, board, arch: as packed. rows: list of (path, offset, size, stored
    size, SHA-256 of what is stored). size: bytes that the whole image has. inflate(content): undoes deflate.
    """

    def __init__(self, file, inflate):
        self._file = file
        self._inflate = inflate
        file.seek(0)
        start = file.read(len(MAGIC) + _LENGTH_BYTES)
        length = int.from_bytes(start[len(MAGIC) :], "little")
        if start[: len(MAGIC)] != MAGIC or not len(start) < length <= MOST_HEAD_BYTES:
            raise ValueError("this is no application")
        self.head = start + file.read(length - len(start))
        if len(self.head) != length:
            raise ValueError("the application's list of files is cut short")
        self._at = len(start)
        self.version = self._text()
        self.board = self._text()
        self.arch = self._text()
        self.rows = []
        self.size = length
        while self._at < length:
            path = self._text()
            size = int.from_bytes(self._take(_SIZE_BYTES), "little")
            stored = int.from_bytes(self._take(_SIZE_BYTES), "little")
            self.rows.append((path, self.size, size, stored, self._take(HASH_BYTES)))
            self.size += stored

    def stored(self, row):
        """One file as it lies in the image."""
        self._file.seek(row[1])
        return self._file.read(row[3])

    def read(self, row):
        """Content of one file."""
        content = self.stored(row)
        return content if row[2] == row[3] else self._inflate(content)

    def damaged(self, alive):
        """Path of the first file that is not what the head says, None if all are. alive(): called now and then."""
        self._file.seek(len(self.head))
        for path, _, _, left, digest in self.rows:
            found = sha256(b"")
            while left:
                piece = self._file.read(min(left, _PIECE_BYTES))
                if not piece:
                    return path
                found.update(piece)
                left -= len(piece)
            if found.digest() != digest:
                return path
            alive()
        return "what follows the last file" if self._file.read(1) else None

    def _text(self):
        raw = self._take(self._take(1)[0])
        return "".join([chr(byte) for byte in raw])

    def _take(self, count):
        taken = self.head[self._at : self._at + count]
        if len(taken) != count:
            raise ValueError("the application's list of files ends inside a row")
        self._at += count
        return taken


class Volume:
    """A read-only file system for MicroPython's vfs.mount over an open image. in_memory: io.BytesIO."""

    def __init__(self, file, inflate, in_memory):
        self._image = Image(file, inflate)
        self._in_memory = in_memory
        self._rows = {row[0]: row[:4] for row in self._image.rows}
        self._image.rows, self._image.head = None, b""  # checked when it came: here it would only take memory
        self._folders = set()
        for path in self._rows:
            while "/" in path:
                path = path.rsplit("/", 1)[0]
                self._folders.add(path)

    def mount(self, readonly, mkfs):
        """Nothing to do."""

    def umount(self):
        """Nothing to do."""

    def stat(self, path):
        """As os.stat."""
        path = path.strip("/")
        row = self._rows.get(path)
        if row is None and path and path not in self._folders:
            raise OSError(_NO_SUCH_FILE)
        return (_FILE if row else _FOLDER, 0, 0, 0, 0, 0, row[2] if row else 0, 0, 0, 0)

    def open(self, path, mode):
        """A file's content as a stream."""
        if mode not in ("r", "rb"):
            raise OSError(_READ_ONLY)
        row = self._rows.get(path.strip("/"))
        if row is None:
            raise OSError(_NO_SUCH_FILE)
        return self._in_memory(self._image.read(row))
