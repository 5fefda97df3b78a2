"""Reading one export: rows by a profile, states in order, what is wrong with the others."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from allears.acd import agents, running, snapshots, spans, table
from allears.acd.profile import Profile
from allears.acd.rows import RowError, Span
from allears.acd.tidy import Tidied, tidy
from allears.errors import BadInput


@dataclass(frozen=True)
class Export:
    """One file, read and put in order, not stored yet.

    errors: rows set aside (wrong or duplicates), by line; overlaps: rows that were cut to make room. raw: fields of any
    row by its line, for the quarantine. notes: what else a reader of the totals should know. agent_of: whose row a
    line is, by pseudonym where one is known.
    """

    file_id: str
    source: str
    profile: Profile
    zone: ZoneInfo | None
    header: tuple[str, ...]
    raw: Mapping[int, Sequence[str]]
    rows: int
    tidied: Tidied
    errors: list[RowError]
    encoding: str
    repaired: int
    notes: list[str]
    agent_of: Mapping[int, str]

    @property
    def spans(self) -> list[Span]:
        """The states that can be stored, without overlaps."""
        return self.tidied.spans

    @property
    def wrong(self) -> int:
        """Rows that are wrong; duplicates are not."""
        return len({error.line for error in self.errors if error.kind == "wrong"})

    def state_map(self) -> dict[tuple[str, str], float]:
        """Seconds by (the switchboard's word, state): what was taken for what."""
        seconds: dict[tuple[str, str], float] = {}
        for span in self.spans:
            key = (span.reason, span.state)
            seconds[key] = seconds.get(key, 0.0) + (span.end_ms - span.start_ms) / 1000
        return dict(sorted(seconds.items()))

    def seconds(self) -> dict[str, float]:
        """Seconds by state."""
        totals: dict[str, float] = {}
        for (_, state), seconds in self.state_map().items():
            totals[state] = totals.get(state, 0.0) + seconds
        return dict(sorted(totals.items()))


def read_export(
    path: Path, profile: Profile, zone: ZoneInfo | None = None, names: Mapping[str, str] | None = None,
    known: Sequence[str] = (),
) -> Export:  # fmt: skip
    """Read a file by a profile (completed with what the user said) and put its states in order.

    zone: of local times; needed unless the file says its offsets. names: the switchboard's names -> pseudonyms; known:
    agents of the store. Raises MissingInput, or BadInput when it is no such file at all.
    """
    if zone is None and not profile.zone_in_file:
        raise BadInput(
            f"{profile.title} has local times", "say in which zone with --time-zone, as Europe/Berlin"
        )
    raw = table.raw_bytes(path)
    if profile.form == "json":
        found = snapshots.read_json(path.name, raw, profile)
        read, errors, notes = snapshots.read(found.rows, profile)
    else:
        found = table.read_csv(path.name, raw, profile)
        if profile.timing == "running":
            assert zone is not None
            read, errors = running.read(found.rows, profile, zone)
        else:
            read, errors = spans.read(found.rows, profile, zone)
        notes = []
    rows = len(found.rows) + len(found.errors)
    errors = found.errors + errors
    pseudonyms = agents.Pseudonyms(names or {}, known)
    read, doubled = agents.in_two_teams(pseudonyms.rename(read))
    errors += doubled
    tidied = tidy(read, zone, profile.cut_minutes)
    return Export(
        file_id=hashlib.sha256(raw).hexdigest()[:16],
        source=path.name,
        profile=profile,
        zone=zone,
        header=found.header,
        raw={**{row.line: row.raw for row in found.rows}, **found.spoilt},
        rows=rows,
        tidied=tidied,
        errors=sorted([*errors, *tidied.duplicates], key=lambda error: (error.line, error.text)),
        encoding=found.encoding,
        repaired=found.repaired,
        notes=notes,
        agent_of={row.line: pseudonyms.of(row.values.get("agent", "")) for row in found.rows},
    )
