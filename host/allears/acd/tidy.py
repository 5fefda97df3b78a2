"""From spans as they were read to states that follow one another: duplicates, overlaps, cuts at midnight."""

import datetime as dt
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from allears.acd.profile import OFF
from allears.acd.rows import CALL, CONTACT, RowError, Span

SAME_CONTACT_MS = 1000  # talk and hold this close to one another are one contact
_ORDER = {"talk": 3, "hold": 2, "acw": 1}


@dataclass(frozen=True)
class Tidied:
    """States without overlap, oldest first within each agent, and what was done to get there.

    duplicates, overlaps: the rows concerned. overlap_ms: time that was claimed more than once. empty, off: rows of no
    length and of an agent logged out, which are left out. joined: pieces put together that a midnight had cut.
    """

    spans: list[Span]
    duplicates: list[RowError]
    overlaps: list[RowError]
    overlap_ms: int
    empty: int
    off: int
    joined: int


def tidy(spans: Iterable[Span], zone: ZoneInfo | None, cut_minutes: int) -> Tidied:
    """Put spans in order; cut_minutes: the export cuts states at every so many minutes of the day of `zone`
    (None: where it cuts is not known, and nothing is joined)."""
    by_agent: dict[str, list[Span]] = {}
    for span in spans:
        by_agent.setdefault(span.agent, []).append(span)
    done = Tidied([], [], [], 0, 0, 0, 0)
    made: list[Span] = []
    overlap_ms = empty = off = joined = 0
    for agent in sorted(by_agent):
        ordered = sorted(
            by_agent[agent], key=lambda span: (span.start_ms, span.end_ms, span.state, span.line)
        )
        single = _without_duplicates(ordered, done.duplicates)
        empty += sum(span.end_ms == span.start_ms for span in single)
        off += sum(span.state == OFF for span in single)
        whole = _joined([span for span in single if span.end_ms > span.start_ms], zone, cut_minutes)
        joined += sum(span.end_ms > span.start_ms for span in single) - len(whole)
        flat, doubled = _flat(_counted(whole), done.overlaps)
        overlap_ms += doubled
        made += [span for span in flat if span.state != OFF]
    return replace(done, spans=made, overlap_ms=overlap_ms, empty=empty, off=off, joined=joined)


def _without_duplicates(ordered: Sequence[Span], duplicates: list[RowError]) -> list[Span]:
    first: dict[tuple[object, ...], Span] = {}
    kept = []
    for span in ordered:
        key = (span.state, span.reason, span.start_ms, span.end_ms, span.contact)
        if key in first:
            duplicates.append(RowError(span.line, f"repeats line {first[key].line}", "duplicate"))
            continue
        first[key] = span
        kept.append(span)
    return kept


def _joined(ordered: Sequence[Span], zone: ZoneInfo | None, cut_minutes: int) -> list[Span]:
    """Pieces of one state put together where the export cut it."""
    whole: list[Span] = []
    for span in ordered:
        newest = whole[-1] if whole else None
        if (
            newest is not None
            and zone is not None
            and (newest.end_ms, newest.state, newest.reason, newest.contact, newest.rebuilt)
            == (span.start_ms, span.state, span.reason, span.contact, span.rebuilt)
            and newest.begins is None
            and is_cut(span.start_ms, zone, cut_minutes)
        ):
            whole[-1] = replace(newest, end_ms=span.end_ms)
        else:
            whole.append(span)
    return whole


def is_cut(ms: int, zone: ZoneInfo, cut_minutes: int) -> bool:
    """True at the instants of the local day at which an export cuts states; 1440: at midnight."""
    if ms % 60_000:
        return False
    local = dt.datetime.fromtimestamp(ms / 1000, zone)
    return (local.hour * 60 + local.minute) % cut_minutes == 0


def _counted(ordered: Sequence[Span]) -> list[Span]:
    """Spans with `contacts` and `begins` filled in. Talk and hold one after the other are one contact; without ids, a
    second talk row right after a first one is another."""
    counted: list[Span] = []
    met: set[str] = set()
    newest: Span | None = None  # of those that ended
    for span in ordered:
        begins, contacts = span.begins, span.contacts
        if contacts is None:
            contacts = int(span.state in CONTACT)
        if begins is None and span.state not in CALL:
            begins = 0
        elif begins is None and span.contact:
            begins = int(span.contact not in met)
            met.add(span.contact)
        elif begins is None:
            goes_on = (
                newest is not None
                and newest.state != span.state
                and 0 <= span.start_ms - newest.end_ms <= SAME_CONTACT_MS
            )
            begins = int(not goes_on)
        if span.state in CALL:
            newest = span
        counted.append(replace(span, contacts=contacts, begins=begins))
    return counted


def _flat(ordered: Sequence[Span], overlaps: list[RowError]) -> tuple[list[Span], int]:
    """Spans cut so that none overlaps another, and how long more than one claimed.

    A state with a contact outranks one without, talk before hold before after-call work; else the one that began later
    holds, as a log's next row ends the one before.
    """
    flat: list[Span] = []
    doubled = 0
    group: list[Span] = []
    last = None  # of the group, the one that ends last
    for span in [*ordered, None]:
        if span is not None and last is not None and span.start_ms < last.end_ms:
            overlaps.append(RowError(span.line, f"overlaps line {last.line} of the same agent", "overlap"))
            group.append(span)
            last = max(last, span, key=lambda each: each.end_ms)
            continue
        if len(group) == 1:
            flat.append(group[0])
        elif group:
            pieces = _swept(group)
            flat += pieces
            doubled += sum(s.end_ms - s.start_ms for s in group) - sum(p.end_ms - p.start_ms for p in pieces)
        if span is not None:
            group, last = [span], span
    return flat, doubled


def _swept(group: Sequence[Span]) -> list[Span]:
    """The winner of every stretch between two borders of spans that overlap."""
    borders = sorted({border for span in group for border in (span.start_ms, span.end_ms)})
    waiting = sorted(group, key=lambda span: span.start_ms, reverse=True)
    ending = sorted(group, key=lambda span: span.end_ms, reverse=True)
    active: list[tuple[int, int, int, str, int, Span]] = []
    in_hand = 0
    pieces: list[Span] = []
    for begin, end in zip(borders, borders[1:], strict=False):
        begins = 0
        while waiting and waiting[-1].start_ms == begin:
            span = waiting.pop()
            key = (-_ORDER.get(span.state, 0), -span.start_ms, span.end_ms, span.state, span.line)
            heapq.heappush(active, (*key, span))
            in_hand += span.contacts or 0
            begins += span.begins or 0
        while ending and ending[-1].end_ms <= begin:
            in_hand -= ending.pop().contacts or 0
        while active[0][5].end_ms <= begin:
            heapq.heappop(active)
        best = active[0][5]
        contacts = in_hand if best.state in CONTACT else 0
        newest = pieces[-1] if pieces else None
        if (
            newest
            and (newest.line, newest.contacts, begins) == (best.line, contacts, 0)
            and newest.end_ms == begin
        ):
            pieces[-1] = replace(newest, end_ms=end)
        else:
            pieces.append(replace(best, start_ms=begin, end_ms=end, contacts=contacts, begins=begins))
    return pieces
