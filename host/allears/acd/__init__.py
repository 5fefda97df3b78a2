"""Agent states as switchboards export them: vendor profiles as data, states put in order, clocks compared."""

from allears.acd.agents import read_names
from allears.acd.export import Export, read_export
from allears.acd.importing import Imported, Options, known_agents, store_export
from allears.acd.offset import Offset, estimate
from allears.acd.profile import Profile, completed, load, names
from allears.acd.table import header_of

__all__ = [
    "Export",
    "Imported",
    "Offset",
    "Options",
    "Profile",
    "completed",
    "estimate",
    "header_of",
    "known_agents",
    "load",
    "names",
    "read_export",
    "read_names",
    "store_export",
]
