"""What of a team's record may be shown, beside every report and export ever issued: decided by the release ledger."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allears.errors import NotEnoughData
from allears.indicators import collect, declared, load
from allears.indicators.release import FAMILY as STATES
from allears.indicators.release import versions
from allears.privacy.atoms import MIN_GROUP
from allears.privacy.ledger import Admitted, Ledger, Slice, Within
from allears.store import Store
from allears_core.records import STREAMS, SUMMARIES

# Families of figures: sums of one family can be subtracted from one another. STATES is that of time in states.
CALLS, CLIP, GAPS, SPELLS = "calls", "clip on", "gaps", "spells"


@dataclass(frozen=True)
class Released:
    """record: only rows that may be summed and shown, by day and (half_hours) by half-hour. left_out: days and
    half-hours withheld."""

    record: collect.Record
    left_out: int


def release(
    ledger: Ledger, what: str, within: Within, record: collect.Record, store: Store, issued: dt.datetime
) -> Released:
    """Decide on a team's record and write it into the ledger; what: kind of the report. within: the team,
    and the zone of its days. issued: aware.

    Raises NotEnoughData ("not enough people") where no day of calls may be shown, AllEarsError in another zone than
    before.
    """
    team = within.team
    if len({row["agent"] for row in record.calls}) < MIN_GROUP:
        raise NotEnoughData(
            f"not enough people in team {team}", f"a team report takes at least {MIN_GROUP} people with calls"
        )
    admitted = ledger.release(
        f"{what} {team}", _slices(record, _versions(store, record, within)), issued, within
    )
    shown = _kept(record, admitted)
    if not shown.calls:
        raise NotEnoughData(
            f"not enough people in team {team} on any day", "wait for more pulls, or pull more clips"
        )
    return Released(shown, len(admitted.small) + len(admitted.told_apart))


def _versions(store: Store, record: collect.Record, within: Within) -> dict[tuple[str, dt.date], str]:
    """What tells one state of the people's data from another, as every release of STATES has it."""
    people, dates = {row["agent"] for row in record.days}, {row["date"] for row in record.days}
    if not people:
        return {}
    zone = ZoneInfo(within.zone)
    times = declared.load(store, sorted(people), zone, STREAMS[SUMMARIES], min(dates), max(dates))
    return versions(times)


def _slices(record: collect.Record, data: Mapping[tuple[str, dt.date], str]) -> dict[Slice, dict[str, str]]:
    """Who stands behind each day and half-hour of each family, and what they add to it (`data` for STATES): so a clip
    that is pulled after a report changes what may be shown of that day."""
    found: dict[Slice, dict[str, str]] = defaultdict(dict)
    said = collect.said_by(record.days)
    for row in collect.preferred(record.days, said):
        if any(row[f"{state}_s"] for state in load.DENOMINATOR):
            found[Slice(STATES, row["date"])][row["agent"]] = data.get((row["agent"], row["date"]), "")
    for row in collect.preferred(record.half_hours, said):
        if any(row[f"{state}_s"] for state in load.DENOMINATOR):
            one = Slice(STATES, row["date"], row["minute"])
            found[one][row["agent"]] = data.get((row["agent"], row["date"]), "")
    added: dict[Slice, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for family, value, rows in (
        (CLIP, "on_s", [row for row in record.days if row["source"] == "clip"]),
        (CALLS, "call_s", record.calls),
        (GAPS, "gap_s", record.gaps),
        (SPELLS, "longest_spell_s", record.exposure),
    ):
        for row in rows:
            added[Slice(family, row["date"])][row["agent"]].append(row[value])
    for one, people in added.items():
        found[one] = {who: f"{len(values)} {math.fsum(values):.3f}" for who, values in people.items()}
    return found


def _kept(record: collect.Record, admitted: Admitted) -> collect.Record:
    """The rows behind what was admitted; a day on which time in states or the clip's time may not be shown loses both,
    because either could stand in for the other."""
    withheld = {one for one in (*admitted.small, *admitted.told_apart) if one.family in (STATES, CLIP)}
    no_states = {one.date for one in withheld if one.minute < 0}
    no_half_hour = {(one.date, one.minute) for one in withheld if one.minute >= 0}
    days = {family: set(admitted.dates(family)) for family in (CALLS, GAPS, SPELLS)}
    return collect.Record(
        [row for row in record.calls if row["date"] in days[CALLS]],
        [row for row in record.days if row["date"] not in no_states],
        [row for row in record.exposure if row["date"] in days[SPELLS]],
        [row for row in record.gaps if row["date"] in days[GAPS]],
        [
            row
            for row in record.half_hours
            if row["date"] not in no_states and (row["date"], row["minute"]) not in no_half_hour
        ],
        [],
        record.undated,
    )
