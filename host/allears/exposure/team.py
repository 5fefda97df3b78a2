"""What a lead learns of a team's load: means over five people or more, and nothing that fewer could be taken from."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.exposure import breaks, charts, people
from allears.exposure.catalogue import MEASURES
from allears.exposure.charts import Chart, DayResults
from allears.exposure.day import Site
from allears.indicators import collect
from allears.indicators.result import Result
from allears.privacy.atoms import MIN_GROUP
from allears.privacy.ledger import Admitted, Ledger, Slice, Within

TEAM_MEASURES = tuple(measure for measure in MEASURES if measure.team)
_FAMILY = "exposure "


@dataclass(frozen=True)
class TeamExposure:
    """A team's exposure up to `newest`, the last day shown of any chart.

    charts: of the mean over people, one a measure; n of a point is people. break_alignment: over the whole period.
    people: most on any day shown. left_out: days of charts left out for fewer than five people; told_apart: left out
    because, beside an earlier report, they would speak of fewer than five.
    """

    name: str
    newest: dt.date
    charts: tuple[Chart, ...]
    break_alignment: Result
    people: int
    left_out: int
    told_apart: int

    def document(self) -> dict[str, object]:
        """For `--json`: plain types."""
        return {
            "newest": self.newest.isoformat(),
            "people": self.people,
            "left_out": self.left_out,
            "told_apart": self.told_apart,
            "break_alignment": self.break_alignment.document(),
            "charts": [chart.document() for chart in self.charts],
        }


def exposure(
    facts: Facts, name: str, ledger: Ledger, issued: dt.datetime, site: Site | None = None
) -> TeamExposure:
    """Exposure of a team from the lead's stream, written down in the ledger as released at `issued` (aware).

    NotEnoughData where no day may be shown.
    """
    record = collect.team(facts, name)
    by_person = {
        who: people.working_days(part, frozenset(), site or Site(), facts)
        for who, part in people.split(record).items()
    }
    shifts = _shifts(record)
    slices = {**_slices(by_person), **_break_slices(shifts)}
    admitted = ledger.release(f"team exposure {name}", slices, issued, Within(name, facts.zone.key))
    days = _means(by_person, admitted)
    if not days and admitted.told_apart:
        raise NotEnoughData(
            f"beside earlier reports, people of team {name} could be told apart on every day",
            "wait for new days, or report the group as it was",
        )
    if not days:
        raise NotEnoughData(
            f"not enough people in team {name}", f"a team report takes at least {MIN_GROUP} people with calls"
        )
    shown = {one.date for one in admitted.kept if one.family == _FAMILY + breaks.ALIGNMENT.key}
    rested = {date: list(found.values()) for date, found in shifts.items() if date in shown}
    return TeamExposure(
        name,
        days[-1].date,
        charts.build(days, TEAM_MEASURES),
        breaks.alignment(rested, MIN_GROUP),
        int(max(result.n for day in days for result in day.results.values())),
        len(admitted.small),
        len(admitted.told_apart),
    )


def _slices(by_person: Mapping[str, Sequence[DayResults]]) -> dict[Slice, dict[str, str]]:
    """Who has a value of which measure on which day, and the value: one that comes late is another one."""
    found: dict[Slice, dict[str, str]] = defaultdict(dict)
    for who, days in by_person.items():
        for day in days:
            for measure in TEAM_MEASURES:
                value = day.results[measure.key].value
                if value is not None:
                    found[Slice(_FAMILY + measure.key, day.date)][who] = f"{value:.6g}"
    return found


def _means(by_person: Mapping[str, Sequence[DayResults]], admitted: Admitted) -> list[DayResults]:
    """Means over people of what may be shown, oldest day first; n is people."""
    values: defaultdict[tuple[dt.date, str], list[float]] = defaultdict(list)
    for days in by_person.values():
        for day in days:
            for measure in TEAM_MEASURES:
                value = day.results[measure.key].value
                if value is not None and Slice(_FAMILY + measure.key, day.date) in admitted.kept:
                    values[day.date, measure.key].append(value)
    found: dict[dt.date, dict[str, Result]] = defaultdict(dict)
    for (date, key), listed in values.items():
        found[date][key] = Result(key, math.fsum(listed) / len(listed), len(listed), "people")
    return [DayResults(date, found[date]) for date in sorted(found)]


def _break_slices(shifts: Mapping[dt.date, Mapping[str, breaks.Shift]]) -> dict[Slice, dict[str, str]]:
    return {
        Slice(_FAMILY + breaks.ALIGNMENT.key, date): {who: str(shift) for who, shift in found.items()}
        for date, found in shifts.items()
    }


def _shifts(record: collect.Record) -> dict[dt.date, dict[str, breaks.Shift]]:
    """Shift (first call's start to last call's end) and breaks of everybody, by day."""
    spans: dict[tuple[dt.date, str], tuple[int, int]] = {}
    for row in record.calls:
        key = row["date"], row["agent"]
        start, end = spans.get(key, (row["start_ms"], row["end_ms"]))
        spans[key] = min(start, row["start_ms"]), max(end, row["end_ms"])
    rests: defaultdict[tuple[dt.date, str], list[tuple[int, int]]] = defaultdict(list)
    for row in collect.preferred(record.rests):
        rests[row["date"], row["agent"]].append((row["start_ms"], row["end_ms"]))
    found: dict[dt.date, dict[str, breaks.Shift]] = defaultdict(dict)
    for (date, who), (start, end) in spans.items():
        inside = tuple(sorted(one for one in rests[date, who] if start <= one[0] and one[1] <= end))
        found[date][who] = breaks.Shift(start, end, inside)
    return found
