# MicroPython only: the power fails at every single flash operation of a log's life on a real littlefs.
# Whatever had been flushed must be there, unchanged, after the next boot, and the sequence must go on.
# usage: micropython upy_powercut.py FIRMWARE_FOLDER TESTS_FOLDER
import os
import sys

import vfs

sys.path[:0] = sys.argv[1:3]
from clip_support import Time, append_marks, append_states, pull  # noqa: E402

from allears_clip.sessionlog import SessionLog  # noqa: E402  the path comes first
from allears_core import records  # noqa: E402

BLOCK = 4096
BLOCKS = 24
ROUNDS = 16
EVENTS, SUMMARIES = records.EVENTS, records.SUMMARIES


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


def work(log, flushed):
    """A log's life; keeps in `flushed` what was promised: (stream, raw records)."""
    for round_ in range(ROUNDS):
        append_states(log, 3)
        append_marks(log, 12)
        log.flush()
        for stream in (EVENTS, SUMMARIES):
            flushed[stream] = [(r.boot, r.seq, r.name) for r in pull(log, stream)[0]]
        if round_ % 4 == 3:
            log.acknowledge(EVENTS, log.flushed_seq(EVENTS))


def life(memory, cut_at, flushed):
    """Operations that one boot and its work took; what it promised stands in `flushed` even where it was cut."""
    flash = Flash(memory, cut_at)
    try:
        mounted(flash)
        work(SessionLog("/flash/log/", Time().ms, budget=6 * BLOCK, segment_bytes=700), flushed)
    except (PowerCut, OSError):
        assert flash.dead, "only the cut may stop the log"
    if "flash" in os.listdir("/"):  # else the cut came before the mount was complete
        vfs.umount("/flash")
    return flash.operations


def check(memory, flushed):
    """Boot again on good power: number of promised records that are gone or changed."""
    mounted(Flash(memory, 0))
    log = SessionLog("/flash/log/", Time().ms, budget=6 * BLOCK, segment_bytes=700)
    lost = 0
    for stream in (EVENTS, SUMMARIES):
        found = {(r.boot, r.seq, r.name) for r in pull(log, stream)[0]}
        promised = [key for key in flushed.get(stream, []) if key[1] >= log.first_seq(stream)]
        lost += sum([1 for key in promised if key not in found])
        if promised:
            assert log.flushed_seq(stream) > promised[-1][1], (
                "a promised sequence number would be given again"
            )
    append_states(log, 1)
    log.flush()
    assert pull(log, SUMMARIES)[0][-1].boot == log.boot
    vfs.umount("/flash")
    return lost


fresh = bytearray(BLOCK * BLOCKS)
vfs.VfsLfs2.mkfs(Flash(fresh, 0), progsize=256)
total = life(bytearray(fresh), 0, {})
lost = 0
for cut in range(1, total + 1):
    memory = bytearray(fresh)
    flushed = {}
    life(memory, cut, flushed)
    lost += check(memory, flushed)
print(f"{total} cuts, {lost} flushed records lost")
sys.exit(1 if lost or total < 100 else 0)
