# Monologue (60 s = 3750 hops; pause 2 s = 125; answer 1.0 s = 62) and the rolling talk share.
from allears_core.settings import PROFILES, Settings
from allears_core.talk import TalkShare
from support import Player, judged

HELLO = [(10, 100)]  # the customer says hello, so that there is a call
MONOLOGUE = ["monologue"]
QUIET = {"profile": PROFILES.index("log-only")}  # no motor, so that nothing is blanked


def monologues(agent, customer=()):
    player = Player(**QUIET).play(agent, HELLO + list(customer)).finish()
    return [(onset, length) for _, _, onset, length, _ in player.events("monologue")]


def test_a_minute_of_talk():
    assert monologues([(200, 200 + 3749)]) == []
    assert monologues([(200, 200 + 3750)]) == [(200, 3750)]


def test_one_event_a_monologue():
    assert monologues([(200, 9000)]) == [(200, 8800)]


def test_a_pause_of_two_seconds_ends_it():
    assert monologues([(200, 2000), (2124, 3950)]) == [(200, 3750)]
    assert monologues([(200, 2000), (2125, 4000)]) == []


def test_a_burst_of_the_customer_of_more_than_a_second_ends_it():
    assert monologues([(200, 3950)], [(2000, 2062)]) == [(200, 3750)]
    assert monologues([(200, 3950)], [(2000, 2063)]) == []
    assert monologues([(200, 6000)], [(2000, 2063)]) == [(2063, 3937)]


def test_a_burst_that_was_running_when_the_talk_began_counts_from_its_own_start():
    assert monologues([(2000, 5790)], [(1970, 2032)]) == [(2000, 3790)]
    assert monologues([(2000, 5790)], [(1970, 2033)]) == [(2033, 3757)]


def test_several_short_bursts_do_not_end_it():
    assert monologues([(200, 3950)], [(1000, 1062), (1074, 1136), (2000, 2050)]) == [(200, 3750)]


def test_the_cue_comes_with_the_hop_that_completes_it():
    player = Player(share_min_speech_s=300).play([(200, 4100)], HELLO).finish()
    assert player.cues() == [("monologue", 200 + 3749, "")]
    assert player.values("CUE")[0]["reason_hop"] == 200


def test_the_cue_waits_for_the_agent_to_speak():
    player = Player(**QUIET).play([(200, 3900), (4000, 4200)], HELLO).finish()
    assert [cue[:2] for cue in player.cues() if cue[0] == "monologue"] == [("monologue", 4000)]


def test_no_cue_where_a_pause_or_an_answer_has_just_ended_the_talk_and_has_not_settled():
    breath = Player(**QUIET).play([(200, 3830), (3950, 4200)], HELLO).finish()
    assert [cue for cue in breath.cues() if cue[0] == "monologue"] == [("monologue", 3950, "profile")]
    paused = Player(**QUIET).play([(200, 3820), (3950, 4200)], HELLO).finish()
    assert [cue for cue in paused.cues() if cue[0] == "monologue"] == []
    answered = Player(**QUIET).play([(200, 4200)], HELLO + [(3880, 3960)]).finish()
    assert [cue for cue in answered.cues() if cue[0] == "monologue"] == []


def test_one_cue_a_monologue():
    player = Player(cue_spacing_ms=0).play([(200, 12000)], HELLO).finish()
    assert len([cue for cue in player.cues() if cue[0] == "monologue"]) == 1


def test_the_pull_profile_asks_for_half_a_minute():
    pull = PROFILES.index("pull")
    assert judged([(200, 200 + 1874)], HELLO, profile=pull) == []
    assert judged([(200, 200 + 1875)], HELLO, profile=pull) == MONOLOGUE


def test_without_a_customer_there_is_no_call_and_no_monologue():
    player = Player().play([(200, 9000)]).finish()
    assert (player.events(), player.cues(), player.values("CALL")) == ([], [], [])


def percent(agent_hops, customer_hops, **settings):
    share = TalkShare(Settings(settings))
    for _ in range(agent_hops):
        share.step(1, 0)
    for _ in range(customer_hops):
        share.step(0, 1)
    return share.percent(0, 0)


def test_the_share_is_unknown_before_a_minute_of_speech():
    assert percent(1000, 2749) == 255
    assert percent(1000, 2750) == 27  # 26.67 %, rounded up


def test_the_share_is_rounded_up_so_that_above_means_above():
    assert percent(2600, 1400) == 65
    assert percent(2601, 1399) == 66


def test_the_share_counts_overlap_for_both():
    share = TalkShare(Settings())
    for _ in range(2000):
        share.step(1, 1)
    assert share.percent(0, 0) == 50


def test_the_share_adds_what_has_not_settled():
    share = TalkShare(Settings())
    for _ in range(3740):
        share.step(1, 0)
    assert share.percent(9, 0) == 255
    assert share.percent(5, 5) == 100 - 5 * 100 // 3750


def test_the_window_forgets():
    share = TalkShare(Settings({"share_window_s": 30, "share_min_speech_s": 10}))
    window = 30 * 1000 // 80 * 5
    for _ in range(window):
        share.step(1, 0)
    assert share.percent(0, 0) == 100
    for _ in range(window // 2):
        share.step(0, 1)
    assert 49 <= share.percent(0, 0) <= 51
    for _ in range(window):
        share.step(0, 1)
    assert share.percent(0, 0) == 0


def alternating(agent_hops, customer_hops, rounds, **settings):
    player = Player(**settings)
    period = agent_hops + customer_hops + 60
    for _ in range(rounds):
        player.play([(60 + customer_hops, period)], [(30, 30 + customer_hops)])
    return player.finish()


def test_a_share_above_the_limit_gives_one_cue():
    player = alternating(700, 300, 6)
    assert [cue[0] for cue in player.cues()] == ["talk-share"]
    assert player.values("CUE")[0]["reason_hop"] == 0xFFFFFFFF
    assert alternating(640, 360, 6).cues() == []


def test_a_share_about_the_limit_gives_one_cue_until_it_has_been_well_below():
    settings = {"share_window_s": 30, "share_min_speech_s": 10, "cue_spacing_ms": 0, "cues_per_kind": 20}
    player = Player(**settings)
    for agent, customer in ((35, 15), (32, 18), (35, 15), (25, 25), (35, 15)):
        for _ in range(40):
            player.play([(40, 40 + agent)], [(10, 10 + customer)], 90)
    assert [cue[0] for cue in player.finish().cues() if cue[0] == "talk-share"] == [
        "talk-share",
        "talk-share",
    ]


def test_the_pull_profile_wants_half():
    pull = PROFILES.index("pull")
    assert [cue[0] for cue in alternating(640, 360, 6, profile=pull).cues()] == ["talk-share"]
    assert alternating(640, 360, 6).cues() == []


def test_the_share_shown_outside_a_call_is_unknown():
    player = Player()
    assert player.talk.share_pct() == 255
    player.play([(10, 2000)], [(2010, 4000)])
    assert 49 <= player.talk.share_pct() <= 51
    player.finish()
    assert player.talk.share_pct() == 255
