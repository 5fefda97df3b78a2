"""Storing one export: whose rows, the clocks' offset, rows in the way, and everything in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis

from allears.acd import quarantine
from allears.acd.export import Export
from allears.acd.offset import Calls, Offset, estimate
from allears.acd.rows import CALL, RowError, Span
from allears.acd.tidy import SAME_CONTACT_MS
from allears.acd.times import utc
from allears.aggregate.walltime import clock_ranges, dated
from allears.plain import things
from allears.store import AcdImport, AcdState, Store
from allears_core.params import HOP_MS

# A file most of whose rows are wrong is no export with a few bad rows, but one read in the wrong way.
_MOST_WRONG = 0.5
_DAY_MS = 24 * 3_600_000


@dataclass(frozen=True)
class Imported:
    """What an import did.

    new, known: states stored now and before. left_out: states of agents without a clip that were not wanted.
    moved: agents whom an earlier import of this profile has in another team: (agent, team here, team there).
    placed, unplaced: sessions of a log with rebuilt times that the clip's calls could place in the day, and that they
    could not. refused: why nothing was stored, empty if it was. quarantine: where the rows set aside stand, if any.
    """

    export: Export
    new: int
    known: int
    left_out: int
    unmatched: list[str]
    offset: Offset
    errors: list[RowError]
    placed: int = 0
    unplaced: int = 0
    refused: str = ""
    quarantine: Path | None = None
    moved: tuple[tuple[str, str, str], ...] = ()

    def set_aside(self) -> list[str]:
        """Agents of the rows set aside, as far as these name one."""
        agents = {self.export.agent_of.get(error.line, "") for error in self.errors}
        return sorted(agents - {""})

    def notes(self) -> list[str]:
        """What a person should know beside the totals, in sentences."""
        tidied, export = self.export.tidied, self.export
        told = [
            (
                len(tidied.overlaps),
                f"row overlapped: {tidied.overlap_ms / 1000:g} s claimed twice were given to one.",
            ),
            (tidied.joined, "piece joined that the export had cut."),
            (tidied.empty, "row of no length left out."),
            (tidied.off, "row of agents logged out left out."),
            (export.repaired, "value had spoilt letters, put right."),
            (self.left_out, "state of agents without a clip left out."),
            (self.placed, "session placed in the day by the clip's calls."),
            (self.unplaced, "session of an unknown time of day: right by the day, left out of half-hours."),
        ]
        notes = [things(count, text) for count, text in told if count]
        notes += [f"{note}." for note in export.notes]
        if export.encoding != "UTF-8":
            notes.append(f"Read as {export.encoding}.")
        if self.unmatched:
            notes.append(f"Agents without a clip: {', '.join(self.unmatched)}.")
        if self.moved:
            told_apart = ", ".join(f"{agent} ({here}, before {there})" for agent, here, there in self.moved)
            notes.append(f"Agents in another team than in an earlier import: {told_apart}.")
        if not self.placed and not self.unplaced:
            notes.append(f"Clock offset: {self.offset.text()}.")
        return notes

    def document(self) -> dict[str, Any]:
        """For `--json`: totals, the state map, the offset, and every row set aside."""
        export, tidied, offset = self.export, self.export.tidied, self.offset
        limits = [offset.low_ms / 1000, offset.high_ms / 1000] if offset.known else None
        return {
            "file": export.source,
            "profile": export.profile.name,
            "rows": export.rows,
            "imported": self.new,
            "known": self.known,
            "wrong": len({error.line for error in self.errors if error.kind == "wrong"}),
            "duplicates": len({error.line for error in self.errors if error.kind == "duplicate"}),
            "quarantined": len({error.line for error in self.errors}),
            "quarantine": str(self.quarantine) if self.quarantine else None,
            "refused": self.refused or None,
            "overlaps": len(tidied.overlaps),
            "overlap_s": tidied.overlap_ms / 1000,
            "joined": tidied.joined,
            "empty": tidied.empty,
            "logged_out": tidied.off,
            "repaired": export.repaired,
            "encoding": export.encoding,
            "agents": len({span.agent for span in export.spans}),
            "unmatched": self.unmatched,
            "moved": [{"agent": agent, "team": here, "before": there} for agent, here, there in self.moved],
            "left_out": self.left_out,
            "rebuilt": any(span.rebuilt for span in export.spans),
            "sessions": {"placed": self.placed, "unplaced": self.unplaced},
            "offset": {
                "seconds": offset.ms / 1000,
                "limits": limits,
                "calls": offset.calls,
                "missing": offset.missing or None,
            },
            "state_map": [[word, state, seconds] for (word, state), seconds in export.state_map().items()],
            "seconds": export.seconds(),
            "notes": self.notes(),
            "errors": [
                {"line": e.line, "kind": e.kind, "error": e.text} for e in [*self.errors, *tidied.overlaps]
            ],
        }


@dataclass(frozen=True)
class Options:
    """How to import. offset_ms: a known offset, None to estimate it. keep_unmatched: agents without a clip too.
    whole: nothing is stored if any row is wrong. replace: stored states in the way of the file's give way to them,
    instead of being in the way. quarantine: where the rows set aside go."""

    offset_ms: int | None = None
    keep_unmatched: bool = True
    whole: bool = False
    replace: bool = False
    quarantine: Path | None = None


def known_agents(store: Store) -> list[str]:
    """Pseudonyms of everybody with a clip."""
    found = store.connection.execute("SELECT DISTINCT pseudonym FROM units ORDER BY 1").fetchall()
    return [str(name) for (name,) in found]


def store_export(store: Store, export: Export, options: Options, path: Path) -> Imported:
    """Store what can be used of `export` (of the file `path`) in one transaction, and set the rest aside.

    Nothing is stored if the file is refused: any wrong row with `options.whole`, else more wrong rows than right ones.
    """
    clips = set(known_agents(store))
    unmatched = sorted({span.agent for span in export.spans} - clips)
    wanted = [span for span in export.spans if options.keep_unmatched or span.agent in clips]
    met = store.acd_overlaps([_state(span, 0) for span in wanted])
    in_the_way = {} if options.replace else dict(met)
    free = [span for at, span in enumerate(wanted) if at not in in_the_way]
    late = [RowError(wanted[at].line, f"overlaps {text}, imported before") for at, text in in_the_way.items()]
    errors = sorted([*export.errors, *late], key=lambda error: (error.line, error.text))
    wrong = len({error.line for error in errors if error.kind == "wrong"})
    offset, moves = _offset(store, export, free, options.offset_ms)
    aside = None
    if errors:
        aside = options.quarantine or quarantine.path_for(path)
        quarantine.write(aside, export.header, errors, export.raw)
    refused = _refusal(wrong, export.rows, options.whole)
    done = Imported(
        export, 0, 0, len(export.spans) - len(wanted), unmatched, offset, errors,
        placed=sum(move is not None for move in moves.values()),
        unplaced=sum(move is None for move in moves.values()), refused=refused, quarantine=aside,
        moved=_moved(store, export.profile.name, free),
    )  # fmt: skip
    if refused:
        return done
    states = [_state(span, offset.ms, moves.get(_session(span))) for span in free]
    note = AcdImport(
        file_id=export.file_id,
        source=export.source,
        profile=export.profile.name,
        zone=export.zone.key if export.zone else "",
        rows=export.rows,
        quarantined=wrong,
        overlap_ms=export.tidied.overlap_ms,
        offset_ms=offset.ms,
        offset_low_ms=offset.low_ms if offset.calls else None,
        offset_high_ms=offset.high_ms if offset.calls else None,
        offset_calls=offset.calls,
    )
    new = store.put_acd(states, export.profile.name, export.source, imported=note, replace=options.replace)
    return replace(done, new=new, known=len(states) - new)


def _moved(store: Store, profile: str, spans: Iterable[Span]) -> tuple[tuple[str, str, str], ...]:
    """Agents of these spans whom the newest state of an earlier import has in another team, by name."""
    rows = store.connection.execute(
        "SELECT agent, arg_max(team, end_utc) FROM acd_states WHERE profile = ? AND team IS NOT NULL GROUP BY agent",
        [profile],
    ).fetchall()
    before = {str(agent): str(team) for agent, team in rows}
    here = {span.agent: span.team for span in spans if span.team}
    return tuple(
        (agent, team, before[agent])
        for agent, team in sorted(here.items())
        if before.get(agent, team) != team
    )


def _refusal(wrong: int, rows: int, whole: bool) -> str:
    if wrong and whole:
        return f"{wrong} of {rows} rows are wrong, and none was to be"
    if wrong > rows * _MOST_WRONG:
        return f"{wrong} of {rows} rows are wrong: the file is read in the wrong way, or of another kind"
    return ""


def _state(span: Span, offset_ms: int, move_ms: int | None = None) -> AcdState:
    return AcdState(
        span.agent, span.state, utc(span.start_ms), utc(span.end_ms), span.team or None, span.reason or None,
        span.contacts, span.begins, span.rebuilt and move_ms is None,
        offset_ms if move_ms is None else move_ms,
    )  # fmt: skip


def _session(span: Span) -> tuple[str, str]:
    return span.agent, span.session


def _offset(
    store: Store, export: Export, spans: Sequence[Span], given_ms: int | None
) -> tuple[Offset, dict[tuple[str, str], int | None]]:
    """The file's offset, and how far each session moves whose times are rebuilt (None: nobody knows)."""
    rebuilt = [span for span in spans if span.rebuilt]
    if given_ms is not None:
        return Offset(given_ms, given_ms, given_ms), {}
    if not spans:
        return Offset(missing="there is nothing to compare"), {}
    heard = clip_calls(store, spans)
    if rebuilt:
        moves = {}
        for session in sorted({_session(span) for span in rebuilt}):
            calls = calls_of(span for span in rebuilt if _session(span) == session)
            found = estimate(heard, calls, _DAY_MS)
            moves[session] = found.ms if found.known else None
        return Offset(missing="times are rebuilt: each session is placed by itself"), moves
    return _steady(store, export, estimate(heard, calls_of(spans))), {}


