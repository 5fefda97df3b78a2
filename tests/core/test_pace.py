# Pace from a made envelope, the agent's baseline, and the sums of a shift.
from allears_core import baseline, button, fields, records
from allears_core.pace import LEAST_HOPS, Pace
from allears_core.params import HOP_MS
from support import Player, raises


def beats(period_hops, hops, speaks=1):
    """A pace after an envelope of one swell every `period_hops`."""
    pace = Pace()
    bands = [0] * 48
    for k in range(hops):
        power = 6000 - 1200 * abs(2 * (k % period_hops) - period_hops) // period_hops
        for band in range(24):
            bands[band] = power
        pace.step(bands, speaks)
    return pace


def test_the_rate_is_that_of_the_swells():
    for period in (8, 12, 20):
        a_second = 1000 / (period * HOP_MS)
        found = beats(period, 4000).rate_q4() / 16
        assert abs(found / (a_second * 279 / 256) - 1) < 0.03, (period, found, a_second)


def test_too_little_speech_has_no_pace():
    assert beats(12, LEAST_HOPS - 1).rate_q4() == fields.NONE_U16
    assert beats(12, 4000, speaks=0).rate_q4() == fields.NONE_U16


def test_hours_of_speech_stay_small_integers():
    pace = Pace()
    pace.peaks, pace.hops = 120000, 900000
    assert abs(pace.rate_q4() / 16 - 120000 * 279 / 256 / (900000 * 0.016)) < 0.1


def test_a_baseline_needs_eight_calls():
    usual = baseline.Baseline()
    for k in range(8):
        assert usual.level_q8() == baseline.NO_LEVEL_Q8 and usual.pace_q4() == fields.NONE_U16, k
        assert usual.add(2000, -6400, 80)
    assert usual.level_q8() == -6400 and usual.pace_q4() == 80


def test_short_calls_do_not_count():
    usual = baseline.Baseline()
    assert not usual.add(baseline.LEAST_SPEECH_HOPS - 1, -6400, 80)
    assert not usual.add(5000, -6400, fields.NONE_U16)
    assert usual.values() == [0, 0, 0]


def test_a_baseline_follows_and_is_kept():
    usual = baseline.Baseline()
    for _ in range(40):
        usual.add(2000, -6400, 80)
    again = baseline.Baseline(usual.values())
    for _ in range(200):
        again.add(2000, -5120, 96)
    assert abs(again.level_q8() + 5120) < 16 and abs(again.pace_q4() - 96) <= 1


def test_a_damaged_baseline_is_refused():
    for stored in ([], [1, 2], [1, 2, "3"], [99, 0, 0], [1, 5, 0], [1, 0, -1], "abc"):
        raises(ValueError, baseline.Baseline, stored)


def test_a_shift_is_summed_up_when_it_ends():
    found = Player(call_end_ms=10000)
    for _ in range(2):
        found.play([(0, 100)], [(120, 400)]).play(hops=700)
    found.talk.press(button.VERY_LONG)
    session = found.values("SESSION")
    calls = found.values("CALL")
    assert len(session) == 1 and len(calls) == 2
    assert session[0]["calls"] == 2
    for name in ("agent_hops", "customer_hops", "talk_overs", "cues"):
        assert session[0][name] == sum(call[name] for call in calls), name
    assert "SESSION" in records.STREAMS_OF and records.SUMMARIES in records.STREAMS_OF["SESSION"]
    found.talk.press(button.VERY_LONG)
    found.talk.press(button.VERY_LONG)
    assert len(found.values("SESSION")) == 1  # a shift without a call has nothing to tell
