# MicroPython only: a clip on a journalled flash is updated over its link, starts the new application on trial and
# confirms it; then the power fails at every STRIDE-th write of all that. After each cut the loader chooses, the chosen
# application must be whole, the log and the keys must be there, and a trial that never ends well must lead back.
# usage: micropython upy_update_cuts.py FIRMWARE_FOLDER TESTS_FOLDER OLD_IMAGE NEW_IMAGE STRIDE
import gc
import io
import sys

import vfs

sys.path[:0] = [sys.argv[1], sys.argv[1] + "/allears_core", sys.argv[2]]
import image  # noqa: E402  as at the root of a clip's volume
from bench import Bench, BenchBoard  # noqa: E402
from clip_support import SECRETS, UNIT, append_marks, keyed_vault, pull, read_file, seqs, write_file  # noqa: E402
from upy_journal import JournalFlash, Vault, cuts, mounted  # noqa: E402

import loader  # noqa: E402
from allears_clip.app import Clip  # noqa: E402
from allears_core import keys, link, messages, records, seal  # noqa: E402

BLOCKS = 192
ROOT = "/flash/"
PIECE = 900
TRIAL_MS = 4000
MARKS = 40


class Board(BenchBoard):
    def __init__(self, flash):
        BenchBoard.__init__(self, ROOT, vault=False)
        self.vault = Vault(flash)


def chosen(path=None):
    """The loader's choice, with the slot mounted as on a clip."""
    slots = loader.Slots(ROOT)
    slots.choose(vfs.mount, path or [""])
    return slots


def unmount(slots):
    if slots.running:
        vfs.umount(loader.MOUNTED)


class Updated(Bench):
    def __init__(self, flash, slots):
        self.board = Board(flash)
        self.slots = slots
        self.clip = Clip(self.board, slots)
        self.host = link.Client()
        self._role = 0

    def send(self, new, flags=0, proof=None):
        """The whole update as a host sends it; `new`: bytes of the image."""
        head = image.Image(io.BytesIO(new), loader.inflate)
        self.one(messages.UPDATE_BEGIN, size=len(new))
        self._data(0, head.head)
        for row in head.rows:
            answer = self.ask(messages.UPDATE_COPY, offset=row[1], digest=row[4])[0][0]
            if answer is messages.FAILED:
                self._data(row[1], head.stored(row))
        key = keys.update_key(SECRETS[messages.ROLE_IT], UNIT)
        meant = seal.hmac_sha256(key, messages.UPDATE_LABEL, bytes((flags,)), head.head)
        return self.ask(messages.UPDATE_END, flags=flags, proof=proof or meant)[0]

    def _data(self, at, content):
        for start in range(0, len(content), PIECE):
            self.one(messages.UPDATE_DATA, offset=at + start, data=content[start : start + PIECE])


def installed(old):
    """A keyed clip's flash with `old` in its first slot and a log that was flushed."""
    flash = JournalFlash(BLOCKS)
    mounted(flash, make=True)
    write_file(ROOT + loader.NAMES[0], old)
    loader.Slots(ROOT).confirm()
    keyed_vault(Vault(flash))
    return flash


def live(old, new):
    """(flash at the start, journal of the update, sequence numbers that were flushed before it)."""
    flash = installed(old)
    slots = chosen()
    bench = Updated(flash, slots)
    append_marks(bench.clip.log, MARKS)
    bench.clip.log.flush()
    promised = bench.clip.log.flushed_seq(records.EVENTS)
    start = bytearray(flash.memory)
    flash.keeps = True
    assert bench.send(new)[0] is messages.DONE
    bench.clip.close()
    unmount(slots)
    slots = chosen()
    assert slots.left == loader.STARTS - 1 and slots.running == loader.NAMES[1]
    bench = Updated(flash, slots)
    while bench.board.clock.now < TRIAL_MS:
        bench.clip.turn()
    assert slots.left is None, "a healthy application confirms itself"
    bench.clip.close()
    unmount(slots)
    vfs.umount("/flash")
    return start, flash.journal, promised


def check(memory, promised, digests):
    """(records lost, name of the slot that runs); raises where it does not start."""
    flash = JournalFlash(BLOCKS, memory)
    mounted(flash)
    slots = None
    try:
        slots = chosen()
        with open(ROOT + slots.running, "rb") as file:
            running = image.Image(file, loader.inflate)
            assert running.damaged(lambda: None) is None, "the application is damaged"
            assert seal.sha256(running.head).digest() in digests, "nobody sent this application"
        log = Clip(Board(flash), slots).log
        held = set(seqs(pull(log, records.EVENTS)[0]))
        lost = len([seq for seq in range(promised) if seq not in held])
        first = slots.running
        while slots.left is not None:  # it never says that it is well
            unmount(slots)
            slots = chosen()
        assert slots.failed is None or slots.running != first, "nothing to go back to"
        return lost, first
    finally:
        if slots:
            unmount(slots)
        vfs.umount("/flash")


def sweep(start, journal, promised, digests, stride):
    done = lost = unbootable = 0
    ran = {}
    for _, memory in cuts(start, journal, stride):
        try:
            gone, first = check(memory, promised, digests)
            lost += gone
            ran[first] = ran.get(first, 0) + 1
        except Exception as error:  # noqa: BLE001  whatever stops the start is what is counted
            sys.print_exception(error)
            unbootable += 1
        done += 1
        gc.collect()
    return done, lost, unbootable, ran


if __name__ == "__main__":
    old, new = read_file(sys.argv[3]), read_file(sys.argv[4])
    digests = [seal.sha256(image.Image(io.BytesIO(one), loader.inflate).head).digest() for one in (old, new)]
    start, journal, promised = live(old, new)
    done, lost, unbootable, ran = sweep(start, journal, promised, digests, int(sys.argv[5]))
    print(
        f"{len(journal)} writes, {done} cuts: {lost} lost, {unbootable} unbootable, ran {sorted(ran.items())}"
    )
    sys.exit(1 if lost or unbootable or len(ran) < 2 else 0)
