# The budget, the profiles, the words of the motor and the light, and the talk-over cue with its withdrawal.
from allears_core import cues
from allears_core.cues import (
    BY_BUDGET,
    BY_PROFILE,
    BY_SNOOZE,
    BY_STALE,
    DEAD_AIR,
    MONOLOGUE,
    POSITIVE,
    SHOWN,
    TALK_OVER,
    TALK_SHARE,
    Budget,
)
from allears_core.records import CUE_KINDS, CUE_STRENGTHS
from allears_core.settings import PROFILES, Settings
from support import LED_ONLY, Player

SPACING = 2813  # hops that last at least 45 s
HOUR = 225000


def test_one_cue_and_then_45_seconds_of_none():
    budget = Budget(Settings())
    assert budget.judge(TALK_OVER, 1000, 0) == SHOWN
    assert budget.judge(DEAD_AIR, 1001, 0) == BY_BUDGET
    assert budget.judge(DEAD_AIR, 1000 + SPACING - 1, 0) == BY_BUDGET
    assert budget.judge(DEAD_AIR, 1000 + SPACING, 0) == SHOWN


def test_a_suppressed_cue_costs_nothing():
    budget = Budget(Settings())
    budget.judge(TALK_OVER, 0, 0)
    for hop in range(1, SPACING):
        budget.judge(TALK_OVER, hop, 0)
    assert budget.judge(TALK_OVER, SPACING, 0) == SHOWN


def test_two_of_a_kind_a_call():
    budget = Budget(Settings())
    found = [budget.judge(MONOLOGUE, k * SPACING, 0) for k in range(3)]
    assert found == [SHOWN, SHOWN, BY_BUDGET]
    assert budget.judge(TALK_OVER, 3 * SPACING, 0) == SHOWN
    budget.new_call()
    assert budget.judge(MONOLOGUE, 4 * SPACING, 0) == SHOWN


def test_six_an_hour():
    budget = Budget(Settings({"cues_per_kind": 20}))
    assert [budget.judge(TALK_OVER, k * SPACING, 0) for k in range(7)] == [SHOWN] * 6 + [BY_BUDGET]
    assert budget.judge(TALK_OVER, HOUR - 1, 0) == BY_BUDGET
    assert budget.judge(TALK_OVER, HOUR, 0) == SHOWN
    assert budget.judge(TALK_OVER, HOUR + SPACING - 1, 0) == BY_BUDGET
    assert budget.judge(TALK_OVER, HOUR + SPACING, 0) == SHOWN


def test_no_hour_holds_more_than_the_budget():
    budget = Budget(Settings({"cues_per_kind": 20, "cue_spacing_ms": 0, "cues_per_hour": 5}))
    shown = [hop for hop in range(0, 4 * HOUR, 997) if budget.judge(hop % 4, hop, 0) == SHOWN]
    budget.new_call()
    for first in shown:
        assert len([hop for hop in shown if first <= hop < first + HOUR]) <= 5
    assert len(shown) == 20


def test_a_cue_two_seconds_late_is_stale():
    budget = Budget(Settings())
    assert budget.judge(TALK_OVER, 0, 126) == BY_STALE
    assert budget.judge(TALK_OVER, 0, 125) == SHOWN


def test_snooze_lasts_a_quarter_of_an_hour():
    budget = Budget(Settings())
    budget.snooze(100)
    assert budget.judge(TALK_OVER, 100, 0) == BY_SNOOZE
    assert budget.judge(TALK_OVER, 100 + 56249, 0) == BY_SNOOZE
    assert budget.judge(TALK_OVER, 100 + 56250, 0) == SHOWN


def test_the_profile_is_asked_first():
    budget = Budget(Settings({"profile": PROFILES.index("log-only")}))
    budget.snooze(0)
    assert budget.judge(TALK_OVER, 1, 1000) == BY_PROFILE


def test_what_each_profile_shows():
    def shown(name):
        return [kind for kind in range(len(CUE_KINDS)) if cues.can_show(PROFILES.index(name), kind)]

    everything = [TALK_OVER, DEAD_AIR, MONOLOGUE, TALK_SHARE, POSITIVE]
    for name in ("service", "pull", "push", "led-only"):
        assert shown(name) == everything, name
    assert shown("haptic-only") == everything[:-1]
    assert shown("log-only") == []


def test_each_kind_has_its_own_light_and_only_praise_has_no_buzz():
    assert len(cues.HAPTIC) == len(cues.LIGHT) == len(CUE_KINDS)
    for kind in range(len(CUE_KINDS)):
        assert len(cues.HAPTIC[kind]) == len(cues.LIGHT[kind]) == len(CUE_STRENGTHS)
        assert bool(cues.HAPTIC[kind][0]) == (kind != POSITIVE)
    soft = [light[0] for light in cues.LIGHT]
    assert len(set(soft)) == len(soft)
    rhythms = [tuple([(ms, colour != (0, 0, 0)) for ms, colour in light]) for light in soft]
    buzzed = [rhythm for kind, rhythm in enumerate(rhythms) if kind not in (MONOLOGUE, TALK_SHARE)]
    assert len(set(buzzed)) == len(buzzed)  # talk share and monologue say the same thing in the same rhythm


def test_lights_are_blue_orange_or_white():
    patterns = [light for kind in cues.LIGHT for light in kind] + list(cues.CONFIRM.values())
    for pattern in patterns:
        for ms, (red, green, blue) in pattern:
            assert ms > 0
            assert not (red > 0 and green == 0 and blue == 0), "pure red"
            assert not (green > red and green > blue), "green"


def test_the_talk_over_word_is_short_and_every_pulse_can_be_felt():
    assert cues.pattern_ms(cues.HAPTIC[TALK_OVER][0]) <= 250
    for words in cues.HAPTIC:
        for word in words:
            for ms, strength in word:
                assert ms >= 30
                assert 0 <= strength <= 255


