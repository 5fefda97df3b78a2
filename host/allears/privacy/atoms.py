"""Why a difference of reports can never speak of fewer than five people: sums over groups, as linear algebra.

A figure of a group is a sum over cells: a person in a half-hour. Figures can be added and subtracted, whatever report
they stand in. People whose cells of a half-hour stand in exactly the same sums form a block: every combination weighs
all of a block alike. So a combination speaks of a union of blocks, and it is a leak if that union has fewer than
MIN_GROUP people. Whether one exists is a question of rank, answered here exactly and not by a rule of thumb.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

MIN_GROUP = 5  # fewer people than this are never shown as a group, nor told apart
Group = frozenset[str]
Cell = tuple[str, Hashable]  # person, and which of their time
Sum = frozenset[Cell]
_MOST_UNIONS = 2000  # more small blocks than that are not looked through, but refused


def leak(sums: Sequence[Sum], least: int = MIN_GROUP) -> Group | None:
    """People, fewer than `least`, of whom some combination of the sums speaks alone; None if there are none."""
    blocks = _blocks(sums)
    if not any(len(people) < least for people in blocks.values()):
        return None
    columns = np.array(list(blocks), float).T  # (sums, blocks)
    people = list(blocks.values())
    whole = np.linalg.matrix_rank(columns)
    for few in _unions([group for group in people if len(group) < least], least):
        others = [at for at, group in enumerate(people) if not group <= few]
        if not others or np.linalg.matrix_rank(columns[:, others]) < whole:
            return few
    return None


def _blocks(sums: Sequence[Sum]) -> dict[tuple[bool, ...], Group]:
    """The people of each block, by which sums it stands in."""
    cells: set[Cell] = set().union(*sums)
    found: defaultdict[tuple[bool, ...], set[str]] = defaultdict(set)
    for cell in cells:
        found[tuple(cell in one for one in sums)].add(cell[0])
    return {key: frozenset(people) for key, people in found.items()}


def _unions(small: Iterable[Group], least: int) -> Iterable[Group]:
    """Every union of small blocks that is still small; at the end everybody in one of them if there are too many."""
    found: set[Group] = set()
    for group in set(small):
        found |= {group, *(group | other for other in found if len(group | other) < least)}
        if len(found) > _MOST_UNIONS:
            return [frozenset[str]().union(*found)]
    return found
