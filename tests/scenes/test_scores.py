"""The scorer on constructed answers, where every count is known beforehand."""

import math

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the scorer needs allears[models]")

from allears_models.event_answer import Answer, Cue
from allears_models.event_scores import NOTHING, Summary, match, score_call
from allears_models.event_truth import Event, Moment, Truth

HOPS = 3000
SILENT = np.zeros(HOPS, bool)


def truth(events=(), moments=(), hold=SILENT):
    spoken = SILENT.copy()
    spoken[:2250] = True  # 36 s: a hundredth of an hour
    return Truth(spoken, SILENT, hold, list(events), list(moments))


def answer(events=(), cues=()):
    return Answer(SILENT, SILENT, list(events), list(cues))


def cue(hop, kind="talk-over", suppressed="", firm=-1):
    return Cue(hop, kind, -1, suppressed, False, firm)


def event(onset, kind="talk-over", end=None, subtype=""):
    return Event(onset, kind, end or onset + 50, subtype)


def test_matches_are_one_to_one_and_as_many_as_can_be():
    assert match([100, 110], [105, 95], 10, 10) == [(0, 1), (1, 0)]
    assert match([100], [90, 104, 111], 10, 10) == [(0, 1)]
    assert match([100], [89], 10, 10) == match([100], [111], 10, 10) == match([], [1], 10, 10) == []


def test_events_match_by_class_within_the_tolerance():
    found = answer([event(112), event(1031), event(2000, "acknowledgement")])
    score = score_call(truth([event(100), event(1000), event(2000)]), found)
    assert score.counts["event/talk-over/200/hit"] == 1
    assert score.counts["event/talk-over/500/hit"] == 2
    summary = Summary([score])
    assert summary.f1("talk-over", 200).value == pytest.approx(2 * 1 / (3 + 2))
    assert summary.f1("talk-over", 500).value == pytest.approx(2 * 2 / (3 + 2))
    assert summary.f1("acknowledgement", 500).value == 0
    assert math.isnan(summary.f1("dead-air", 500).value)


def test_confusion_goes_by_onset_alone():
    score = score_call(
        truth([event(100, "acknowledgement"), event(1000, "early-answer"), event(2000, "talk-over")]),
        answer([event(105, "talk-over"), event(1010, "early-answer"), event(2500, "overlap-other")]),
    )
    assert score.counts["class/acknowledgement/talk-over"] == 1
    assert score.counts["class/early-answer/early-answer"] == 1
    assert score.counts[f"class/talk-over/{NOTHING}"] == 1
    assert score.counts[f"class/{NOTHING}/overlap-other"] == 1
    assert Summary([score]).called("acknowledgement", "talk-over").value == 1


def test_suppressed_cues_are_left_out_of_precision_and_recall():
    due = [Moment(100, "talk-over"), Moment(1000, "talk-over"), Moment(2000, "talk-over")]
    given = [cue(105), cue(1005, suppressed="budget"), cue(1500, suppressed="budget"), cue(2900)]
    summary = Summary([score_call(truth(moments=due), answer(cues=given))])
    assert summary.cue(["talk-over"], "precision").value == 1 / 2  # of the two shown
    assert summary.cue(["talk-over"], "recall").value == 1 / 2  # of the moments at 100 and 2000
    assert summary.cue(["talk-over"], "false").value == pytest.approx(100)  # one in 36 s of talk


def test_latency_is_from_moment_to_decision():
    due = [Moment(100, "talk-over"), Moment(1000, "dead-air", 625)]
    summary = Summary([score_call(truth(moments=due), answer(cues=[cue(105), cue(1000, "dead-air")]))])
    assert summary.latency(["talk-over"], 50).value == 80
    assert summary.latency(["dead-air"], 50).value == 0
    assert summary.latency(["talk-over", "dead-air"], 50).n == 2


def test_a_cue_too_early_or_too_late_is_false():
    for hop in (100 - 32, 100 + 126):
        score = score_call(truth(moments=[Moment(100, "talk-over")]), answer(cues=[cue(hop)]))
        assert (score.counts["cue/talk-over/right"], score.counts["cue/talk-over/false"]) == (0, 1)


def test_crossings_of_the_talk_share_close_together_are_one():
    due = [Moment(100, "talk-share"), Moment(140, "talk-share"), Moment(2990, "talk-share")]
    score = score_call(truth(moments=due), answer(cues=[cue(400, "talk-share")]))
    assert (score.counts["cue/talk-share/due"], score.counts["cue/talk-share/right"]) == (2, 1)


def test_a_dead_air_cue_has_to_grow_firm_with_its_silence():
    due = [Moment(400, "dead-air", 25), Moment(650, "dead-air-firm", 25)]
    score = score_call(truth(moments=due), answer(cues=[cue(402, "dead-air", firm=655)]))
    assert [score.counts[f"firm/{name}"] for name in ("due", "made", "right")] == [1, 1, 1]
    score = score_call(truth(moments=due[:1]), answer(cues=[cue(402, "dead-air", firm=655)]))
    assert [score.counts[f"firm/{name}"] for name in ("due", "made", "right")] == [0, 1, 0]


def test_what_is_found_in_hold_music_is_counted():
    hold = SILENT.copy()
    hold[500:1500] = True
    found = answer(
        [event(490, "dead-air", 1400), event(100, "dead-air", 510), event(700, "talk-over")],
        [cue(900, "dead-air")],
    )
    counts = score_call(truth(hold=hold), found).counts
    assert (counts["hold/dead-air"], counts["hold/talk-over"], counts["hold/cues"]) == (1, 1, 1)


def test_intervals_hold_the_value_and_repeat_themselves():
    scores = []
    for hits in (1, 2, 3, 3, 1):
        wanted = [event(100 + 500 * index) for index in range(4)]
        scores.append(score_call(truth(wanted), answer(wanted[:hits])))
    first, second = (Summary(scores).f1("talk-over", 200) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high
    assert first.value == pytest.approx(2 * 10 / (20 + 10))


def test_nothing_found_in_few_calls_is_no_proof_of_nothing():
    score = score_call(truth(), answer())
    figure = Summary([score] * 3).cue(["talk-over"], "false")
    assert (figure.value, figure.low) == (0, 0)
    assert figure.high == pytest.approx(3 / 0.03)
