"""Streams of snapshots of agents, one JSON object an event: each holds until the next of the same person."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from allears.acd.profile import OFF, Profile
from allears.acd.rows import CONTACT, Row, RowError, Span
from allears.acd.spans import agent_of
from allears.acd.table import Table
from allears.acd.text import decoded, repaired
from allears.acd.times import candidates, parse
from allears.errors import BadInput

_BEAT_S = 120  # a heartbeat is due after so long without another event
_LEAVE = ("LOGOUT",)
_ORDER = {"talk": 3, "hold": 2, "acw": 1}


@dataclass(frozen=True)
class _Event:
    row: Row
    person: str
    agent: str
    at_ms: int
    state: str
    reason: str
    contacts: tuple[tuple[str, str], ...]  # (id, state) of contacts in talk, hold or acw
    beat: bool


def read_json(name: str, raw: bytes, profile: Profile) -> Table:
    """Objects of a file as rows: JSON lines, objects one after another, or one list of them.

    Values of a role are the first of its dotted paths that is there; contacts are kept as JSON text. Raises BadInput
    when there is no object with the required roles.
    """
    text = decoded(raw)
    table = Table(("event",), [], [], {}, text.encoding)
    fixed = 0
    for line, source, found in _objects(text.text):
        if not isinstance(found, dict):
            table.errors.append(RowError(line, found if isinstance(found, str) else "is no JSON object"))
            table.spoilt[line] = (source,)
            continue
        values = {}
        for role, paths in profile.columns.items():
            told = _at(found, paths)
            plain = told if isinstance(told, str) else "" if told is None else json.dumps(told)
            plain = plain.encode("utf-8", "replace").decode()  # JSON can spell halves of characters
            values[role] = repaired(plain)
            fixed += values[role] != plain
        lacking = [role for role in profile.required if not values.get(role)]
        if lacking:
            table.errors.append(
                RowError(line, f"has no {' and no '.join(profile.columns[r][0] for r in lacking)}")
            )
            table.spoilt[line] = (source,)
            continue
        table.rows.append(Row(line, values, (source,)))
    if not table.rows:
        raise BadInput(
            f"{name} holds no event of {profile.title}", "export it again, or choose another --profile"
        )
    return replace(table, repaired=fixed)


def _objects(text: str) -> Iterator[tuple[int, str, Any]]:
    """(line, source, object or what is wrong) of JSON values that follow one another; after an error, from the next
    line on."""
    decoder, at, line, counted = json.JSONDecoder(), 0, 1, 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] in ",[]"):
            at += 1
        if at >= len(text):
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            found = f"is no JSON ({why})"
        yield line, text[at:end], found
        at = end


def _at(found: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    for path in paths:
        value: Any = found
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None and value != "":
            return value
    return None


def read(rows: list[Row], profile: Profile) -> tuple[list[Span], list[RowError], list[str]]:
    """Spans of the events, errors of those that cannot be used, and notes in words.

    Where the stream has heartbeats, a snapshot without a sign of life for `silent_s` holds for one beat only: what came
    after is not known. An agent's last snapshot has no end and is left out.
    """
    events: list[_Event] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            event = _event(row, profile)
        except ValueError as error:
            errors.append(RowError(row.line, str(error)))
            continue
        known = row.values.get("event", "")
        if known and seen.setdefault(known, row.line) != row.line:
            errors.append(RowError(row.line, f"repeats the event of line {seen[known]}", "duplicate"))
            continue
        events.append(event)
    by_person: dict[str, list[_Event]] = {}
    for event in sorted(events, key=lambda event: (event.at_ms, event.row.line)):
        by_person.setdefault(event.person, []).append(event)
    silent_ms = profile.silent_s * 1000 if any(event.beat for event in events) else 0
    spans: list[Span] = []
    silences = 0
    for found in by_person.values():
        silences += _spans(found, silent_ms, spans)
    notes = [f"{silences} silences of the stream left unknown"] if silences else []
    return sorted(spans, key=lambda span: span.line), errors, notes


def _event(row: Row, profile: Profile) -> _Event:
    values = row.values
    at_ms = candidates(parse(values["start"], profile.times, "event time"), None, "event time")[0]
    kind = values.get("kind", "").upper()
    contacts = tuple(_contacts(values.get("contacts", ""), profile))
    agent = agent_of(values)
    person = values.get("person") or agent
    status = values.get("status", "")
    if kind in _LEAVE or not status:
        return _Event(row, person, agent, at_ms, OFF, kind, (), False)
    if contacts:
        best = max((state for _, state in contacts), key=lambda state: _ORDER[state])
        return _Event(row, person, agent, at_ms, best, status, contacts, kind == "HEART_BEAT")
    state = profile.state_of(values.get("state", status), status)
    return _Event(row, person, agent, at_ms, state, status, (), kind == "HEART_BEAT")


def _contacts(text: str, profile: Profile) -> Iterator[tuple[str, str]]:
    """(id, state) of the contacts in hand."""
    try:
        listed = json.loads(text) if text else []
    except json.JSONDecodeError:
        raise ValueError("has contacts that are no JSON list") from None
    for contact in listed if isinstance(listed, list) else []:
        word = str(_at(contact, profile.columns["contact_state"]) or "") if isinstance(contact, dict) else ""
        state = profile.contact_states.get(word.casefold())
        if state is None:
            raise ValueError(f"unknown state {word!r} of a contact")
        if state in CONTACT:
            yield str(_at(contact, profile.columns["contact"]) or ""), state


def _spans(events: list[_Event], silent_ms: int, spans: list[Span]) -> int:
    """Add the spans of one person's events, heartbeats joined; returns how many silences were too long."""
    silences = 0
    met: set[str] = set()
    newest: Span | None = None
    held: tuple[tuple[str, str], ...] = ()
    agent = events[-1].agent
    for event, following in zip(events, events[1:], strict=False):
        end = following.at_ms
        if silent_ms and event.state != OFF and end - event.at_ms > silent_ms:
            end = event.at_ms + _BEAT_S * 1000
            silences += 1
        begun = {contact for contact, _ in event.contacts} - met
        met |= begun
        same = newest is not None and (newest.state, newest.reason, newest.end_ms, held) == (
            event.state, event.reason, event.at_ms, event.contacts,
        )  # fmt: skip
        if newest is not None and same:
            newest = replace(newest, end_ms=end)
            spans[-1] = newest
            continue
        held = event.contacts
        newest = Span(
            event.row.line, agent, event.row.values.get("team", ""), event.state, event.reason, event.at_ms, end,
            contacts=len(held), begins=len(begun),
        )  # fmt: skip
        spans.append(newest)
    return silences
