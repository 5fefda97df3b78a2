"""Example history: made-up working days of six agents, in the store like real pulls and marked as example data."""

import datetime as dt
import hashlib
from zoneinfo import ZoneInfo

import numpy as np

from allears.history.logs import ClipLog, write_day
from allears.history.people import PEOPLE, PLAYED, PROFILE, SITE, TEAM, Person
from allears.history.shifts import Day, draw_day, draw_happenings
from allears.store import AcdState, Store
from allears_core import records

__all__ = ["PEOPLE", "PLAYED", "PROFILE", "SITE", "TEAM", "make"]
DAYS = 30
SOURCE = "example history"


def make(store: Store, seed: int, end_date: dt.date, zone: ZoneInfo) -> int:
    """Write the example history of the DAYS days before `end_date` (left free for real calls).

    zone: local time zone of the shifts. The same arguments give the same records, so a second call adds nothing.
    Returns the number of records written. PLAYED is the pseudonym to give the clip of a real call.
    """
    dates = [end_date - dt.timedelta(days=DAYS - n) for n in range(DAYS)]
    written = 0
    for index, person in enumerate(PEOPLE):
        name = hashlib.sha256(f"{person.pseudonym} {seed} {end_date} {zone.key}".encode()).hexdigest()
        unit, log_id = name[:16], name[16:24]
        log, states = _work(np.random.default_rng([seed, index]), unit, person, dates, zone)
        store.put_unit(
            unit, log_id, pseudonym=person.pseudonym, serial=f"EXAMPLE-{index + 1}", team=TEAM, site=SITE,
            firmware="example", profile=PROFILE, example=True,
        )  # fmt: skip
        for stream, raw in enumerate(log.streams):
            found = records.Reader().feed(bytes(raw), last=True)
            written += store.ingest(unit, log_id, stream, found).new
        store.put_acd(states, "neutral", SOURCE, example=True)
    return written


def _work(
    rng: np.random.Generator, unit: str, person: Person, dates: list[dt.date], zone: ZoneInfo
) -> tuple[ClipLog, list[AcdState]]:
    log, states = ClipLog(unit), []
    for number, date in enumerate(dates):
        away = rng.random() < 0.04
        if date.weekday() >= 5 or away:
            continue
        day = draw_day(rng, person, date)
        happened = draw_happenings(rng, person, day, number / (len(dates) - 1))
        shift = write_day(log, rng, person, day, happened, zone)
        states += _acd(person, day, shift)
    return log, states


def _acd(person: Person, day: Day, shift: dt.datetime) -> list[AcdState]:
    """The same day as the switchboard would have logged it, to the second, without a hole."""
    spans: list[tuple[float, float, str]] = [(begin, end, "break") for begin, end in day.breaks]
    for start, length, hold, acw in zip(day.start, day.length, day.hold, day.acw, strict=True):
        spans += [(start, start + length - hold, "talk"), (start + length, start + length + acw, "acw")]
        if hold >= 1:
            spans.append((start + length - hold, start + length, "hold"))
    states, now = [], 0
    for begin, end, state in sorted(spans):
        begin_s, end_s = max(round(begin), now), round(end)
        states += [(now, begin_s, "ready"), (begin_s, end_s, state)]
        now = end_s
    states.append((now, round(day.end), "ready"))
    return [
        AcdState(person.pseudonym, state, shift + dt.timedelta(seconds=a), shift + dt.timedelta(seconds=b))
        for a, b, state in states
        if b > a
    ]
