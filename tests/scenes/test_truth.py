"""The offline truth on hand-made cases: every class, at both sides of every boundary (a hop is 16 ms)."""

import pytest

from allears_models.event_truth import truth_of

from .tracks import track

HOPS = 1200


def found(agent, customer, hops=HOPS, hold=()):
    truth = truth_of(track(hops, *agent), track(hops, *customer), track(hops, *hold))
    return [(event.kind, event.onset, event.subtype) for event in truth.events]


def kinds(agent, customer, **more):
    return [kind for kind, _, _ in found(agent, customer, **more)]


def moments(agent, customer, hops=HOPS, hold=()):
    truth = truth_of(track(hops, *agent), track(hops, *customer), track(hops, *hold))
    return [(moment.kind, moment.hop) for moment in truth.moments]


CUSTOMER = [(100, 700)]  # holds the floor throughout


@pytest.mark.parametrize(
    ("hops", "kind"), [(8, "acknowledgement"), (62, "acknowledgement"), (63, "talk-over")]
)
def test_an_acknowledgement_lasts_at_most_a_second(hops, kind):
    assert kinds([(300, 300 + hops)], CUSTOMER) == [kind]


def test_what_is_shorter_than_120_ms_is_nothing():
    assert kinds([(300, 307)], CUSTOMER) == []


@pytest.mark.parametrize(("gap", "expected"), [(62, ["talk-over"]), (63, ["acknowledgement"] * 2)])
def test_an_acknowledgement_has_a_second_of_own_silence(gap, expected):
    assert kinds([(300, 320), (320 + gap, 340 + gap)], CUSTOMER) == expected


@pytest.mark.parametrize(("gap", "expected"), [(11, ["acknowledgement"]), (12, ["overlap-other"])])
def test_gaps_up_to_180_ms_are_bridged(gap, expected):
    assert kinds([(300, 320), (320 + gap, 340 + gap)], CUSTOMER) == expected


def test_an_acknowledgement_may_fall_into_a_pause_of_the_turn():
    assert kinds([(320, 350)], [(100, 300), (362, 500)]) == ["acknowledgement"]
    assert kinds([(320, 350)], [(100, 300), (363, 500)]) == []


@pytest.mark.parametrize(("more", "kind"), [(37, "early-answer"), (38, "talk-over")])
def test_an_early_answer_leaves_600_ms_at_most(more, kind):
    assert kinds([(300, 500)], [(100, 300 + more)]) == [kind]


@pytest.mark.parametrize(("silence", "expected"), [(12, ["early-answer"]), (13, [])])
def test_the_customer_was_active_within_200_ms(silence, expected):
    assert kinds([(300, 500)], [(100, 300 - silence)]) == expected


@pytest.mark.parametrize(("held", "kind"), [(62, "overlap-other"), (63, "talk-over")])
def test_a_talk_over_needs_a_floor_held_for_a_second(held, kind):
    assert kinds([(300, 400)], [(300 - held, 700)]) == [kind]


def test_the_floor_begins_again_where_the_agent_ended():
    assert kinds([(110, 200), (300, 400)], [(100, 700)]) == ["simultaneous-start", "talk-over"]
    truth = truth_of(track(HOPS, (110, 200), (300, 400)), track(HOPS, (100, 700)))
    assert truth.events[1].floor == 100


def test_the_overlap_of_a_talk_over_exceeds_600_ms():
    customer = [
        (100, 310),
        (367, 367 + 27),
        (700, 710),
    ]  # a pause of 57 hops; joint speech is 10 + 27 hops, then 28
    assert kinds([(300, 390)], [(100, 310), (340, 367)]) == ["overlap-other"]
    assert kinds([(300, 390)], [(100, 310), (340, 368)]) == ["talk-over"]
    assert kinds([(300, 390)], customer[:1]) == ["early-answer"]


@pytest.mark.parametrize(("end", "subtype"), [(424, "attempt"), (425, "attempt"), (426, "mutual")])
def test_more_than_two_seconds_is_mutual(end, subtype):
    assert found([(300, end)], CUSTOMER) == [("talk-over", 300, subtype)]


def test_who_gives_way_names_the_subtype():
    assert found([(300, 500)], [(100, 400)]) == [("talk-over", 300, "floor-taken")]
    assert found([(300, 400)], [(100, 500)]) == [("talk-over", 300, "attempt")]
    assert found([(300, 400)], [(100, 400)]) == [("talk-over", 300, "attempt")]


@pytest.mark.parametrize("apart", [-12, -1, 0, 1, 12])
def test_turns_begin_together_within_200_ms(apart):
    assert kinds([(300, 500)], [(300 + apart, 450)]) == ["simultaneous-start"]


def test_turns_13_hops_apart_do_not_begin_together():
    assert kinds([(300, 500)], [(287, 450)]) == ["overlap-other"]
    assert kinds([(300, 500)], [(313, 450)]) == []


