# Every class of onset, one hop either side of each threshold. All numbers are hops of 16 ms.
from support import LED_ONLY, Player, judged

ACK = ["acknowledgement"]
EARLY = ["early-answer"]
OTHER = ["overlap-other"]
TOGETHER = ["simultaneous-start"]


def test_simultaneous_start_within_a_fifth_of_a_second():
    for shift in range(13):
        assert judged([(300 + shift, 500)], [(300, 600)]) == TOGETHER, shift
        assert judged([(300, 500)], [(300 + shift, 600)]) == TOGETHER, shift
    assert judged([(313, 500)], [(300, 600)]) == OTHER
    assert judged([(300, 500)], [(313, 600)]) == []


def test_simultaneous_start_asks_for_joint_silence_before_it():
    short_turns = {"turn_gap_ms": 300}
    assert judged([(20, 100), (125, 300)], [(113, 400)], **short_turns) == TOGETHER
    assert judged([(20, 100), (124, 300)], [(112, 400)], **short_turns) == OTHER
    assert judged([(113, 300)], [(20, 100), (125, 400)], **short_turns) == TOGETHER
    assert judged([(112, 300)], [(20, 100), (124, 400)], **short_turns) == EARLY


def test_simultaneous_start_wins_over_acknowledgement_and_early_answer():
    assert judged([(305, 330)], [(300, 600)]) == TOGETHER
    assert judged([(305, 500)], [(300, 320)]) == TOGETHER


def test_who_holds_the_floor_at_a_simultaneous_start():
    player = Player(profile=LED_ONLY).play([(305, 500)], [(300, 600)]).finish()
    assert player.values("EVENT")[0]["floor_hops"] == 5
    player = Player(profile=LED_ONLY).play([(160, 400)], [(20, 100), (165, 500)]).finish()
    assert player.events() == [("simultaneous-start", "", 160, 240, 235)]
    assert player.values("EVENT")[0]["floor_hops"] == 0


def test_acknowledgement_lasts_a_second_at_most():
    assert judged([(300, 362)], [(100, 800)]) == ACK
    assert judged([(300, 363)], [(100, 800)]) == ["talk-over:attempt"]


def test_acknowledgement_has_a_second_of_own_silence_before_it():
    assert judged([(200, 250), (313, 340)], [(100, 800)]) == ACK + ACK
    assert judged([(200, 250), (312, 340)], [(100, 800)]) == ["talk-over:attempt"]


def test_acknowledgement_has_a_second_of_own_silence_after_it():
    assert judged([(200, 230), (293, 500)], [(100, 800)]) == ACK + ["talk-over:mutual"]
    assert judged([(200, 230), (292, 500)], [(100, 800)]) == ["talk-over:mutual"]


def test_acknowledgement_in_a_pause_inside_the_customers_turn():
    assert judged([(330, 370)], [(100, 300), (362, 800)]) == ACK
    assert judged([(330, 370)], [(100, 300), (363, 800)]) == []
    assert judged([(330, 393)], [(100, 300), (362, 800)]) == []


def test_acknowledgement_may_outlast_the_customers_turn():
    assert judged([(299, 340)], [(100, 300)]) == ACK
    assert judged([(300, 340)], [(100, 300)]) == EARLY


def test_acknowledgement_reports_its_own_length():
    player = Player(profile=LED_ONLY).play([(300, 350)], [(100, 320), (340, 800)]).finish()
    assert player.events() == [("acknowledgement", "", 300, 50, 30)]


def test_early_answer_when_the_customer_stops_within_the_grace():
    assert judged([(300, 600)], [(100, 337)]) == EARLY
    assert judged([(300, 600)], [(100, 338)]) == ["talk-over:floor-taken"]


def test_early_answer_counts_the_end_of_the_turn_not_of_the_burst():
    assert judged([(300, 600)], [(100, 320), (333, 360)]) == ["talk-over:floor-taken"]


