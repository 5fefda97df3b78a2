"""What the importer's steps hand to one another."""

from collections.abc import Mapping
from dataclasses import dataclass

CONTACT = ("talk", "hold", "acw")  # states with a contact in hand
CALL = ("talk", "hold")


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row; line counts from 1 and includes the header. kind: wrong, duplicate or overlap."""

    line: int
    text: str
    kind: str = "wrong"


@dataclass(frozen=True)
class Row:
    """One row of a file by role. raw: its fields as they stand in the file."""

    line: int
    values: Mapping[str, str]
    raw: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """One state of one agent from `start_ms` to `end_ms` (UTC ms).

    reason: the switchboard's own word. contact: the contact's id, empty if unknown. contacts: contacts in hand, begins:
    contacts that begin with the span, None where that still has to be counted. rebuilt: see store.AcdState. session: of
    logs whose times are put together, the session that moves as one.
    """

    line: int
    agent: str
    team: str
    state: str
    reason: str
    start_ms: int
    end_ms: int
    contact: str = ""
    contacts: int | None = None
    begins: int | None = None
    rebuilt: bool = False
    session: str = ""
