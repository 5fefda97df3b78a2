"""Rows that say when a state began, and when it ended or how long it lasted, as spans of UTC."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allears.acd.profile import Profile
from allears.acd.rows import Row, RowError, Span
from allears.acd.times import candidates, duration_ms, parse

LONGEST_MS = 24 * 3_600_000  # a longer state is a wrong date, not a shift
_AGREE_MS = 1500  # how far a duration may be from the difference of the times beside it


@dataclass(frozen=True)
class _Read:
    """A row before its end and its hour in the autumn night are settled."""

    row: Row
    agent: str
    state: str
    reason: str
    starts: list[int]
    ends: list[int]
    lasts_ms: int | None


def read(rows: Iterable[Row], profile: Profile, zone: ZoneInfo | None) -> tuple[list[Span], list[RowError]]:
    """Spans of the rows, and an error for each row that is none.

    zone: of local times, None where the file says its offsets. A row without end and duration lasts until the next row
    of its agent.
    """
    read_rows: list[_Read] = []
    errors: list[RowError] = []
    for row in rows:
        try:
            read_rows.append(_read(row, profile, zone))
        except ValueError as error:
            errors.append(RowError(row.line, str(error)))
    by_agent: dict[str, list[_Read]] = {}
    for item in read_rows:
        by_agent.setdefault(item.agent, []).append(item)
    spans: list[Span] = []
    for items in by_agent.values():
        _settle(items, spans, errors)
    return sorted(spans, key=lambda span: span.line), errors


def agent_of(values: Mapping[str, str]) -> str:
    """The row's agent; ValueError where it names none, or one with characters that no clip bears."""
    agent = values.get("agent", "")
    if not agent:
        raise ValueError("names no agent")
    if not agent.isprintable():
        raise ValueError("names an agent with characters that cannot be printed")
    return agent


def complete(row: Row, profile: Profile) -> None:
    """ValueError where the row has nothing for a role that the profile cannot do without."""
    agent_of(row.values)
    lacking = [role for role in profile.required if not row.values.get(role)]
    if lacking:
        raise ValueError(f"has no {' and no '.join(lacking)}")


def word_of(values: Mapping[str, str], profile: Profile) -> str:
    """The word that the profile's state map is asked for."""
    return profile.word.format_map({role: values.get(role, "") for role in ("state", *values)})


def _read(row: Row, profile: Profile, zone: ZoneInfo | None) -> _Read:
    complete(row, profile)
    agent = row.values["agent"]
    word = word_of(row.values, profile)
    reason = row.values.get("reason", "")
    state = profile.state_of(word, reason)
    starts = candidates(_start(row.values, profile), zone, "start")
    end = row.values.get("end", "")
    ends = candidates(parse(end, profile.times, "end"), zone, "end") if end else []
    lasts = row.values.get("duration", "")
    lasts_ms = duration_ms(lasts, profile.durations) if lasts else None
    if lasts_ms is not None and lasts_ms < 0:
        raise ValueError(f"lasts {lasts}, less than nothing")
    return _Read(row, agent, state, reason or word, starts, ends, lasts_ms)


def _start(values: Mapping[str, str], profile: Profile) -> dt.datetime:
    """The start, whose date may stand in a column of its own."""
    return parse(f"{values.get('date', '')} {values.get('start', '')}".strip(), profile.times, "start")


def _settle(items: list[_Read], spans: list[Span], errors: list[RowError]) -> None:
    """Spans of one agent's rows, in the order of the file or, where it runs backwards, against it."""
    firsts = [item.starts[0] for item in items]
    steps = [later - earlier for earlier, later in zip(firsts, firsts[1:], strict=False)]
    falls, rises = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
    if (falls, firsts[0]) > (rises, firsts[-1]):
        items = items[::-1]
    before: int | None = None
    for at, item in enumerate(items):
        following = items[at + 1].starts if at + 1 < len(items) else []
        try:
            start, end = _times(item, before, following)
            _check(start, end)
        except ValueError as error:
            errors.append(RowError(item.row.line, str(error)))
            continue
        before = end
        values = item.row.values
        spans.append(
            Span(item.row.line, item.agent, values.get("team", ""), item.state, item.reason, start, end,
                 values.get("contact", ""))
        )  # fmt: skip


def _times(item: _Read, before: int | None, following: list[int]) -> tuple[int, int]:
    """Start and end of a row. before: end of the row before it, following: what the next row's start can be."""
    ends = item.ends
    if ends and item.lasts_ms is not None:
        agreed = [
            (start, end)
            for start in item.starts
            for end in ends
            if abs(end - start - item.lasts_ms) <= _AGREE_MS
        ]
        if not agreed:
            told = (ends[0] - item.starts[0]) / 1000
            raise ValueError(f"lasts {told:g} s by its times and {item.lasts_ms / 1000:g} s by its duration")
        return _nearest(agreed, before)
    if ends:
        return _nearest(_forward([(start, end) for start in item.starts for end in ends]), before)
    if item.lasts_ms is not None:
        return _nearest([(start, start + item.lasts_ms) for start in item.starts], before)
    if not following:
        raise ValueError("has neither end nor duration, and no later row of this agent says when it ended")
    return _nearest(_forward([(start, end) for start in item.starts for end in following]), before)


def _forward(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs that do not run backwards and, of those, the shorter reading of an hour that comes twice."""
    running = [pair for pair in pairs if pair[1] >= pair[0]] or pairs
    shortest = min(end - start for start, end in running)
    return [pair for pair in running if pair[1] - pair[0] == shortest]


def _nearest(pairs: list[tuple[int, int]], before: int | None) -> tuple[int, int]:
    """The pair that follows on the row before; there is a choice only in the hour that comes twice."""
    if len(pairs) == 1:
        return pairs[0]
    if before is None:
        raise ValueError(
            "begins in the hour that comes twice that night, and no earlier row says which is meant"
        )
    after = [pair for pair in pairs if pair[0] >= before - _AGREE_MS]
    return min(after or pairs, key=lambda pair: abs(pair[0] - before))


def _check(start: int, end: int) -> None:
    if end < start:
        raise ValueError(f"ends {dt.timedelta(milliseconds=start - end)} before it starts")
    if end - start > LONGEST_MS:
        raise ValueError(
            f"lasts {dt.timedelta(milliseconds=end - start)}, longer than {dt.timedelta(milliseconds=LONGEST_MS)}"
        )
