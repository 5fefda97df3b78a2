"""Tables for other tools: an agent's own records and days, or a team's sums, with a data dictionary beside them."""

from allears.export.agent import agent_tables
from allears.export.layout import write_layout
from allears.export.table import Column, Filled, Table
from allears.export.team import team_tables
from allears.export.writing import FORMATS, places, write

__all__ = [
    "FORMATS",
    "Column",
    "Filled",
    "Table",
    "agent_tables",
    "places",
    "team_tables",
    "write",
    "write_layout",
]
