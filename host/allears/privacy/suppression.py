"""What of one day may go into a report: the day's group, and the half-hours in which part of it is at work.

A day's sum less its half-hours' sums speaks of the half-hours that were left out, so leaving out the small ones alone
would not do: further ones are left out with them until nothing can be subtracted (complement suppression).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from allears.privacy.atoms import MIN_GROUP, Cell, Group, Sum, leak

NO_SLOT = -1  # the cell of a person of whom no half-hour is known
_MARK = "."  # between a person and a version of their data


def member(person: str, version: str = "") -> str:
    """A person in a group; with a version, a person as their data were then. Neither may hold a full stop."""
    return f"{person}{_MARK}{version}" if version else person


@dataclass
class History:
    """What reports have used of one day so far.

    days: groups whose whole day was shown. shown, withheld: minute of a half-hour -> groups at work in it.
    """

    days: set[Group] = field(default_factory=set)
    shown: dict[int, set[Group]] = field(default_factory=dict)
    withheld: dict[int, set[Group]] = field(default_factory=dict)

    def has(self, minute: int, group: Group) -> bool:
        """Whether this half-hour of this group was shown before."""
        return group in self.shown.get(minute, ())


@dataclass(frozen=True)
class Decision:
    """whole: whether the day may be used at all. minutes: the half-hours that may."""

    whole: bool
    minutes: frozenset[int]


def decide(population: Group | None, slots: Mapping[int, Group], history: History) -> Decision:
    """Decide on one day of a new report.

    population: whom the whole day's figure speaks of, None where the report has none; slots: those at work in each
    half-hour of the day, all of them.
    """
    present = _present(population, slots, history)
    sums = [_whole(group, present) for group in history.days]
    sums += [_slot(minute, group) for minute, groups in history.shown.items() for group in groups]
    if population is not None and is_small(population):
        return Decision(False, frozenset())
    if population is not None and population not in history.days:
        sums.append(_whole(population, present))
    if leak(sums) is not None:
        return Decision(False, frozenset())
    kept = set()
    for minute in sorted(slots, key=lambda minute: (-len(slots[minute]), minute)):
        group = slots[minute]
        if history.has(minute, group):
            kept.add(minute)
        elif not is_small(group) and leak([*sums, _slot(minute, group)]) is None:
            sums.append(_slot(minute, group))
            kept.add(minute)
    return Decision(True, frozenset(kept))


def _present(population: Group | None, slots: Mapping[int, Group], history: History) -> dict[int, Group]:
    """Who is known to be at work in each half-hour; people of whom none is known stand under NO_SLOT."""
    present = dict(slots)
    for minute, groups in (*history.shown.items(), *history.withheld.items()):
        present[minute] = present.get(minute, frozenset()).union(*groups)
    somewhere = frozenset[str]().union(*present.values())
    present[NO_SLOT] = frozenset[str]().union(population or (), *history.days) - somewhere
    return present


def _whole(group: Group, present: Mapping[int, Group]) -> Sum:
    return frozenset(_cell(one, minute) for minute, people in present.items() for one in group & people)


def _slot(minute: int, group: Group) -> Sum:
    return frozenset(_cell(one, minute) for one in group)


def _cell(one: str, minute: int) -> Cell:
    """New data of a person are cells of their own: their difference from the old ones speaks of that person."""
    return one.partition(_MARK)[0], (minute, one)


def is_small(group: Group) -> bool:
    """Whether fewer than MIN_GROUP people stand in a group."""
    return len({one.partition(_MARK)[0] for one in group}) < MIN_GROUP
