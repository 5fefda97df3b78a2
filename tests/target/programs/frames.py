# Lets the whole clip judge recorded sound, hop by hop, counts what each turn of its loop takes, and watches the heap.
# /frames.txt: how many hops. Prints "name value" lines.
import gc

import target

BOOTED = target.insns()
from common import Counter, gross  # noqa: E402
from target_board import Board  # noqa: E402

gc.collect()
before_imports = gc.mem_alloc()
from allears_clip.app import Clip  # noqa: E402
from allears_clip.kernels import select  # noqa: E402

gc.collect()
imported = gc.mem_alloc()
board = Board()
clip = Clip(board)
gc.collect()
state = gc.mem_alloc()
with open("/frames.txt") as file:
    HOPS = int(file.read())

board.mic.hear(0)
clip.turn()
print("boot_insns", (target.insns() - BOOTED) & 0x3FFFFFFF)
print("kernels", clip.kernels)
print("heap_code", imported - before_imports)
print("heap_state", state - imported)

frames = Counter(HOPS)
steps = Counter(HOPS)
net = 0
asked = 0
quiet = 0  # turns in which nothing was asked of the heap
worst = 0
gc.collect()
gc.disable()
insns = target.insns
FREE = gc.mem_free
for hop in range(1, HOPS):
    board.clock.now += 16
    board.mic.hear(hop)
    free = FREE()
    total = gross()
    begin = insns()
    clip.turn()
    end = insns()
    frames.add(begin, end)
    taken = free - FREE()
    total = gross() - total
    net += taken
    asked += total
    if total == 0:
        quiet += 1
    if FREE() < 100000:
        gc.collect()
print("frames", clip.frames)
print("median", frames.quantile(500))
print("p90", frames.quantile(900))
print("p99", frames.quantile(990))
print("max", frames.largest())
print("net_bytes", net)
print("gross_bytes", asked)
print("quiet_turns", quiet)