def test_an_answer_within_a_fifth_of_a_second_after_the_end_is_early():
    assert judged([(312, 600)], [(100, 300)]) == EARLY
    assert judged([(313, 600)], [(100, 300)]) == []


def test_early_answer_wins_over_a_floor_not_held():
    assert judged([(150, 400)], [(100, 180)]) == EARLY


def test_talk_over_asks_for_a_second_of_floor():
    assert judged([(163, 400)], [(100, 800)]) == ["talk-over:mutual"]
    assert judged([(162, 400)], [(100, 800)]) == OTHER


def test_the_floor_begins_again_after_the_agents_last_turn():
    long_floor = {"floor_min_ms": 2000}
    assert judged([(200, 240), (365, 600)], [(20, 800)], **long_floor) == ACK + ["talk-over:mutual"]
    assert judged([(200, 240), (364, 600)], [(20, 800)], **long_floor) == ACK + OTHER


def test_talk_over_asks_for_more_overlap_than_the_grace():
    customer = [(100, 320), (350, 800)]
    assert judged([(300, 367)], customer) == OTHER  # 20 + 17 hops = 592 ms
    assert judged([(300, 368)], customer) == ["talk-over:attempt"]  # 608 ms


def test_talk_over_asks_for_a_turn_of_more_than_a_second():
    assert judged([(300, 330), (345, 362)], [(100, 800)]) == OTHER
    assert judged([(300, 330), (345, 363)], [(100, 800)]) == ["talk-over:attempt"]


def test_mutual_beyond_two_seconds_of_overlap():
    assert judged([(300, 425)], [(100, 800)]) == ["talk-over:attempt"]
    assert judged([(300, 426)], [(100, 800)]) == ["talk-over:mutual"]
    assert judged([(300, 600)], [(100, 425)]) == ["talk-over:floor-taken"]
    assert judged([(300, 600)], [(100, 426)]) == ["talk-over:mutual"]


def test_the_floor_is_taken_by_who_stops_last():
    assert judged([(300, 400)], [(100, 399)]) == ["talk-over:floor-taken"]
    assert judged([(300, 400)], [(100, 400)]) == ["talk-over:attempt"]
    assert judged([(300, 400)], [(100, 401)]) == ["talk-over:attempt"]


def test_the_network_delay_moves_the_grace():
    for delay_ms, grace in ((0, 31), (100, 37), (300, 50), (1000, 93)):
        within = judged([(300, 600)], [(100, 300 + grace)], network_delay_ms=delay_ms)
        beyond = judged([(300, 600)], [(100, 301 + grace)], network_delay_ms=delay_ms)
        assert (within, beyond) == (EARLY, ["talk-over:floor-taken"]), delay_ms


def test_the_customer_talking_over_the_agent_is_no_event():
    assert judged([(100, 600)], [(300, 500)]) == []


def test_one_turn_of_the_agent_is_one_onset():
    assert judged([(300, 400), (462, 560)], [(100, 800)]) == ["talk-over:mutual"]
    assert judged([(300, 400), (463, 560)], [(100, 800)]) == ["talk-over:attempt"] * 2


def test_evidence_of_a_talk_over():
    player = Player(profile=LED_ONLY).play([(300, 400)], [(100, 380)]).finish()
    assert player.events() == [("talk-over", "floor-taken", 300, 80, 80)]
    event = player.values("EVENT")[0]
    assert event["floor_hops"] == 200
    assert event["call"] == 1
    assert (event["agent_level_q8"], event["customer_level_q8"]) == (-20 * 256, -30 * 256)
    assert event["confidence"] == 1024 >> 3
    assert event["settings_id"] == player.settings.crc() & 0xFFFF


def test_an_onset_still_open_at_the_end_is_settled():
    assert judged([(300, 500)], [(100, 500)]) == ["talk-over:mutual"]
    assert judged([(300, 320)], [(100, 320)]) == ACK
    assert judged([(300, 312)], [(300, 312)]) == TOGETHER
