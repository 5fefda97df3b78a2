# The whole clip judges recorded sound hop by hop: what each turn of its loop takes, in instructions and in heap.
# /frames.txt: how many hops. The heap is collected as on a clip (boot.py). Prints "name numbers" lines.
import gc

import target

RESET = target.insns()
import boot  # noqa: E402, F401, I001  sets the threshold of the collector
from common import Counter, asked, kept  # noqa: E402
from target_board import Board  # noqa: E402

gc.collect()
before = gc.mem_alloc()
from allears_clip.app import Clip  # noqa: E402
from allears_clip.kernels import select  # noqa: E402

select.kernels()  # so that their code counts as code
gc.collect()
code = gc.mem_alloc()
board = Board()
clip = Clip(board)
gc.collect()
state = gc.mem_alloc()
with open("/frames.txt") as file:
    HOPS = int(file.read())
board.mic.hear(0)
clip.turn()
print("boot", (target.insns() - RESET) & 0x3FFFFFFF)
print("kernels", clip.kernels)
print("heap", code - before, state - code)


class Records:
    """Counts what the log takes in and writes: turns with any of it may allocate."""

    def __init__(self, log):
        self._queue = log._queue
        self._write = log._write
        self.count = 0
        log._queue = self.queue
        log._write = self.write

    def queue(self, stream, raw):
        self.count += 1
        self._queue(stream, raw)

    def write(self, stream, block):
        self.count += 1
        self._write(stream, block)


records = Records(clip.log)
every = Counter(HOPS)
quiet = quiet_asked = asking = (
    0  # turns without a record, bytes that they asked of the heap, how many of them did
)
busy_kept = 0
insns = target.insns
gc.collect()
for hop in range(1, HOPS):
    board.clock.now += 16
    board.mic.hear(hop)
    logged = records.count
    kept_before = kept()
    asked_before = asked()
    begin = insns()
    clip.turn()
    end = insns()
    taken = kept() - kept_before
    wanted = asked() - asked_before
    every.add(begin, end)
    if logged == records.count:
        quiet += 1
        quiet_asked += wanted
        asking += wanted > 0
    else:
        busy_kept += taken
print("frames", clip.frames)
print("quiet_turns", quiet, quiet_asked, asking)
print("busy_turns", every.runs - quiet, busy_kept)
every.dump()
