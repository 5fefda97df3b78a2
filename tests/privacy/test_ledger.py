"""No combination of any number of reports speaks of fewer than five people: an attacker with linear algebra tries."""

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.errors import BadInput
from allears.privacy.atoms import MIN_GROUP
from allears.privacy.ledger import WHOLE_DAY, Ledger, Slice

NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 20)
PEOPLE = [f"p{number:02}" for number in range(14)]
Report = dict[int, frozenset[str]]  # minute -> who


def reconstructs(shown: list[Report], present: Report) -> set[str] | None:
    """People, fewer than MIN_GROUP, of whom some combination of the sums shown speaks alone; None if there are none.

    Each sum is a row over cells (person, half-hour); a whole day is the sum of a person's half-hours. A combination
    that is zero outside a few people's columns exists exactly if leaving those columns out lowers the rank.
    """
    cells = [(person, minute) for minute, group in sorted(present.items()) for person in sorted(group)]
    rows = []
    for report in shown:
        for minute, group in report.items():
            rows.append([p in group and (minute in (WHOLE_DAY, m)) for p, m in cells])
    matrix = np.array(rows, float).reshape(len(rows), len(cells))
    rank = np.linalg.matrix_rank(matrix) if len(rows) else 0
    for few in itertools.combinations(PEOPLE, MIN_GROUP - 1):
        others = [at for at, (person, _) in enumerate(cells) if person not in few]
        if rank and np.linalg.matrix_rank(matrix[:, others]) < rank:
            return set(few)
    return None


def issue(ledger: Ledger, group: frozenset[str], present: Report) -> Report:
    """A report of `group` on DAY with its half-hours; what of it was admitted."""
    slots = {minute: who & group for minute, who in present.items() if who & group}
    population = frozenset[str]().union(*slots.values())
    wanted = {Slice("all", DAY, WHOLE_DAY): population}
    wanted |= {Slice("all", DAY, minute): who for minute, who in slots.items()}
    admitted = ledger.release("team", wanted, NOW)
    return {one.minute: wanted[one] for one in admitted.kept}


groups = st.frozensets(st.sampled_from(PEOPLE), min_size=3, max_size=len(PEOPLE))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(groups, min_size=1, max_size=4),
    st.dictionaries(st.integers(18, 21).map(lambda n: n * 30), groups, min_size=1, max_size=3),
)
def test_an_attacker_reconstructs_nobody(asked: list[frozenset[str]], present: Report) -> None:
    with Ledger(None) as ledger:
        shown = [issue(ledger, group, present) for group in asked]
    assert reconstructs(shown, present) is None


def test_the_attacker_of_these_tests_finds_a_leak() -> None:
    """Guards the test above: without the ledger two reports that differ in one person give that person away."""
    all_day = {540: frozenset(PEOPLE)}
    open_reports = [{WHOLE_DAY: frozenset(PEOPLE)}, {WHOLE_DAY: frozenset(PEOPLE[1:])}]
    assert PEOPLE[0] in (reconstructs(open_reports, all_day) or ())
    evening = {540: frozenset(PEOPLE), 1080: frozenset(PEOPLE[:2])}
    day_and_morning = [{WHOLE_DAY: frozenset(PEOPLE), 540: frozenset(PEOPLE)}]
    assert set(PEOPLE[:2]) <= (reconstructs(day_and_morning, evening) or set())


def test_a_report_without_one_colleague_is_refused_after_one_with_all() -> None:
    with Ledger(None) as ledger:
        team = frozenset(PEOPLE[:8])
        one = Slice("all", DAY)
        assert ledger.release("team", {one: team}, NOW).kept == {one}
        assert ledger.release("team", {one: team}, NOW).kept == {one}
        assert ledger.release("team", {one: team - {PEOPLE[0]}}, NOW).told_apart == {one}
        assert ledger.release("site", {one: team | set(PEOPLE[8:11])}, NOW).told_apart == {one}
        assert ledger.release("site", {one: team | set(PEOPLE[8:13])}, NOW).kept == {one}
        next_day = Slice("all", DAY + dt.timedelta(days=1))
        assert ledger.release("team", {next_day: team - {PEOPLE[0]}}, NOW).kept == {next_day}
        assert ledger.count() == {"reports": 6, "shown": 4, "left_out": 2}


