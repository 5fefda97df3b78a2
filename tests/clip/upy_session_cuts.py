# MicroPython only: the clip hears a recording on a journalled flash, its log is pulled and acknowledged on the way, and
# then the power fails at every STRIDE-th write of that life. After each cut the whole application boots again.
# usage: micropython upy_session_cuts.py FIRMWARE_FOLDER TESTS_FOLDER PCM_FILE STRIDE
import gc
import sys

import vfs

sys.path[:0] = sys.argv[1:3]
from bench import Bench, BenchBoard, FileMic, install_weights  # noqa: E402
from clip_support import keyed_vault, pull  # noqa: E402
from upy_journal import JournalFlash, Vault, cuts, mounted  # noqa: E402

from allears_clip.app import Clip  # noqa: E402  the path comes first
from allears_core import messages, records  # noqa: E402

BLOCKS = 128
ROOT = "/flash/"
PULL_EVERY_HOPS = 7500  # two minutes
STREAMS = (records.EVENTS, records.SUMMARIES)


class Board(BenchBoard):
    def __init__(self, flash, mic=None):
        BenchBoard.__init__(self, ROOT, vault=False)
        self.vault = Vault(flash)
        if mic:
            self.mic = mic


class Life(Bench):
    """A clip that lives once; promises: (writes so far, one past the newest flushed record of each stream)."""

    def __init__(self, board, flash):
        self.board = board
        self.promises = []
        self._flash = flash
        self.clip = Clip(board)
        self.host = messages_client()
        self._role = 0
        self._flush = self.clip.log.flush
        self.clip.log.flush = self._noted_flush

    def _noted_flush(self):
        self._flush()
        log = self.clip.log
        self.promises.append((len(self._flash.journal), [log.flushed_seq(stream) for stream in STREAMS]))

    def hear(self):
        """All of the recording, pulled and acknowledged now and then."""
        pulled = 0
        while not self.board.mic.ended:
            self.board.clock.now += 16 * 4  # a turn judges four hops
            self.clip.turn()
            if self.clip.frames - pulled >= PULL_EVERY_HOPS:
                pulled = self.clip.frames
                for stream in STREAMS:
                    end = self.one(messages.LOG_RANGE, stream=stream)["next_seq"]
                    self.one(messages.LOG_ACK, stream=stream, below_seq=end)
        self.clip.close()


def messages_client():
    from allears_core import link

    return link.Client()


def raw_by_seq(log, stream):
    found = pull(log, stream)[0]
    return [(record.seq, record.boot, record.name, sorted(record.values.items())) for record in found]


def live(pcm):
    """(flash at the start, its journal, promises, what the log finally holds by stream)."""
    flash = JournalFlash(BLOCKS)
    mounted(flash, make=True)
    install_weights(ROOT)
    keyed_vault(Vault(flash))
    start = bytearray(flash.memory)
    flash.keeps = True
    life = Life(Board(flash, FileMic(pcm)), flash)
    life.hear()
    final = [{row[0]: row for row in raw_by_seq(life.clip.log, stream)} for stream in STREAMS]
    vfs.umount("/flash")
    return start, flash.journal, life.promises, final


def check(memory, promised, final):
    """(records lost, records twice, sequence numbers given again) after a cut."""
    flash = JournalFlash(BLOCKS, memory)
    mounted(flash)
    try:
        log = Clip(Board(flash)).log
        lost = twice = reused = 0
        for stream in STREAMS:
            found = raw_by_seq(log, stream)
            held = {row[0]: row for row in found}
            twice += len(found) - len(held)
            for seq in range(log.first_seq(stream), promised[stream]):
                lost += held.get(seq) != final[stream].get(seq)
            reused += log._next[stream] < promised[stream]
        return lost, twice, reused
    finally:
        vfs.umount("/flash")


def sweep(start, journal, promises, final, stride):
    done = lost = twice = unbootable = 0
    upcoming = list(promises)
    promised = [0 for _ in STREAMS]
    for number, memory in cuts(start, journal, stride):
        while upcoming and upcoming[0][0] <= number:
            promised = upcoming.pop(0)[1]
        try:
            gone, double, reused = check(memory, promised, final)
            lost += gone
            twice += double + reused
        except Exception as error:  # noqa: BLE001  whatever stops the start is what is counted
            sys.print_exception(error)
            unbootable += 1
        done += 1
        gc.collect()
    return done, lost, twice, unbootable


start, journal, promises, final = live(sys.argv[3])
done, lost, twice, unbootable = sweep(start, journal, promises, final, int(sys.argv[4]))
held = sum([len(rows) for rows in final])
print(f"{len(journal)} writes, {done} cuts, {held} records, {len(promises)} flushes: ", end="")
print(f"{lost} lost, {twice} twice, {unbootable} unbootable")
sys.exit(1 if lost or twice or unbootable else 0)
