# MicroPython only: flash that keeps a journal of every erase and program, so that a life which was lived once can be
# cut at any of them: what stood on the flash at that moment is made again from the journal.
import vfs

BLOCK = 4096
PAGE = 256  # what a chip programs at once
VAULT_BLOCKS = 2  # behind the file system, for keys


class JournalFlash:
    """NOR flash in memory. journal: list of (address, bytes programmed, or None for an erased block)."""

    def __init__(self, blocks, memory=None):
        self.blocks = blocks
        self.memory = memory if memory is not None else bytearray(b"\xff" * (BLOCK * (blocks + VAULT_BLOCKS)))
        self.journal = []
        self.keeps = False

    def readblocks(self, block, data, offset=0):
        at = block * BLOCK + offset
        data[:] = memoryview(self.memory)[at : at + len(data)]
        return 0

    def writeblocks(self, block, data, offset=0):
        at = block * BLOCK + offset
        for page in range(0, len(data), PAGE):
            self._do((at + page, bytes(memoryview(data)[page : page + PAGE])))
        return 0

    def ioctl(self, request, argument):
        if request == 4:
            return self.blocks
        if request == 5:
            return BLOCK
        if request == 6:
            self._do((argument * BLOCK, None))
        return 0

    def _do(self, operation):
        if self.keeps:
            self.journal.append(operation)
        apply(self.memory, operation, 1)


class Vault:
    """A board's vault in the last blocks of a JournalFlash."""

    def __init__(self, flash):
        self._flash = flash

    def read(self, sector, buf):
        self._flash.readblocks(self._flash.blocks + sector, buf)

    def erase(self, sector):
        self._flash.ioctl(6, self._flash.blocks + sector)

    def program(self, sector, data):
        self._flash.writeblocks(self._flash.blocks + sector, data)


def apply(memory, operation, parts):
    """Do the first 1/parts of one operation."""
    at, data = operation
    size = (BLOCK if data is None else len(data)) // parts
    memory[at : at + size] = b"\xff" * size if data is None else memoryview(data)[:size]


def cuts(start, journal, stride):
    """(number, memory) for a power cut half-way through every `stride`-th operation of `journal`, and behind the last.

    The memory is the caller's to go on with. start: what stood there before the first.
    """
    for number, operation in enumerate(journal):
        if number % stride == 0:
            cut = bytearray(start)
            apply(cut, operation, 2)
            yield number, cut
        apply(start, operation, 1)
    yield len(journal), bytearray(start)


def mounted(flash, make=False):
    if make:
        vfs.VfsLfs2.mkfs(flash, progsize=256)
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
