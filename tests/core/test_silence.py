# Dead air: the event and its cue. Hops of 16 ms: soft after 375 (6 s), firm after 625 (10 s).
from support import LED_ONLY, Player

GREETING = {"agent": [(10, 60)], "customer": [(70, 200)]}


def silence(hops, **settings):
    """A greeting, `hops` of joint silence from hop 200 on, and an answer; no motor, which would blank some of it."""
    settings.setdefault("profile", LED_ONLY)
    player = Player(**settings).play(hops=200, **GREETING)
    return player.play([(hops, hops + 100)]).finish()


def test_six_seconds_make_an_event():
    assert silence(374).events("dead-air") == []
    assert silence(375).events("dead-air") == [("dead-air", "", 200, 375, 0)]


def test_one_event_a_silence_however_long():
    player = silence(1500)
    assert player.events("dead-air") == [("dead-air", "", 200, 1500, 0)]
    assert player.values("CALL")[0]["dead_air_count"] == 1
    assert player.values("CALL")[0]["dead_air_hops"] == 1500


def test_a_click_too_short_for_a_burst_does_not_break_it():
    player = Player(profile=LED_ONLY).play(hops=200, **GREETING)
    player.play([(150, 157), (400, 500)]).finish()
    assert player.events("dead-air") == [("dead-air", "", 200, 400, 0)]
    assert [cue[:2] for cue in player.cues()] == [("dead-air", 574)]


def test_a_word_does():
    player = Player(profile=LED_ONLY).play(hops=200, **GREETING)
    player.play([(150, 158), (533, 600)]).finish()
    assert player.events("dead-air") == [("dead-air", "", 358, 375, 0)]


def test_the_soft_cue_comes_with_the_hop_that_completes_six_seconds():
    assert silence(374).cues() == []
    assert silence(375).cues() == [("dead-air", 574, "")]
    assert silence(375).shown == [(574, "dead-air", "soft")]
    assert silence(375).values("CUE")[0]["reason_hop"] == 200


def test_the_same_cue_grows_firm_at_ten_seconds():
    player = silence(624)
    assert player.notes() == []
    player = silence(625)
    assert player.cues() == [("dead-air", 574, "")]
    assert player.notes() == [("firm", 824, 574)]
    assert player.shown == [(574, "dead-air", "soft"), (824, "dead-air", "firm")]
    assert player.values("CALL")[0]["cues"] == 1


def test_a_suppressed_cue_does_not_grow():
    player = silence(700, cues_per_hour=0)
    assert player.cues() == [("dead-air", 574, "budget")]
    assert (player.notes(), player.shown) == ([], [])


def test_each_silence_has_its_own_cue():
    player = Player(cue_spacing_ms=0, profile=LED_ONLY).play(hops=200, **GREETING)
    player.play([(400, 450), (900, 950)]).finish()
    assert player.cues() == [("dead-air", 574, ""), ("dead-air", 200 + 450 + 374, "")]


def test_the_thresholds_are_settings():
    player = silence(200, dead_air_soft_ms=2000, dead_air_firm_ms=4000)
    assert player.events("dead-air") == [("dead-air", "", 200, 200, 0)]
    assert player.cues() == [("dead-air", 200 + 124, "")]
    assert silence(300, dead_air_soft_ms=2000, dead_air_firm_ms=4000).notes() == [("firm", 449, 324)]


def test_silence_before_the_call_is_none_of_ours():
    player = Player(profile=LED_ONLY).play([(900, 950)], [(960, 1100)]).finish()
    assert player.events("dead-air") == []
    assert player.cues() == []


def test_the_silence_that_ends_the_call_is_no_event():
    player = Player(profile=LED_ONLY).play(hops=200, **GREETING).play(hops=2500)
    player.play([(10, 60)], [(70, 200)]).finish()
    assert player.events("dead-air") == []
    assert len(player.values("CALL")) == 2


def test_silence_at_the_end_of_a_recording_is_none_since_nothing_tells_that_the_call_went_on():
    player = Player(profile=LED_ONLY).play(hops=200, **GREETING).play(hops=500).finish()
    assert player.events("dead-air") == []
    assert player.cues() == [("dead-air", 574, "")]


def test_a_click_just_before_the_sixth_second_delays_the_cue_no_longer_than_it_lasts():
    player = Player(profile=LED_ONLY).play(hops=200, **GREETING)
    player.play([(370, 376), (500, 600)]).finish()
    assert player.cues() == [("dead-air", 576, "")]
    player = Player(profile=LED_ONLY).play(hops=200, **GREETING)
    player.play([(372, 500)]).finish()
    assert player.cues() == []
