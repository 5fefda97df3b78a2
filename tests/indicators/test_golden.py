"""Every indicator against a case worked out by hand, and its "not enough data"."""

import pytest

from allears.indicators import conversation, load


def test_talk_share_counts_joint_speech_for_both() -> None:
    # 120 s and 80 s of speech, 20 s of them together, in a conversation of 200 s.
    live = conversation.talk_share(120, 80)
    union = conversation.talk_share_union(120, 200)
    assert (live.value, live.n) == (60.0, 200)
    assert union.value == 60.0
    assert conversation.talk_share(30, 29.9).missing == "not enough data: 59.9 of 60 s of speech"


def test_talk_overs_per_ten_minutes_with_the_exact_interval() -> None:
    # 6 in 40 min: 1.5 per 10 min; Garwood limits of 6 are 2.2019 and 13.0595 (chi-squared tables) over 4.
    rate = conversation.talk_over_rate(6, 2400)
    assert rate.value == 1.5
    assert rate.low == pytest.approx(2.2019 / 4, abs=2e-5)
    assert rate.high == pytest.approx(13.0595 / 4, abs=2e-5)
    assert conversation.talk_over_rate(6, 1799).value is None
    assert conversation.talk_over_rate(0, 1800).low == 0


def test_acknowledgements_per_minute() -> None:
    assert conversation.acknowledgement_rate(30, 900).value == 2.0
    assert conversation.acknowledgement_rate(30, 599).missing.startswith("not enough data")


def test_dead_air_keeps_its_seconds_beside_the_count() -> None:
    result = conversation.dead_air(3, 24.5, 2)
    assert (result.value, result.n, result.parts["silence, s"]) == (3.0, 2, 24.5)
    assert conversation.dead_air(0, 0, 0).value is None


def test_dead_air_per_hour_in_calls() -> None:
    # 9 in 1 h 30 min: 6 an hour; Garwood limits of 9 are 4.1154 and 17.0848.
    rate = conversation.dead_air_rate(9, 5400)
    assert rate.value == 6.0
    assert (rate.low, rate.high) == (
        pytest.approx(4.1154 / 1.5, abs=5e-5),
        pytest.approx(17.0848 / 1.5, abs=5e-5),
    )
    assert conversation.dead_air_rate(9, 1799).value is None


def test_longest_monologue() -> None:
    assert conversation.longest_monologue([12.0, 71.2, 40.0]).value == 71.2
    assert conversation.longest_monologue([]).value is None


def test_response_gap_is_weighted_by_responses() -> None:
    # Weights 2, 10, 3 in order of the gap: half of 15 is reached in the second.
    assert conversation.response_gap([0.9, 0.2, 0.4], [3, 2, 10]).value == 0.4
    assert conversation.response_gap([0.4], [9]).missing == "not enough data: 9 of 10 responses"


def test_opening() -> None:
    result = conversation.opening([True, True, False, True], [1.0, 2.0, 4.0], [50.0])
    assert result.value is None and result.parts["agent's first word, s"] == 2.0
    assert conversation.opening([True, True, False, True, True], [], []).value == 80.0


def test_occupancy_prints_its_denominator_and_what_it_leaves_out() -> None:
    # The same day by two formulas in use: 5 h of work, 1 h ready, 1 h coaching: 83.3 %, coaching excluded.
    result = load.occupancy({"call": 4 * 3600, "acw": 3600, "ready": 3600, "other": 3600, "break": 0})
    assert result.value == pytest.approx(83.333, abs=1e-3)
    assert result.parts == {"numerator, s": 18000, "denominator, s": 21600, "excluded other, s": 3600}
    assert load.occupancy({"call": 1799}).value is None


def test_call_time_share_leaves_out_what_was_not_worn() -> None:
    assert load.call_time_share(1800, 7200, 3600).value == 50.0
    assert load.call_time_share(100, 1000, 0).missing == "not enough data: 16.6 of 30 min on"


def test_busy_half_hours() -> None:
    busy = {"call": 1600.0, "ready": 200.0}
    calm = {"call": 900.0, "ready": 900.0}
    short = {"call": 599.0}
    result = load.busy_half_hours([busy] * 4 + [calm] * 6 + [short] * 9)
    assert (result.value, result.n) == (40.0, 10)
    assert load.busy_half_hours([busy] * 9 + [short]).value is None


def test_exactly_85_percent_is_not_over_the_limit() -> None:
    at_limit = {"call": 1530.0, "ready": 270.0}
    assert load.busy_half_hours([at_limit] * 10).value == 0.0


def test_gaps_spells_and_breaks() -> None:
    gaps = load.gap_between_calls([10, 20, 30, 40, 50])
    assert (gaps.value, gaps.parts["shortest tenth up to, s"]) == (30, 14)
    assert load.gap_between_calls([1, 2, 3, 4]).value is None
    assert load.longest_spell([3600, 5400]).value == 90
    assert load.since_break(10 * 60_000, 4 * 60_000, 0).value == 6
    assert load.since_break(10 * 60_000, None, 60_000).value == 9
    assert load.since_break(None, None, None).missing == "not enough data: 0 of 1 calls"