def over(agent, customer, **settings):
    """A scene's cues, its notes and the names of its events, without the motor."""
    settings.setdefault("profile", LED_ONLY)
    player = Player(**settings).play(agent, customer).finish()
    return player.cues(), player.notes(), player.kinds()


def test_the_talk_over_cue_comes_with_the_fiftieth_joint_hop():
    assert over([(300, 349)], [(100, 800)])[0] == []
    assert over([(300, 400)], [(100, 800)])[0] == [("talk-over", 349, "")]


def test_the_talk_over_cue_has_its_reason():
    player = Player(profile=LED_ONLY).play([(300, 400)], [(100, 800)]).finish()
    assert player.values("CUE")[0]["reason_hop"] == 300
    assert player.shown == [(349, "talk-over", "soft")]


def test_joint_speech_is_counted_not_time():
    assert over([(300, 500)], [(100, 330), (350, 800)])[0] == [("talk-over", 369, "")]


def test_the_talk_over_cue_asks_for_the_floor():
    assert over([(163, 400)], [(100, 800)])[0] == [("talk-over", 212, "")]
    assert over([(162, 400)], [(100, 800)])[0] == []


def test_the_cue_waits_longer_where_the_network_is_slow():
    assert over([(300, 500)], [(100, 800)], network_delay_ms=600)[0] == [
        ("talk-over", 368, "")
    ]  # 1.1 s: 69 hops
    assert over([(300, 500)], [(100, 800)], talk_over_cue_ms=500)[0] == [
        ("talk-over", 337, "")
    ]  # 0.6 s: 38 hops


def test_one_cue_an_overlap():
    assert len(over([(300, 700)], [(100, 800)], cue_spacing_ms=0)[0]) == 1


def test_no_cue_for_a_simultaneous_start():
    assert over([(305, 600)], [(300, 800)]) == ([], [], ["simultaneous-start"])


def test_no_cue_where_the_customer_begins():
    assert over([(100, 600)], [(300, 800)]) == ([], [], [])


def test_withdrawn_when_it_was_an_acknowledgement():
    found, notes, kinds = over([(300, 360)], [(100, 800)])
    assert kinds == ["acknowledgement"]
    assert found == [("talk-over", 349, "")]
    assert [(note, cue) for note, _, cue in notes] == [("withdrawn", 349)]


def test_withdrawn_when_it_was_an_early_answer():
    """The customer's joint speech is done before the cue's time is up unless the allowance is large."""
    found, notes, kinds = over([(300, 500)], [(100, 352)], early_answer_ms=500, network_delay_ms=100)
    assert (len(found), notes, kinds) == (1, [], ["talk-over:floor-taken"])
    found, notes, kinds = over([(300, 500)], [(100, 337)])
    assert (found, notes, kinds) == ([], [], ["early-answer"])


def test_a_real_talk_over_stands():
    found, notes, _ = over([(300, 400)], [(100, 800)])
    assert (len(found), notes) == (1, [])


def test_a_suppressed_cue_is_logged_with_its_reason():
    assert over([(300, 400)], [(100, 800)], cues_per_hour=0)[0] == [("talk-over", 349, "budget")]
    log_only = PROFILES.index("log-only")
    assert over([(300, 400)], [(100, 800)], profile=log_only)[0] == [("talk-over", 349, "profile")]


def test_a_stale_cue_is_not_shown():
    player = Player(profile=LED_ONLY).play([(300, 340)], [(100, 340)])
    player.talk.behind_hops = 126
    player.play([(0, 60)], [(0, 400)]).finish()
    assert player.cues() == [("talk-over", 349, "stale")]
    assert player.shown == []


def whole_turns(count, hops, **settings):
    """`count` customer turns of `hops`, each answered in peace; their player."""
    settings.setdefault("profile", LED_ONLY)
    player = Player(**settings)
    for _ in range(count):
        player.play([(hops + 100, hops + 200)], [(10, 10 + hops)], hops + 300)
    return player


def test_praise_for_three_long_turns_left_whole():
    assert whole_turns(3, 624).finish().cues() == []
    assert whole_turns(2, 625).finish().cues() == []
    found = whole_turns(3, 625).finish()
    third_ended = 2 * 925 + 635
    assert [hop for _, hop, _ in found.cues()] == [third_ended + 62]  # with the hop that makes it a turn
    assert [(kind, why) for kind, _, why in found.cues()] == [("positive", "")]
    assert [(kind, strength) for _, kind, strength in found.shown] == [("positive", "soft")]


def test_praise_once_a_call():
    assert len(whole_turns(8, 625, cue_spacing_ms=0).finish().cues()) == 1


def test_a_turn_talked_over_was_not_left_whole():
    player = whole_turns(2, 625)
    player.play([(200, 300), (800, 900)], [(10, 700)], 1000).finish()
    assert [kind for kind, _, _ in player.cues()] == ["talk-over"]


def test_a_turn_acknowledged_was_left_whole():
    player = whole_turns(2, 625)
    player.play([(200, 240), (800, 900)], [(10, 700)], 1000).finish()
    assert [kind for kind, _, _ in player.cues()] == ["positive"]


def test_joint_speech_with_the_customers_next_turn_does_not_count():
    """Neither before nor after the pause between the two turns has settled."""
    agent = [(167, 357), (361, 399)]
    customer = [(98, 171), (220, 257), (329, 525)]
    assert over(agent, customer)[0] == []
    assert over([(300, 500)], [(100, 340), (403, 800)])[0] == []
    assert over([(300, 500)], [(100, 340), (402, 800)])[0] == [("talk-over", 411, "")]