def _steady(store: Store, export: Export, found: Offset) -> Offset:
    """The offset of the last import of this kind where the new estimate does not speak against it: states of two files
    that touch should go on touching."""
    rows = store.connection.execute(
        "SELECT offset_ms, offset_low_ms, offset_high_ms, offset_calls FROM acd_imports "
        "WHERE profile = ? AND offset_calls > 0 ORDER BY rowid DESC LIMIT 1",
        [export.profile.name],
    ).fetchall()
    if not rows:
        return found
    last = Offset(*rows[0])
    if not found.known:
        return last
    return replace(found, ms=last.ms) if found.low_ms <= last.ms <= found.high_ms else found


def calls_of(spans: Iterable[Span]) -> dict[str, Calls]:
    """Each agent's calls in UTC ms: talk and hold without a hole."""
    calls: dict[str, list[tuple[int, int]]] = {}
    for span in spans:
        if span.state not in CALL:
            continue
        mine = calls.setdefault(span.agent, [])
        if mine and 0 <= span.start_ms - mine[-1][1] <= SAME_CONTACT_MS and not span.begins:
            mine[-1] = (mine[-1][0], span.end_ms)
        else:
            mine.append((span.start_ms, span.end_ms))
    return {agent: tuple(mine) for agent, mine in calls.items()}


