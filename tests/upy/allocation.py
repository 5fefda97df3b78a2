# Bytes of heap a hop of the conversation takes, state by state: allocation.py FIRMWARE (MicroPython only).
import gc
import sys
from array import array

sys.path.insert(0, sys.argv[1])
from allears_core.conversation import Conversation
from allears_core.settings import Settings

WARM_HOPS = 130
HOPS = 500


class Heard:
    """What the feature kernels fill."""

    bands = array("h", [2500] * 48)
    level = array("h", [-60 * 256, -58 * 256])
    peak = array("h", [30, 40])


def nothing(first, second):
    """Neither a log nor a motor."""


def drive(talk, heard, logits, hops, agent, customer):
    """Lively sound of either side, both or neither."""
    logits[0] = 900 if agent else -900
    logits[1] = 900 if customer else -900
    for k in range(hops):
        for band in range(0, 48, 5):
            heard.bands[band] = 2500 + (k * 37 + band * 11) % 1500
        heard.level[0] = (-26 if agent else -60) * 256 + (k * 7) % 200
        heard.level[1] = (-34 if customer else -58) * 256 + (k * 5) % 200
        talk.step(logits, heard.level, heard)


def main():
    talk = Conversation(Settings(), {"on_q8": [0, 0], "off_q8": [0, 0]}, nothing, nothing)
    heard, logits = Heard(), array("h", [0, 0, 0])
    for name, agent, customer in (
        ("idle", 0, 0),
        ("agent", 1, 0),
        ("customer", 0, 1),
        ("both", 1, 1),
        ("pause", 0, 0),
    ):
        drive(talk, heard, logits, WARM_HOPS, agent, customer)
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        drive(talk, heard, logits, HOPS, agent, customer)
        print(name, gc.mem_alloc() - before)
        gc.enable()


main()
