"""Which days and half-hours of a group's states may be shown, beside every report ever issued."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from allears.errors import NotEnoughData
from allears.indicators.state_time import NO_STATE, StateTime
from allears.privacy.atoms import MIN_GROUP
from allears.privacy.ledger import Ledger, Slice, Within

FAMILY = "states"  # every figure made of time in states: they can be subtracted from one another


@dataclass(frozen=True)
class Shown:
    """days: rows of the days that may be shown. halves: rows of the half-hours that may. left_out: slices withheld."""

    days: list[StateTime]
    halves: list[StateTime]
    left_out: int


def shown(
    ledger: Ledger, within: Within, times: Sequence[StateTime], halves: bool, issued: dt.datetime
) -> Shown:
    """What of a team's rows may be shown; written into the ledger at once.

    within: the team, and the zone of its days. halves: half-hours are to be shown, and so are decided on too. Raises
    NotEnoughData for a team of too few, or of whom no day can be shown; AllEarsError in another zone than before.
    """
    team = within.team
    groups: dict[Slice, dict[str, str]] = {}
    data = versions(times)
    for row in times:
        if row.state == NO_STATE:
            continue
        version = data[row.agent, row.date]
        groups.setdefault(Slice(FAMILY, row.date), {})[row.agent] = version
        if halves and not row.rebuilt:
            groups.setdefault(Slice(FAMILY, row.date, row.minute), {})[row.agent] = version
    people = {row.agent for row in times}
    if len(people) < MIN_GROUP:
        raise NotEnoughData(
            f"not enough people in team {team}",
            f"figures of a team take at least {MIN_GROUP} people with states",
        )
    admitted = ledger.release(f"occupancy of team {team}", groups, issued, within)
    days = common_words([row for row in times if Slice(FAMILY, row.date) in admitted.kept])
    if not days:
        raise NotEnoughData(
            f"no day of team {team} can be shown without telling of fewer than {MIN_GROUP} people, alone or "
            "beside what was shown before people or data changed",
            "take other days or a larger team",
        )
    halves_kept = [row for row in days if Slice(FAMILY, row.date, row.minute) in admitted.kept]
    return Shown(days, halves_kept, len(admitted.small) + len(admitted.told_apart))


def versions(times: Iterable[StateTime]) -> dict[tuple[str, dt.date], str]:
    """By agent and day a text that changes with anything that the agent's rows of the day say.

    Whoever releases figures of FAMILY hands these in, so that the same data are known as the same in all of them.
    """
    found: dict[tuple[str, dt.date], list[str]] = {}
    for row in times:
        told = (
            row.slot_ms,
            row.state,
            row.word,
            f"{row.seconds:.3f}",
            f"{row.handled_s:.3f}",
            row.begins,
            row.rebuilt,
        )
        found.setdefault((row.agent, row.date), []).append(repr(told))
    return {key: hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest() for key, rows in found.items()}


def common_words(times: Sequence[StateTime]) -> list[StateTime]:
    """The rows of a group with the words that fewer than five of them use replaced by the state itself.

    What is left over of a state, less its words, must not speak of fewer than five people either: then the rarest word
    that is left goes as well.
    """
    users: dict[str, dict[str, set[str]]] = {}
    for row in times:
        users.setdefault(row.state, {}).setdefault(row.word, set()).add(row.agent)
    rare = {(state, word) for state, words in users.items() for word in _rare(words)}
    return [replace(row, word=row.state) if (row.state, row.word) in rare else row for row in times]


def _rare(words: dict[str, set[str]]) -> set[str]:
    gone: set[str] = set()
    left = sorted(words, key=lambda word: (len(words[word]), word))
    rest: set[str] = set()
    while left and (len(words[left[0]]) < MIN_GROUP or 0 < len(rest) < MIN_GROUP):
        rest |= words[left[0]]
        gone.add(left.pop(0))
    return gone
