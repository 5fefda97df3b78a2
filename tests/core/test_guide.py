# Breathing and practice: out of calls only, the right lengths, ended by a press or a call, and not heard as a voice.
from allears_core import button, cues, guide, records
from allears_core.params import hops
from support import Player


def marks(player):
    return [records.MARKS[values["mark"]] for values in player.values("MARK")]


def test_breathing_is_four_rounds_of_4_7_8():
    haptic, light = guide.PATTERNS[guide.BREATHING]
    assert cues.pattern_ms(haptic) == cues.pattern_ms(light) == 4 * 19000
    inhale = [step for step in light if step[0] == 500][:8]
    brightness = [colour[2] for _, colour in inhale]
    assert brightness == sorted(brightness)
    exhale = [step for step in light if step[0] == 1000][:8]
    assert sum(ms for ms, _ in inhale) == 4000 and sum(ms for ms, _ in exhale) == 8000
    assert sum(1 for ms, _ in light if ms == 7000) == 4


def test_practice_shows_every_word_twice():
    haptic, light = guide.PATTERNS[guide.PRACTICE]
    assert cues.pattern_ms(haptic) == cues.pattern_ms(light) == 4 * 2 * 3500
    for kind in (cues.TALK_OVER, cues.DEAD_AIR, cues.MONOLOGUE):
        word = cues.HAPTIC[kind][cues.SOFT]
        found = [k for k in range(len(haptic)) if haptic[k : k + len(word)] == word]
        assert len(found) >= 2, kind


def test_the_motor_never_runs_for_long_in_breathing():
    haptic, _ = guide.PATTERNS[guide.BREATHING]
    assert max(ms for ms, level in haptic if level) <= 120


def test_a_double_press_out_of_a_call_breathes_to_its_end():
    found = Player()
    found.talk.press(button.DOUBLE)
    assert found.talk.guide.name == guide.BREATHING
    found.play(hops=hops(75900))
    assert found.talk.guide.name == guide.BREATHING
    found.play(hops=hops(200))
    assert found.talk.guide.name == ""
    assert marks(found) == ["breathing"]
    assert found.lights == ["breathing"]


def test_a_press_ends_it_and_does_nothing_else():
    for gesture in (button.SHORT, button.DOUBLE, button.LONG):
        found = Player()
        found.talk.press(button.DOUBLE)
        found.play(hops=100)
        found.talk.press(gesture)
        assert found.talk.guide.name == ""
        assert found.states() == []
        assert marks(found) == ["breathing"]


def test_a_call_ends_it_at_once():
    for name in (button.DOUBLE, button.MEDIUM):
        found = Player()
        found.talk.press(name)
        found.play(hops=200)
        found.play([(0, 100)], [(0, 100)])
        assert found.talk.guide.name == ""
        assert found.talk.in_call


def test_in_a_call_a_double_press_snoozes_and_nothing_is_practised():
    found = Player().play([(0, 100)], [(120, 300)])
    found.talk.press(button.DOUBLE)
    found.talk.press(button.MEDIUM)
    assert found.talk.guide.name == ""
    assert found.lights == ["snooze"]
    assert not found.talk.begin_guide(guide.PRACTICE)


def test_a_medium_press_practises():
    found = Player()
    found.talk.press(button.MEDIUM)
    assert found.talk.guide.name == guide.PRACTICE
    found.play(hops=hops(4 * 2 * 3500) + 2)
    assert found.talk.guide.name == ""
    assert marks(found) == ["practice"]


def test_its_motor_is_not_taken_for_a_voice():
    found = Player()
    found.talk.press(button.DOUBLE)
    for _ in range(hops(4000)):
        found.hop(0, 1 if found.talk.guide.pulse else 0)
    assert not found.talk.in_call
    assert found.talk.guide.name == guide.BREATHING
