# What each stage of a turn takes, on recorded sound: median instructions, one "name value" line a stage.
# Each stage is timed where it is called, so a call from bytecode is in it; a stage in parentheses is part of the one above it.
import gc

import target
from common import Counter, gross
from target_board import Board

from allears_clip.app import Clip

with open("/frames.txt") as file:
    HOPS = int(file.read())
board = Board()
clip = Clip(board)
talk = clip.pipeline.conversation
insns = target.insns


class Timed:
    """Stands in for a method of `owner` and counts it."""

    def __init__(self, name, owner, method, size):
        self.name = name
        self.inner = getattr(owner, method)
        self.counter = Counter(size)
        self.asked = 0
        self.size = size
        setattr(owner, method, self)

    def __call__(self, *arguments):
        asked = gross()
        begin = insns()
        result = self.inner(*arguments)
        end = insns()
        self.asked += gross() - asked
        if self.counter.runs < self.size:
            self.counter.add(begin, end)
        return result


PARTS = (
    ("capture", clip.capture, "take"),
    ("features", clip.pipeline._features, "step"),
    ("network", clip.pipeline._network, "step"),
    ("conversation", talk, "step"),
    ("link", clip.link, "poll"),
    ("cue player", clip.player, "tick"),
    ("housekeeping", clip.keeper, "step"),
    ("button", clip._button, "step"),
    ("uptime", clip.uptime, "ms"),
)
INNER = (
    ("(detector)", talk._detector, "step"),
    ("(hold)", talk._hold, "step"),
    ("(window)", talk._window, "step"),
    ("(calls)", talk._calls, "step"),
    ("(events)", talk._events, "step"),
    ("(watch)", talk._watch, "step"),
)
INNER2 = (
    ("((dead air))", talk._events.dead_air, "step"),
    ("((turns))", talk._events.turns, "step"),
    ("((monologue))", talk._events.monologue, "step"),
    ("((loud))", talk._events._loud, "step"),
    ("((share))", talk._events.share, "step"),
    ("((measures))", talk._events.measures, "step"),
    ("((closed turns))", talk._events, "_closed_turns"),
    ("((bursts))", talk._window.agent_bursts, "step"),
    ("((hold bands))", talk._hold, "_bands"),
)


def drive(parts, first, count):
    """Median of each part over `count` turns."""
    gc.enable()
    timed = [Timed(*part, count) for part in parts]
    gc.collect()
    gc.disable()
    for hop in range(first, first + count):
        board.clock.now += 16
        board.mic.hear(hop)
        clip.turn()
        if gc.mem_free() < 100000:
            gc.collect()
    for (name, owner, method), part in zip(parts, timed):
        setattr(owner, method, part.inner)
        print(name, part.counter.quantile(500), part.counter.quantile(990), part.asked // count)



third = HOPS // 3
drive(PARTS, 0, third)
drive(INNER, third, third)
drive(INNER2, 2 * third, third)