@pytest.mark.parametrize(("silence", "expected"), [(374, []), (375, ["dead-air"])])
def test_dead_air_lasts_six_seconds(silence, expected):
    assert kinds([(300 + silence, 900)], [(100, 300)]) == expected


def test_a_short_noise_does_not_end_dead_air_and_a_word_does():
    assert kinds([(480, 487), (700, 900)], [(100, 300)]) == ["dead-air"]
    assert kinds([(480, 488), (700, 900)], [(100, 300)]) == []


def test_hold_music_is_not_dead_air_and_silence_around_it_is():
    assert kinds([(900, 950)], [(100, 300)], hold=[(350, 880)]) == []
    assert found([(1100, 1150)], [(100, 300)], hold=[(350, 700)]) == [("dead-air", 700, "")]


def test_silence_before_the_first_and_behind_the_last_word_is_no_dead_air():
    assert kinds([], [(500, 600)], hops=1200) == []


def test_thirty_seconds_of_silence_part_two_calls():
    assert kinds([(2174, 2300)], [(100, 300), (2320, 2400)], hops=2500) == ["dead-air"]
    assert kinds([(2175, 2300)], [(100, 300), (2320, 2400)], hops=2500) == []


def test_what_the_customer_never_speaks_in_is_no_call():
    assert kinds([(100, 200), (700, 800)], []) == []


ANSWERED = [(0, 40)]  # the customer has been heard


@pytest.mark.parametrize(("hops", "expected"), [(3749, []), (3750, ["monologue"])])
def test_a_monologue_lasts_a_minute(hops, expected):
    assert kinds([(100, 100 + hops)], ANSWERED, hops=4200) == expected


@pytest.mark.parametrize(("pause", "expected"), [(124, ["monologue"]), (125, [])])
def test_a_pause_of_two_seconds_ends_a_monologue(pause, expected):
    assert kinds([(100, 2000), (2000 + pause, 3900)], ANSWERED, hops=4200) == expected


@pytest.mark.parametrize(("answer", "expected"), [(62, ["monologue"]), (63, [])])
def test_an_answer_longer_than_a_second_ends_a_monologue(answer, expected):
    assert kinds([(100, 3900)], [*ANSWERED, (2000, 2000 + answer)], hops=4200) == expected


def test_the_talk_over_moment_is_the_fiftieth_joint_hop():
    assert moments([(300, 500)], CUSTOMER) == [("talk-over", 349)]
    assert moments([(300, 350)], CUSTOMER) == [("talk-over", 349)]
    assert moments([(300, 349)], CUSTOMER) == []


def test_a_gap_not_yet_bridged_holds_the_moment_back():
    assert moments([(300, 340), (350, 500)], CUSTOMER) == [("talk-over", 350)]
    assert moments([(300, 350)], [(100, 345), (355, 700)]) == [("talk-over", 355)]


def test_no_talk_over_moment_without_the_floor_or_in_a_simultaneous_start():
    assert moments([(300, 500)], [(238, 700)]) == []
    assert moments([(300, 500)], [(300, 700)]) == []


def test_dead_air_moments_end_the_sixth_and_tenth_second():
    assert moments([(1000, 1100)], [(100, 300)]) == [("dead-air", 674), ("dead-air-firm", 924)]
    assert moments([(924, 1100)], [(100, 300)]) == [("dead-air", 674)]


def test_the_monologue_moment_waits_for_the_voice():
    assert ("monologue", 100 + 3749) in moments([(100, 4000)], ANSWERED, hops=4200)
    assert ("monologue", 3900) in moments([(100, 3800), (3900, 4000)], ANSWERED, hops=4200)


def test_the_talk_share_needs_a_minute_of_speech_and_more_than_65_percent():
    # 40 hops of the customer; with 3710 of the agent there is a minute of speech
    assert ("talk-share", 100 + 3709) in moments([(100, 3900)], ANSWERED, hops=4200)
    even = [(start, start + 100) for start in range(100, 8000, 200)]
    odd = [(start + 100, start + 200) for start in range(100, 8000, 200)]
    assert not [kind for kind, _ in moments(even, odd, hops=8300) if kind == "talk-share"]


def test_the_third_long_turn_left_whole_is_a_positive_moment():
    turns = [(100, 725), (900, 1525), (1700, 2325)]  # 10 s each
    answers = [(800, 820), (1600, 1620), (2400, 2420)]
    assert moments(answers, turns, hops=2600) == [("positive", 2325 + 62)]
    assert moments(answers, [(101, 725), *turns[1:]], hops=2600) == []
    harmed = [*answers, (1000, 1100)]
    assert [kind for kind, _ in moments(harmed, turns, hops=2600)] == ["talk-over"]


def test_tracks_of_different_length_are_refused():
    with pytest.raises(ValueError, match="length"):
        truth_of(track(10), track(11))
