from allears_core import button
from allears_core.button import DOUBLE, LONG, MEDIUM, NONE, SHORT, VERY_LONG
from allears_core.compat import TICKS_PERIOD


def gestures(presses, until, start=0):
    """Gestures with their times from presses given as (down ms, up ms), looked at every millisecond."""
    found = []
    switch = button.Button()
    for ms in range(until):
        down = any(first <= ms < end for first, end in presses)
        gesture = switch.step(down, (start + ms) % TICKS_PERIOD)
        if gesture != NONE:
            found.append((gesture, ms))
    return found


def test_a_short_press_is_known_when_no_second_came():
    assert gestures([(100, 300)], 1000) == [(SHORT, 701)]
    assert gestures([(100, 699)], 1500) == [(SHORT, 1100)]


def test_two_presses_within_400_ms_are_one_double():
    assert gestures([(100, 200), (400, 500)], 1500) == [(DOUBLE, 500)]
    assert gestures([(100, 200), (600, 700)], 1500) == [(DOUBLE, 700)]
    assert gestures([(100, 200), (602, 700)], 1500) == [(SHORT, 601), (SHORT, 1101)]


def test_three_presses_are_a_double_and_a_short():
    assert gestures([(0, 100), (200, 300), (400, 500)], 1500) == [(DOUBLE, 300), (SHORT, 901)]


def test_lengths_one_millisecond_either_side():
    for held, gesture in (
        (599, SHORT),
        (600, None),
        (799, None),
        (800, MEDIUM),
        (1800, MEDIUM),
        (1801, None),
        (1999, None),
        (2000, LONG),
        (4000, LONG),
        (4001, None),
        (5000, None),
        (5001, VERY_LONG),
        (9000, VERY_LONG),
    ):
        found = [what for what, _ in gestures([(10, 10 + held)], held + 600)]
        assert found == ([] if gesture is None else [gesture]), held


def test_a_long_press_is_known_on_release():
    assert gestures([(0, 3000)], 4000) == [(LONG, 3000)]


def test_a_long_press_after_a_short_one_is_that_long_press():
    assert gestures([(0, 100), (300, 3000)], 5000) == [(LONG, 3000)]


def test_time_may_wrap_in_the_middle():
    for start in (TICKS_PERIOD - 1, TICKS_PERIOD - 250, TICKS_PERIOD - 450):
        assert gestures([(100, 200), (400, 500)], 1500, start) == [(DOUBLE, 500)]
        assert gestures([(100, 300)], 1000, start) == [(SHORT, 701)]


def test_looking_every_50_ms_tells_the_same():
    switch = button.Button()
    found = []
    for ms in range(0, 3000, 50):
        found.append(switch.step(ms < 200 or 400 <= ms < 500, ms))
    assert [gesture for gesture in found if gesture] == [DOUBLE]
