# What each part of a turn takes on recorded sound, and what it asks of the heap: one line a part, its name, then
# instructions (median, 99 %) and bytes a turn. Timed where it is called, so the call from bytecode is in it.
# /frames.txt: how many hops.
import gc

import target
from common import Counter, asked
from target_board import Board

from allears_clip.app import Clip

with open("/frames.txt") as file:
    HOPS = int(file.read())
board = Board()
clip = Clip(board)


class Timed:
    """Stands in for a method of `owner`, or one that is bound there, and counts it."""

    def __init__(self, owner, method):
        self._inner = getattr(owner, method)
        self.counter = Counter(HOPS)
        self.bytes = 0
        setattr(owner, method, self)

    def __call__(self, *arguments):
        before = asked()
        begin = target.insns()
        result = self._inner(*arguments)
        end = target.insns()
        self.bytes += asked() - before
        if self.counter.runs < HOPS:
            self.counter.add(begin, end)
        return result


PARTS = (
    ("capture", clip, "_take"),
    ("features", clip.pipeline, "_hear"),
    ("network", clip.pipeline, "_classify"),
    ("conversation", clip.pipeline, "_judge"),
    ("link poll", clip, "_poll"),
    ("cue player", clip.player, "tick"),
    ("housekeeping", clip.keeper, "step"),
)
timed = [(name, Timed(owner, method)) for name, owner, method in PARTS]
for hop in range(HOPS):
    board.clock.now += 16
    board.mic.hear(hop)
    clip.turn()
    if hop & 31 == 31:
        gc.collect()
for name, part in timed:
    print(name.replace(" ", "-"), part.counter.quantiles((500, 990)), part.bytes // part.counter.runs)
