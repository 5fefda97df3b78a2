"""The virtual clip: the real firmware under the real MicroPython, as a process on a serial port of its own."""

from allears.sim.clip import VirtualClip
from allears.sim.home import DEFAULT_NAME
from allears.sim.starting import Joined, Options, join, start
from allears.sim.status import Snapshot

__all__ = ["DEFAULT_NAME", "Joined", "Options", "Snapshot", "VirtualClip", "join", "start"]
