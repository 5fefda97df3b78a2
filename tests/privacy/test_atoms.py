"""Leaks worked out by hand."""

from allears.privacy.atoms import leak


def cells(people: str, *minutes: int) -> frozenset[tuple[str, int]]:
    return frozenset((person, minute) for person in people for minute in minutes or (0,))


def test_one_sum_of_five_is_no_leak_and_of_four_is() -> None:
    assert leak([cells("abcde")]) is None
    assert leak([cells("abcd")]) == frozenset("abcd")


def test_two_groups_that_differ_in_few_leak() -> None:
    assert leak([cells("abcdef"), cells("abcde")]) == frozenset("f")
    assert leak([cells("abcdefghij"), cells("abcde")]) is None
    # Neither holds the other, and the difference speaks of a and g together.
    assert leak([cells("abcdef"), cells("bcdefg")]) == frozenset("ag")


def test_three_reports_give_away_what_no_two_do() -> None:
    # Ten people in two fives; the third report has one five and one person of the other.
    first, second = cells("abcde"), cells("fghij")
    assert leak([first, second]) is None
    assert leak([first | second, first, second]) is None
    assert leak([first | second, cells("abcdef")]) == frozenset("ghij")


def test_a_small_difference_that_always_comes_with_others_is_no_leak() -> None:
    # x alone differs between the two half-hours, but no sum or difference speaks of x without the others.
    assert leak([cells("abcde", 1, 2) | cells("x", 2)]) is None


def test_nothing_shown_leaks_nothing() -> None:
    assert leak([]) is None
