"""Logs that give a date and durations only: times are put together by adding up, and marked as rebuilt."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allears.acd import spans as dated
from allears.acd.profile import Profile
from allears.acd.rows import Row, RowError, Span
from allears.acd.times import candidates, duration_ms, parse


@dataclass(frozen=True)
class _Step:
    """One row of a session: what state for how long, on which date."""

    row: Row
    agent: str
    session: str
    index: int
    state: str
    reason: str
    date: dt.date
    lasts_ms: int


def read(rows: Iterable[Row], profile: Profile, zone: ZoneInfo) -> tuple[list[Span], list[RowError]]:
    """Spans of a log whose rows follow one another within a session, in the order of their index.

    A session is laid from the local midnight of its date on, or from the end of the agent's session before; where it
    runs on into the next date, so that this date's first row begins at midnight. Right are order, length and date, not
    the time of day: every span is `rebuilt`. Where the dates hold times of day, those are taken instead.
    """
    listed = list(rows)
    if any(_has_time(row, profile) for row in listed):
        return dated.read(listed, profile, zone)
    steps: list[_Step] = []
    errors: list[RowError] = []
    for row in listed:
        try:
            steps.append(_step(row, profile))
        except ValueError as error:
            errors.append(RowError(row.line, str(error)))
    sessions: dict[tuple[str, str], list[_Step]] = {}
    for step in steps:
        sessions.setdefault((step.agent, step.session), []).append(step)
    ordered = [sorted(found, key=lambda step: step.index) for found in sessions.values()]
    ended: dict[str, int] = {}
    spans: list[Span] = []
    for found in sorted(ordered, key=lambda found: (found[0].date, found[0].row.line)):
        laid = _laid(found, ended.get(found[0].agent), zone)
        ended[found[0].agent] = laid[-1].end_ms
        spans += laid
    return sorted(spans, key=lambda span: span.line), errors


def _has_time(row: Row, profile: Profile) -> bool:
    try:
        return parse(row.values["date"], profile.times, "date").time() != dt.time()
    except ValueError:
        return False


def _step(row: Row, profile: Profile) -> _Step:
    values = row.values
    dated.complete(row, profile)
    agent = values["agent"]
    reason = values.get("reason", "")
    word = dated.word_of(values, profile)
    state = profile.state_of(word, reason)
    date = parse(values["date"], profile.times, "date").date()
    lasts_ms = duration_ms(values["duration"], profile.durations)
    if lasts_ms < 0:
        raise ValueError(f"lasts {values['duration']}, less than nothing")
    if lasts_ms > dated.LONGEST_MS:
        raise ValueError(f"lasts {dt.timedelta(milliseconds=lasts_ms)}, longer than a day")
    try:
        index = int(values["index"])
    except ValueError:
        raise ValueError(f"index {values['index']!r} is no whole number") from None
    return _Step(row, agent, values["session"], index, state, reason or word, date, lasts_ms)


def _laid(steps: Sequence[_Step], before_ms: int | None, zone: ZoneInfo) -> list[Span]:
    first = steps[0].date
    begin = max(_midnight(first, zone), before_ms if before_ms is not None else -(1 << 62))
    passed = 0
    for step in steps:
        if step.date > first:
            begin = max(begin, _midnight(step.date, zone) - passed)
            break
        passed += step.lasts_ms
    spans = []
    for step in steps:
        end = begin + step.lasts_ms
        values = step.row.values
        spans.append(
            Span(step.row.line, step.agent, values.get("team", ""), step.state, step.reason, begin, end, rebuilt=True,
                 session=step.session)
        )  # fmt: skip
        begin = end
    return spans


def _midnight(date: dt.date, zone: ZoneInfo) -> int:
    """UTC ms of the first instant of a local date; the clocks of some zones skip 00:00 itself."""
    time = dt.datetime.combine(date, dt.time())
    try:
        return candidates(time, zone)[0]
    except ValueError:
        return candidates(time + dt.timedelta(hours=1), zone)[0]
