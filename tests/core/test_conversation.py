# The whole judgement: button, pause, blanking, the end of the sound.
from allears_core import button
from allears_core.records import MARKS
from support import LED_ONLY, Player

CALL = {"agent": [(50, 100)], "customer": [(110, 200)]}
OVER = {"agent": [(300, 400)], "customer": [(100, 450)]}


def player(**settings):
    settings.setdefault("profile", LED_ONLY)
    return Player(**settings)


def marks(found):
    return [(MARKS[mark["mark"]], mark["hop"], mark["call"]) for mark in found.values("MARK")]


def press(found, gesture):
    found.talk.press(gesture)
    return found


def test_a_press_within_ten_seconds_of_a_cue_contests_it():
    for late, contested in ((625, True), (626, False)):
        found = player().play(**OVER).play(hops=349 + late - 450)
        press(found, button.SHORT)
        assert found.notes() == ([("contested", 349 + late, 349)] if contested else [])
        assert marks(found) == ([] if contested else [("hard-call", 349 + late, 1)])


def test_a_cue_is_contested_once():
    found = press(press(player().play(**OVER), button.SHORT), button.SHORT)
    assert len(found.notes()) == 1
    assert [name for name, _, _ in marks(found)] == ["hard-call"]
    assert found.lights == ["contested", "hard-call"]


def test_a_press_in_a_call_marks_it_hard():
    assert marks(press(player().play(**CALL), button.SHORT)) == [("hard-call", 200, 1)]


def test_a_press_up_to_half_a_minute_after_a_call_marks_it_hard():
    for late, hard in ((1875, True), (1876, False)):
        found = press(player(call_end_ms=10000).play(**CALL).play(hops=late - 1), button.SHORT)
        assert marks(found) == ([("hard-call", 199 + late, 1)] if hard else [])
        assert found.talk.state == ("ready" if hard else "acw")


def test_a_press_without_a_call_toggles_after_call_work():
    found = press(player().play(hops=10), button.SHORT)
    assert (found.talk.state, found.lights) == ("acw", ["acw"])
    press(found.play(hops=5), button.SHORT)
    assert found.states() == [("acw", 10, "button"), ("ready", 15, "button")]


def test_a_double_press_in_a_call_snoozes():
    found = player().play(agent=(), customer=[(100, 250)])
    press(found, button.DOUBLE).play([(50, 150)], [(0, 200)]).finish()
    assert marks(found) == [("snooze", 250, 1)]
    assert [why for _, _, why in found.cues()] == ["snooze"]


def test_a_long_press_pauses_and_nothing_is_measured():
    found = press(player().play(**CALL), button.LONG)
    assert found.talk.paused
    assert len(found.values("CALL")) == 1
    found.play([(10, 400)], [(10, 400)])
    press(found, button.LONG)
    assert found.states() == [
        ("talk", 50, "sound"),
        ("ready", 200, "sound"),
        ("pause", 200, "button"),
        ("ready", 600, "button"),
    ]
    assert found.finish().kinds() == []
    assert len(found.values("CALL")) == 1
    assert found.lights == ["pause", "resume"]


def test_hops_are_counted_through_a_pause():
    found = press(player().play(**CALL), button.LONG).play(hops=1000)
    press(found, button.LONG).play([(50, 100)], [(110, 300)]).finish()
    assert [(call["call"], call["start_hop"]) for call in found.values("CALL")] == [(1, 50), (2, 1250)]


def test_a_very_long_press_starts_and_ends_the_shift():
    found = press(player().play(hops=10), button.VERY_LONG)
    assert (found.talk.state, found.talk.paused) == ("off", 1)
    press(found, button.LONG)
    assert found.talk.state == "off"
    press(found, button.VERY_LONG)
    assert [name for name, _, _ in marks(found)] == ["shift-end", "shift-start"]
    assert [state for state, _, _ in found.states()] == ["off", "ready"]
    assert found.talk.paused == 0


def test_the_end_of_the_sound_settles_all_and_leaves_nothing_behind():
    found = player().play(**OVER).finish()
    assert found.kinds() == ["talk-over:attempt"]
    assert len(found.values("CALL")) == 1
    before = len(found.records)
    found.finish()
    assert len(found.records) == before


def test_two_recordings_one_after_the_other_do_not_touch():
    one = player(cue_spacing_ms=0, cues_per_hour=60).play(**OVER).finish()
    one.play(**OVER).finish()
    first, second = one.events()
    assert second == (first[0], first[1], first[2] + 450, first[3], first[4])


def test_attributes_tell_the_newest_hop():
    found = player()
    found.hop(1, 0)
    assert (found.talk.hop, found.talk.agent, found.talk.customer) == (1, 1, 0)
    found.hop(1, 1)
    assert (found.talk.agent, found.talk.customer) == (1, 1)
    found.hop(0, 1)
    assert (found.talk.agent, found.talk.customer) == (0, 1)


def test_silent_is_known_when_nothing_can_be_a_burst_any_more():
    found = player().play([(10, 60)])
    assert not found.talk.silent
    found.play(hops=19)
    assert not found.talk.silent
    found.play(hops=1)
    assert found.talk.silent


def test_while_the_motor_runs_nothing_is_judged_and_that_is_counted():
    found = Player().play(**OVER).finish()
    assert found.shown == [(349, "talk-over", "soft")]
    assert found.values("CALL")[0]["blanked_hops"] == 19  # 250 ms of motor and 48 ms of tail
    assert player().play(**OVER).finish().values("CALL")[0]["blanked_hops"] == 0


def test_no_event_without_a_cue_of_the_motor_differs_between_profiles():
    scene = {"agent": [(50, 100), (300, 340)], "customer": [(110, 700)]}
    assert Player().play(**scene).finish().events() == player().play(**scene).finish().events()


def test_who_is_silent_after_the_motor_fell_silent_when_it_started():
    """Otherwise no cue could ever be withdrawn: the motor would stretch every acknowledgement beyond its second."""
    scene = {"agent": [(300, 360)], "customer": [(100, 700)]}
    found = Player().play(**scene).finish()
    assert found.events() == [("acknowledgement", "", 300, 50, 50)]
    assert [(note, cue) for note, _, cue in found.notes()] == [("withdrawn", 349)]


def test_who_speaks_after_the_motor_spoke_all_along():
    scene = {"agent": [(300, 400)], "customer": [(100, 700)]}
    assert Player().play(**scene).finish().events() == player().play(**scene).finish().events()


def test_both_may_have_fallen_silent_while_the_motor_ran():
    found = Player().play([(300, 360)], [(100, 360)], 700).finish()
    assert found.events() == [("acknowledgement", "", 300, 50, 50)]
