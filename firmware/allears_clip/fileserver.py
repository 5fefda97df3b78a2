# The link's file requests: replaces application files, and nothing else. A file is written under a temporary
# name, read back, compared by SHA-256 and renamed, so that a cut link or power leaves the old file whole.
import hashlib

from allears_core import messages
from allears_core.errors import BAD_HASH, BAD_REQUEST, BUSY, NOT_ALLOWED, NOT_STAGED, CoreError

from . import files

FOLDERS = ("allears_core", "allears_clip", "boards", "weights")
START_FILES = ("main.py", "boot.py", "loader.py", "image.py")  # outside the slots
TOP_FILES = START_FILES + ("board.py",)
SUFFIXES = (".py", ".mpy", ".json", ".bin")
_LONGEST_PATH = 96
_CHUNK_BYTES = 512
_NAME_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"


def application_path(raw):
    """The relative path in UTF-8 bytes `raw` as str, if an application file may have it.

    Raises CoreError(NOT_ALLOWED) for anything else: other folders, absolute or climbing paths, odd characters.
    """
    path = "".join(chr(byte) for byte in raw)
    parts = path.split("/")
    allowed = path in TOP_FILES if len(parts) == 1 else parts[0] in FOLDERS
    for part in parts:
        if not part or part[0] == "." or part.strip(_NAME_CHARS):
            allowed = False
    if not allowed or len(path) > _LONGEST_PATH or not path.endswith(SUFFIXES):
        raise CoreError(NOT_ALLOWED, "%s is no application file" % ascii_only(path))
    return path


def ascii_only(text):
    """`text` with a question mark for whatever could upset a terminal."""
    return "".join(char if " " <= char <= "~" else "?" for char in text)


class FileServer:
    """root: of the volume, running: of the application that runs, folders ending in "/". in_call(): True during a call.

    Files are written at the volume's root; where a slot runs, that is of use for the START_FILES only.
    """

    def __init__(self, root, running, in_call):
        self.handlers = {
            "FILE_BEGIN": self._begin,
            "FILE_DATA": self._data,
            "FILE_END": self._end,
            "FILE_HASH": self._hash,
        }
        self._root = root
        self._running = running
        self._in_call = in_call
        self._path = None
        self._new = files.Transfer("file")
        self.abort = self._new.abort

    def _begin(self, values, reply):
        if self._in_call():
            raise CoreError(BUSY, "a call is running: send files when it is over")
        path = application_path(values["path"])
        self.abort()
        self._path = self._root + path
        files.make_folders(self._path)
        self._new.begin(self._path, values["size"])
        reply(messages.DONE)

    def _data(self, values, reply):
        self._new.check(values["offset"], len(values["data"]))
        self._new.write(values["data"])
        reply(messages.DONE)

    def _end(self, values, reply):
        new = self._new
        if not new.open or new.written != new.size:
            raise CoreError(NOT_STAGED, "%d of %d bytes have arrived" % (new.written, new.size))
        new.close()
        if _sha256(new.path) != values["sha256"]:
            files.remove(new.path)
            raise CoreError(BAD_HASH, "what was written is not what was meant")
        files.rename(new.path, self._path)
        reply(messages.DONE)

    def _hash(self, values, reply):
        path = application_path(values["path"])
        if path in START_FILES or files.size(self._running + path) < 0:
            path = self._root + path
        else:
            path = self._running + path
        size = files.size(path)
        if size < 0:
            raise CoreError(BAD_REQUEST, "there is no such file")
        reply(messages.FILE_HASH_REPLY, size=size, sha256=_sha256(path))


def _sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        chunk = file.read(_CHUNK_BYTES)
        while chunk:
            digest.update(chunk)
            chunk = file.read(_CHUNK_BYTES)
    return digest.digest()
