# When a call runs, by sound alone; its states and its record. 30 s are 1875 hops.
from support import LED_ONLY, Player

PING = {"agent": [(50, 100)], "customer": [(110, 200)]}


def player():
    return Player(profile=LED_ONLY)


def spans(found):
    return [(call["call"], call["start_hop"], call["end_hop"]) for call in found.values("CALL")]


def test_a_call_runs_from_its_first_to_its_last_speech():
    assert spans(player().play(**PING).finish()) == [(1, 50, 199)]


def test_half_a_minute_of_joint_silence_ends_it():
    running = player().play(**PING).play(hops=1874)
    assert running.talk.in_call
    running.play(hops=1)
    assert not running.talk.in_call
    assert spans(running) == [(1, 50, 199)]


def test_speech_just_before_keeps_it():
    running = player().play(**PING).play([(1867, 1900)])
    assert running.talk.in_call
    assert spans(running.finish()) == [(1, 50, 2099)]
    late = player().play(**PING).play([(1880, 1990)], [(2000, 2100)]).finish()
    assert spans(late) == [(1, 50, 199), (2, 2080, 2299)]


def test_the_length_is_a_setting():
    short = Player(call_end_ms=10000).play(**PING).play(hops=625)
    assert spans(short) == [(1, 50, 199)]


def test_nobody_calls_himself():
    alone = player().play([(50, 2000)]).play(hops=3000).finish()
    assert (spans(alone), alone.states(), alone.talk.in_call) == ([], [], 0)


def test_a_call_that_was_none_gives_its_number_back():
    found = player().play([(50, 200)]).play(hops=2000).play(**PING).finish()
    assert spans(found) == [(1, 2250, 2399)]


def test_a_customer_alone_makes_a_call():
    assert spans(player().play((), [(50, 200)]).finish()) == [(1, 50, 199)]


def test_calls_count_up():
    found = player()
    for _ in range(4):
        found.play(**PING).play(hops=2000)
    assert [number for number, _, _ in spans(found.finish())] == [1, 2, 3, 4]


def test_states_follow_the_call():
    found = player().play(**PING).play(hops=2000)
    assert found.states() == [("talk", 50, "sound"), ("ready", 200, "sound")]


def test_the_record_counts_what_was_said():
    agent = [(50, 150), (400, 600), (700, 730)]
    customer = [(160, 380), (500, 900)]
    found = player().play(agent, customer).finish()
    call = found.values("CALL")[0]
    assert (call["agent_hops"], call["customer_hops"], call["joint_hops"]) == (330, 620, 130)
    assert (call["agent_turns"], call["customer_turns"]) == (3, 2)
    assert call["longest_customer_hops"] == 400
    assert call["first_word_hops"] == 0
    assert (call["agent_level_q8"], call["customer_level_q8"]) == (-20 * 256, -30 * 256)
    assert call["blanked_hops"] == 0


def test_the_record_counts_every_class():
    agent = [(300, 340), (500, 700), (1200, 1300), (1505, 1600)]
    customer = [(100, 800), (1000, 1220), (1500, 1700)]
    call = player().play(agent, customer).finish().values("CALL")[0]
    names = ("acknowledgements", "talk_overs", "early_answers", "simultaneous_starts")
    assert [call[name] for name in names] == [1, 1, 1, 1]


def test_response_gaps_are_medians_of_answers():
    found = player()
    for gap in (20, 20, 60):
        found.play([(100 + gap, 200 + gap)], [(10, 100)], 300)
    call = found.finish().values("CALL")[0]
    assert call["gap_count"] == 3
    assert abs(call["gap_median_hops"] - 20) <= 2
    assert abs(call["gap_p90_hops"] - 60) <= 2


def test_an_early_answer_is_a_negative_gap():
    call = player().play([(280, 500)], [(100, 300)]).finish().values("CALL")[0]
    assert call["gap_count"] == 1
    assert abs(call["gap_median_hops"] + 20) <= 2


def test_going_on_after_ones_own_pause_is_no_answer():
    call = player().play([(50, 100), (400, 500)], [(110, 200), (600, 700)]).finish().values("CALL")[0]
    assert call["gap_count"] == 1


def test_the_opening_is_the_first_twenty_seconds():
    call = player().play([(10, 510)], [(600, 1100), (1260, 2000)]).finish().values("CALL")[0]
    assert call["opening_share_q8"] == 128
    assert (call["first_word_hops"], call["opening_whole"]) == (0, 1)


def test_an_opening_talked_into_was_not_whole():
    call = player().play([(300, 500)], [(100, 800)]).finish().values("CALL")[0]
    assert call["opening_whole"] == 0
    assert call["first_word_hops"] == 200


def test_an_agent_who_never_spoke():
    call = player().play((), [(100, 800)]).finish().values("CALL")[0]
    assert (call["first_word_hops"], call["opening_share_q8"]) == (0xFFFF, 0)
    assert call["agent_level_q8"] == -24576


def test_longest_talk_may_be_shorter_than_a_monologue():
    call = player().play([(300, 800), (850, 1000)], [(100, 200)]).finish().values("CALL")[0]
    assert call["longest_agent_hops"] == 700