def test_a_small_group_is_never_kept_and_leaves_no_trace_in_what_was_shown() -> None:
    with Ledger(None) as ledger:
        one = Slice("all", DAY)
        assert ledger.release("team", {one: PEOPLE[:4]}, NOW).small == {one}
        assert ledger.release("team", {one: PEOPLE[:9]}, NOW).kept == {one}


def test_a_half_hour_that_few_work_takes_another_one_with_it() -> None:
    """The day's sum less the sums of all other half-hours would be that half-hour's: complement suppression."""
    team = frozenset(PEOPLE[:8])
    present = {540: team, 570: team, 1080: frozenset(PEOPLE[:2])}
    with Ledger(None) as ledger:
        kept = issue(ledger, team, present)
    assert kept.keys() == {WHOLE_DAY, 540}
    assert reconstructs([kept], present) is None


def test_families_are_apart_and_the_ledger_is_kept_on_disk_without_names(tmp_path: Path) -> None:
    path = tmp_path / "s.releases"
    with Ledger(path) as ledger:
        ledger.release("team", {Slice("all", DAY): PEOPLE[:8]}, NOW)
    with Ledger(path) as ledger:
        assert ledger.release("team", {Slice("all", DAY): PEOPLE[:7]}, NOW).told_apart
        assert ledger.release("team", {Slice("other", DAY): PEOPLE[:7]}, NOW).kept
    assert path.stat().st_mode & 0o777 == 0o600
    raw = path.read_bytes()
    assert not [name for name in PEOPLE if name.encode() in raw]


def test_forgetting_a_person_keeps_the_protection(tmp_path: Path) -> None:
    with Ledger(tmp_path / "s.releases") as ledger:
        one = Slice("all", DAY)
        ledger.release("team", {one: PEOPLE[:8]}, NOW)
        assert ledger.forget(PEOPLE[0]) == 1
        assert ledger.forget(PEOPLE[0]) == 0
        # Without them the rest of the group would tell what they were: still refused.
        assert ledger.release("team", {one: PEOPLE[1:8]}, NOW).told_apart == {one}


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.releases"
    path.write_text("something else " * 50)
    with pytest.raises(BadInput, match="release ledger"):
        Ledger(path)


def test_the_day_is_decided_on_by_whom_its_own_figure_speaks_of() -> None:
    """A report of half-hours alone has no day; a day of all but one of those at work would tell of that one."""
    team, day, half = frozenset(PEOPLE[:8]), Slice("all", DAY), Slice("all", DAY, 540)
    with Ledger(None) as ledger:
        assert ledger.release("halves", {half: team}, NOW).kept == {half}
        assert ledger.release("days", {day: team - {PEOPLE[0]}, half: team}, NOW).told_apart == {day, half}
        assert ledger.release("days", {day: team, half: team}, NOW).kept == {day, half}


def test_data_that_come_late_cannot_be_told_by_the_difference(tmp_path: Path) -> None:
    """The same eight people, but one clip was pulled again since: the two sums differ by that person's calls."""
    day = Slice("all", DAY)
    early = dict.fromkeys(PEOPLE[:8], "40 calls")
    with Ledger(tmp_path / "s.releases") as ledger:
        assert ledger.release("noon", {day: early}, NOW).kept == {day}
        assert ledger.release("noon", {day: early}, NOW).kept == {day}
        assert ledger.release("night", {day: early | {PEOPLE[0]: "61 calls"}}, NOW).told_apart == {day}
        assert ledger.release("night", {day: dict.fromkeys(PEOPLE[:8], "61 calls")}, NOW).kept == {day}
        assert ledger.forget(PEOPLE[0]) == 2
        token = ledger._token(PEOPLE[0])
    assert token.encode() not in (tmp_path / "s.releases").read_bytes()
