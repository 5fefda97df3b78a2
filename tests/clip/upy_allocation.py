# MicroPython only: what the clip's loop allocates per hop outside core's conversation must be nothing.
# usage: micropython upy_allocation.py FIRMWARE_FOLDER TESTS_FOLDER SCRATCH_FOLDER
import gc
import sys

sys.path[:0] = sys.argv[1:3]
from bench import Bench  # noqa: E402  the path comes first

HOP = bytes(512)
ROUNDS = 1000


class SteadyMic:
    """A microphone that always has a hop, and allocates nothing itself."""

    capacity = 32
    overruns = 0

    def start(self):
        pass

    def waiting(self):
        return 1

    def readinto(self, buf):
        buf[:] = HOP
        return 1


def allocated(function):
    """Bytes that ROUNDS calls of `function` allocate."""
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(ROUNDS):
        function()
    return gc.mem_alloc() - before


clip = Bench(sys.argv[3] + "/", hears=True).clip
clip.capture._mic = SteadyMic()
pipeline = clip.pipeline
parts = {
    "capture": clip.capture.take,
    "features": lambda: pipeline._features.step(clip.capture.buffer),
    "network": lambda: pipeline._network.step(pipeline._features.bands),
    "link": lambda: clip.link.poll(5),
    "cue player": lambda: clip.player.tick(5),
    "housekeeping": lambda: clip.keeper.step(5),
    "button": lambda: clip._button.step(False, 5),
    "uptime": clip.uptime.ms,
}
for part in parts.values():
    part()  # what is made once is made now
gc.disable()
found = {name: allocated(part) for name, part in parts.items()}
for name in sorted(found):
    print(f"{name}: {found[name]} bytes in {ROUNDS} rounds")
sys.exit(1 if any(found.values()) else 0)
