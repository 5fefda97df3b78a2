# MicroPython only: the whole clip for hours on a flash in memory, its counters a minute before they wrap. What it hears
# is either drawn decisions at the conversation's entrance, or a recording through everything.
# usage: micropython upy_soak.py FIRMWARE TESTS_CLIP decisions HOURS | audio HOURS PCM_FILE
import gc
import json
import sys

sys.path[:0] = sys.argv[1:3]
from bench import Bench, BenchBoard, BenchClock, FileMic, install_weights  # noqa: E402
from clip_support import keyed_vault  # noqa: E402
from upy_journal import JournalFlash, Vault, mounted  # noqa: E402

from allears_clip.app import Clip  # noqa: E402
from allears_clip.sessionlog import BUDGET_BYTES, SessionLog  # noqa: E402
from allears_core import link, messages, records, sealed  # noqa: E402
from allears_core.compat import TICKS_PERIOD  # noqa: E402

BLOCKS = 256
ROOT = "/flash/"
MINUTE_MS = 60000
MINUTE_HOPS = 3750
HOPS_A_TURN = 4
TURN_MS = 16 * HOPS_A_TURN
TURNS_AN_HOUR = 3600 * 1000 // TURN_MS
LOOKS_AN_HOUR = 6
STREAMS = (records.EVENTS, records.SUMMARIES)
YES, NO = 2000, -2000  # logits, Q8
LOUD, QUIET = -25 * 256, -80 * 256


class WrappingClock(BenchClock):
    def ticks_ms(self):
        return self.now & (TICKS_PERIOD - 1)


class Dark:
    """Light and motor that remember nothing: the bench's keep all they were told, which in days is a heap's worth."""

    def set(self, *level):
        pass


class Shift:
    """Drawn decisions: calls of some minutes with turns, overlaps and pauses, and idle time between them."""

    def __init__(self):
        self._seed = 12345
        self._left = [0, 0]
        self._on = [False, False]
        self._call_left = 0
        self._idle_left = 500
        self.logits = [NO, NO, NO]
        self.level = [QUIET, QUIET]

    def _below(self, limit):
        self._seed = (self._seed * 1103 + 12345) & 0xFFFFF
        return self._seed * limit >> 20

    def step(self):
        if self._idle_left:
            self._idle_left -= 1
            if not self._idle_left:
                self._call_left = 4000 + self._below(24000)
            return
        self._call_left -= 1
        for side in (0, 1):
            if not self._left[side]:
                self._on[side] = not self._on[side] and self._call_left > 0
                self._left[side] = 20 + self._below(500)
                self.logits[side] = YES if self._on[side] else NO
                self.level[side] = LOUD if self._on[side] else QUIET
            self._left[side] -= 1
        if self._call_left < 0 and not self._on[0] and not self._on[1]:
            self._idle_left = 2500 + self._below(8000)


class Soaked(Bench):
    """A clip with its counters close to their ends, and what was seen of it from time to time."""

    def __init__(self, mic):
        flash = JournalFlash(BLOCKS)
        mounted(flash, make=True)
        install_weights(ROOT)
        self.board = BenchBoard(ROOT, vault=False)
        self.board.vault = Vault(flash)
        vault = keyed_vault(self.board.vault)
        self.board.clock = WrappingClock()
        self.board.light = self.board.haptic = Dark()
        if mic:
            self.board.mic = mic
        self._two_boots_before_they_wrap(vault)
        Clip(self.board)
        self.board.clock.now = TICKS_PERIOD - MINUTE_MS
        self.clip = Clip(self.board)
        self.host = link.Client()
        self._role = 0
        self.clip.uptime._ms = (1 << 32) - MINUTE_MS
        self.clip.pipeline.conversation.hop = (1 << 30) - MINUTE_HOPS
        self.heap = []
        self.most_blocks = 0

    def _two_boots_before_they_wrap(self, vault):
        log = SessionLog(ROOT + "log/", self.board.clock.ticks_ms, vault)
        log.boot = 0xFFFE
        log._write_pointers()

    def look(self):
        gc.collect()
        self.heap.append(gc.mem_alloc())
        self.most_blocks = max(self.most_blocks, self.clip.log.segments.blocks())

    def acknowledge(self):
        """A host takes what there is."""
        for stream in STREAMS:
            end = self.one(messages.LOG_RANGE, stream=stream)["next_seq"]
            self.one(messages.LOG_ACK, stream=stream, below_seq=end)

    def gaps(self):
        """Sequence numbers that are missing between the oldest kept and the newest, or there twice."""
        self.clip.log.flush()
        wrong = 0
        for stream in STREAMS:
            at = self.clip.log.first_seq(stream)
            cursor = self.clip.log.read(stream, at, 1 << 30)
            data = cursor.step()
            while data is not None:
                if data:
                    head = sealed.header(data)
                    wrong += abs(head["first_seq"] - at)
                    at = head["first_seq"] + head["count"]
                data = cursor.step()
            wrong += abs(self.clip.log.flushed_seq(stream) - at)
        return wrong


def decisions(clip, soaked, turns):
    """The loop without sound: drawn decisions in place of what the network would say."""
    shift = Shift()
    talk = clip.pipeline.conversation
    clock = soaked.board.clock
    for turn in range(turns):
        for _ in range(HOPS_A_TURN):
            shift.step()
            talk.step(shift.logits, shift.level)
        clock.now += TURN_MS
        clip.turn()
        if turn % (TURNS_AN_HOUR // LOOKS_AN_HOUR) == 0:
            soaked.look()
        if turn % TURNS_AN_HOUR == TURNS_AN_HOUR - 1:
            soaked.acknowledge()


def audio(clip, soaked, turns):
    for turn in range(turns):
        soaked.board.clock.now += TURN_MS
        clip.turn()
        if turn % (TURNS_AN_HOUR // LOOKS_AN_HOUR) == 0:
            soaked.look()


mode, hours = sys.argv[3], float(sys.argv[4])
soaked = Soaked(FileMic(sys.argv[5], again=True) if mode == "audio" else None)
turns = int(hours * TURNS_AN_HOUR)
(audio if mode == "audio" else decisions)(soaked.clip, soaked, turns)
soaked.look()
half = max(1, len(soaked.heap) // 2)
clip = soaked.clip
print(
    json.dumps(
        {
            "hours": hours,
            "hops": turns * HOPS_A_TURN,
            "heap_growth_bytes": max(soaked.heap[half:]) - max(soaked.heap[:half]),
            "heap_bytes": max(soaked.heap),
            "log_bytes": soaked.most_blocks * 4096,
            "log_budget_bytes": BUDGET_BYTES,
            "sequence_errors": soaked.gaps(),
            "records": sum([clip.log._next[stream] for stream in STREAMS]),
            "exceptions": clip.health.exceptions,
            "flash_failures": clip.log.failures,
            "boot": clip.log.boot,
            "uptime_ms": clip.uptime.ms(),
        }
    )
)
