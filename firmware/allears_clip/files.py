# Small file helpers over littlefs: whole-file writes that survive a power cut and are read back.
import os

from allears_core.errors import BAD_REQUEST, FLASH_FAILED, NOT_STAGED, CoreError

ERASE_WISH = "erase"  # where this file stands, the next start forgets everything: erase.py
TEMPORARY = ".new"  # suffix of a file that is not yet what its name says
NO_SPACE = 28  # errno ENOSPC, the same on every port
_FOLDER = 0x4000  # in os.stat's first field


def size(path):
    """Bytes in the file, or -1 where there is none."""
    try:
        return os.stat(path)[6]
    except OSError:
        return -1


def make_folder(path):
    """Create a folder unless it is there; its parent must exist. Raises OSError."""
    try:
        os.mkdir(path)
    except OSError:
        if size(path) < 0:
            raise


def make_folders(path):
    """Create every folder on the way to the file `path`. Raises OSError."""
    at = path.find("/", 1)
    while at > 0:
        make_folder(path[:at])
        at = path.find("/", at + 1)


def remove(path):
    """Remove the file; True if there was one. Raises OSError for anything but its absence."""
    if size(path) < 0:
        return False
    os.remove(path)
    return True


def remove_tree(path):
    """Remove the file or the folder with all in it; nothing where there is none. Raises OSError."""
    try:
        folder = os.stat(path)[0] & _FOLDER
    except OSError:
        return
    if not folder:
        os.remove(path)
        return
    for name in os.listdir(path):
        remove_tree(path + "/" + name)
    os.rmdir(path)


def read_whole(path):
    """Content as bytes, or None where there is no such file."""
    if size(path) < 0:
        return None
    with open(path, "rb") as file:
        return file.read()


def write_whole(path, data):
    """Replace the file by `data`: temporary name, read back, rename. Readers see the old or the new, never a part.

    Raises CoreError(FLASH_FAILED) when the flash returns something else, OSError when it is full.
    """
    temporary = path + TEMPORARY
    with open(temporary, "wb") as file:
        file.write(data)
    if read_whole(temporary) != data:
        os.remove(temporary)
        raise CoreError(FLASH_FAILED, "%s did not read back" % path)
    rename(temporary, path)


def rename(old, new):
    """Give the file `old` the name `new`, in place of whatever had it; atomic on littlefs."""
    os.rename(old, new)


class Transfer:
    """A file that arrives in pieces, under its temporary name until it is whole and somebody has looked at it.

    what: for the error texts. over(): called when it has come to its end, whichever. path: the temporary file's;
    size, written: bytes announced and arrived; open: pieces are awaited.
    """

    def __init__(self, what, over=None):
        self.path = ""
        self.size = 0
        self.written = 0
        self.open = False
        self._what = what
        self._over = over
        self._file = None

    def begin(self, path, size):
        """Await `size` bytes for the file `path`. Raises OSError."""
        self.path = path + TEMPORARY
        self.size = size
        self.written = 0
        self._file = open(self.path, "wb")
        self.open = True

    def check(self, offset, more=0):
        """Raises CoreError unless `more` bytes from `offset` are what comes next."""
        if not self.open:
            raise CoreError(NOT_STAGED, "no %s was begun" % self._what)
        if offset != self.written or self.written + more > self.size:
            raise CoreError(BAD_REQUEST, "expected offset %d of %d" % (self.written, self.size))

    def write(self, data):
        """The next piece. Raises CoreError where it is too long; OSError, and then the transfer is over."""
        if self.written + len(data) > self.size:
            raise CoreError(BAD_REQUEST, "more than the %d bytes that were announced" % self.size)
        try:
            self._file.write(data)
        except OSError:
            self.abort()
            raise
        self.written += len(data)

    def close(self):
        """All has arrived: the temporary file is there to be looked at."""
        self._file.close()
        self.open = False
        if self._over:
            self._over()

    def abort(self):
        """Forget a transfer that did not end, and its temporary file."""
        if self.open:
            self.close()
            remove(self.path)
