# Forgetting for good: the log and all that was learnt about the agent are deleted, and then every block of flash that
# is free is written over, because deleting alone leaves the bytes where they were. Done at the start, before the log is
# opened; a lost power begins it again, since the wish is deleted last.
import os

from . import files

_PERSONAL = ("log", "usual.json", "ages.json", "crash.txt", "crashes.json")
_FILLERS = ("filler.0", "filler.1")
_LEFT_BLOCKS = 8  # that the first filler leaves for its own entry
_BLOCK_BYTES = 4096
_CHURN = (
    96  # small files written and deleted, so that the root's own blocks are written anew, both of the pair
)
_CHURN_BYTES = 200


def carry_out(root, alive):
    """Forget; the number of blocks written over and read back. alive(): told often."""
    for name in _PERSONAL:
        files.remove_tree(root + name)
        files.remove_tree(root + name + files.TEMPORARY)
    for name in _FILLERS:
        files.remove(root + name)
    for _ in range(_CHURN):
        with open(root + _FILLERS[0], "wb") as file:
            file.write(bytes(_CHURN_BYTES))
        os.remove(root + _FILLERS[0])
        alive()
    block = bytes(_BLOCK_BYTES)
    count = os.statvfs(root)[3] - _LEFT_BLOCKS
    with open(root + _FILLERS[0], "wb") as file:
        for _ in range(count):
            file.write(block)
            alive()
    count = _read_back(root + _FILLERS[0], block, alive)
    count += _fill_up(root + _FILLERS[1], block)
    for name in _FILLERS:
        files.remove(root + name)
    files.remove(root + files.ERASE_WISH)
    return count


def _fill_up(path, block):
    """Write until the flash has no block left; how many it had."""
    done = 0
    file = open(path, "wb")
    try:
        while True:
            file.write(block)
            file.flush()
            done += 1
    except OSError as error:
        if error.errno != files.NO_SPACE:
            raise
    try:
        file.close()
    except OSError as error:
        if error.errno != files.NO_SPACE:
            raise
    return done


def _read_back(path, block, alive):
    found = bytearray(_BLOCK_BYTES)
    count = 0
    with open(path, "rb") as file:
        while file.readinto(found):
            if found != block:
                raise OSError(5, "what was written over does not read back")
            count += 1
            alive()
    return count