def clip_calls(store: Store, spans: Sequence[Span]) -> dict[str, Calls]:
    """What the clips of the spans' agents heard of calls, in UTC ms, within a day of the spans."""
    first = min(span.start_ms for span in spans) - _DAY_MS
    last = max(span.end_ms for span in spans) + _DAY_MS
    names = sorted({span.agent for span in spans})
    engine = ibis.duckdb.from_connection(store.connection)
    logs, clocks, units = engine.table("calls"), engine.table("clocks"), engine.table("units")
    owned = units.filter(units.pseudonym.isin(names)).select("unit", "log_id", agent=units.pseudonym)
    table = dated(logs.inner_join(owned, ["unit", "log_id"]), clock_ranges(clocks), "start_hop")
    table = table.filter(table.start_ms.between(first, last))
    end_ms = table.start_ms + (table.end_hop - table.start_hop + 1) * HOP_MS
    # Both streams tell of a call.
    found = engine.to_pyarrow(table.select("agent", "start_ms", end_ms=end_ms).distinct()).to_pylist()
    calls: dict[str, list[tuple[int, int]]] = {}
    for row in found:
        calls.setdefault(row["agent"], []).append((row["start_ms"], row["end_ms"]))
    return {agent: tuple(sorted(mine)) for agent, mine in calls.items()}
