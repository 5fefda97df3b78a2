# MicroPython only: a small NOR flash in memory that loses its power at a chosen operation, for the power-cut programs.
import vfs

BLOCK = 4096
BLOCKS = 24
VAULT_BLOCKS = 2  # behind the file system


class PowerCut(Exception):
    pass


NO_POWER = -5  # what the dead flash answers: EIO. It must not allocate, finalisers of open files ask it too


class Flash:
    """NOR flash in memory; operation number `cut_at` is done half, and none after it."""

    def __init__(self, memory, cut_at):
        self.memory = memory
        self.operations = 0
        self.dead = False
        self._cut_at = cut_at

    def readblocks(self, block, data, offset=0):
        if self.dead:
            return NO_POWER
        at = block * BLOCK + offset
        data[:] = self.memory[at : at + len(data)]
        return 0

    def writeblocks(self, block, data, offset=0):
        if self.dead:
            return NO_POWER
        at = block * BLOCK + offset
        size = self._whole(len(data))
        self.memory[at : at + size] = memoryview(data)[:size]
        self._fail_if_cut()
        return 0

    def ioctl(self, request, argument):
        if request == 4:
            return BLOCKS
        if request == 5:
            return BLOCK
        if request == 6:
            if self.dead:
                return NO_POWER
            at = argument * BLOCK
            size = self._whole(BLOCK)
            self.memory[at : at + size] = b"\xff" * size
            self._fail_if_cut()
        return 0

    def _whole(self, size):
        self.operations += 1
        return size // 2 if self.operations == self._cut_at else size

    def _fail_if_cut(self):
        if self.operations == self._cut_at:
            self.dead = True
            raise PowerCut


def mounted(flash):
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
