"""The virtual clip: the real firmware under the real MicroPython, as a process on a serial port of its own."""

from allears.sim.clip import VirtualClip
from allears.sim.home import DEFAULT_NAME
from allears.sim.starting import Joined, Options, join, start
from allears.sim.status import Snapshot

HELLO_S = 20.0  # a clip that was just started loads its application first

__all__ = ["DEFAULT_NAME", "HELLO_S", "Joined", "Options", "Snapshot", "VirtualClip", "join", "start"]
