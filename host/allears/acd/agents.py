"""Whose rows they are: the switchboard's names as pseudonyms, agents without a clip, agents in two teams."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from allears.acd.rows import RowError, Span
from allears.acd.text import decoded
from allears.errors import BadInput, MissingInput

_COLUMNS = ("acd", "agent")


def read_names(path: Path) -> dict[str, str]:
    """The switchboard's name for each agent -> pseudonym, from a CSV with the columns `acd` and `agent`.

    Raises MissingInput or BadInput; a name that stands for two agents is refused.
    """
    try:
        text = decoded(path.read_bytes()).text
    except OSError as error:
        raise MissingInput(f"{path} cannot be read ({error.strerror})", "check the path") from error
    try:
        return _names(path, csv.DictReader(io.StringIO(text), restval=""))
    except csv.Error as error:
        raise BadInput(f"{path} is no CSV table ({error})", "save it again as CSV") from error


def _names(path: Path, rows: "csv.DictReader[str]") -> dict[str, str]:
    if any(name not in (rows.fieldnames or ()) for name in _COLUMNS):
        raise BadInput(
            f"{path} does not name its columns {','.join(_COLUMNS)}", "put them into its first line"
        )
    names: dict[str, str] = {}
    for row in rows:
        told, agent = row["acd"].strip().casefold(), row["agent"].strip()
        if not told or not agent:
            raise BadInput(f"{path} line {rows.line_num} names only one of the two", "complete or remove it")
        if names.setdefault(told, agent) != agent:
            raise BadInput(
                f"{path} line {rows.line_num} gives {row['acd']!r} a second agent", "keep one of them"
            )
    return names


class Pseudonyms:
    """The switchboard's names as pseudonyms: by `names`, else the known agent whose name differs in case only."""

    def __init__(self, names: Mapping[str, str], known: Iterable[str]):
        self._names, self._known = dict(names), set(known)
        self._folded = {agent.casefold(): agent for agent in sorted(self._known)}

    def of(self, name: str) -> str:
        """The agent's pseudonym; the name itself where none is known."""
        folded = name.casefold()
        if folded not in self._names and name in self._known:
            return name
        return self._names.get(folded, self._folded.get(folded, name))

    def rename(self, spans: Iterable[Span]) -> list[Span]:
        """The spans under their agents' pseudonyms."""
        named = ((span, self.of(span.agent)) for span in spans)
        return [span if agent == span.agent else replace(span, agent=agent) for span, agent in named]


def in_two_teams(spans: Sequence[Span]) -> tuple[list[Span], list[RowError]]:
    """Spans without those that put an agent into a second team, and an error for each of these.

    An agent belongs to the team of the file's first row: a person counted in two groups could be told from the
    difference of the two.
    """
    first: dict[str, tuple[str, int]] = {}
    kept, errors = [], []
    for span in sorted(spans, key=lambda span: span.line):
        if span.team:
            team, line = first.setdefault(span.agent, (span.team, span.line))
            if team != span.team:
                errors.append(
                    RowError(
                        span.line, f"puts the agent into team {span.team!r}; line {line} has team {team!r}"
                    )
                )
                continue
        kept.append(span)
    return kept, errors
