# How long the clip keeps its log: by the days that hosts tell, never by guessing. Runs on both interpreters.
from bench import Bench
from clip_support import append_marks, append_states, open_log, pull, seqs

from allears_clip.retention import Retention
from allears_core import messages, records

EVENTS = records.EVENTS
DAY_S = 86400
FIRST_S = 20000 * DAY_S


def days_of_log(folder, count, keep_days=14):
    """A log that grew by ten records on each of `count` days, swept daily; (log, records dropped on the way)."""
    log = open_log(folder)
    retention = Retention(folder)
    for day in range(count):
        retention.sweep(log, FIRST_S + day * DAY_S, keep_days)
        append_marks(log, 10)
        log.flush()
    return log, retention


def test_what_is_older_than_the_setting_goes_and_the_log_says_so(folder):
    log, retention = days_of_log(folder, 20)
    found = pull(log, EVENTS)[0]
    lost = [record.values for record in found if record.name == "LOST"]
    assert lost, "a LOST record tells which numbers are gone"
    kept_days = len([record for record in found if record.name == "MARK"]) // 10
    assert 14 <= kept_days <= 16
    assert log.first_seq(EVENTS) == lost[-1]["last_seq"] + 1


def test_fewer_days_keep_less(folder):
    log, _ = days_of_log(folder, 12, keep_days=3)
    marks = [record for record in pull(log, EVENTS)[0] if record.name == "MARK"]
    assert 30 <= len(marks) <= 50


def test_ages_outlive_a_boot(folder):
    days_of_log(folder, 5)
    log, retention = open_log(folder), Retention(folder)
    append_states(log, 1)
    log.flush()
    assert retention.sweep(log, FIRST_S + 30 * DAY_S, 14) >= 4
    assert seqs(pull(log, EVENTS)[0])[-1] >= 50


def test_an_earlier_date_drops_nothing(folder):
    log, retention = days_of_log(folder, 5)
    before = log.first_seq(EVENTS)
    assert retention.sweep(log, FIRST_S - 100 * DAY_S, 1) == 0
    assert log.first_seq(EVENTS) == before


def test_a_clip_that_is_told_the_time_sweeps_and_one_that_is_not_keeps_all(folder):
    days_of_log(folder, 3)
    bench = Bench(folder)
    bench.board.clock.now += 1000
    bench.turns(3)
    held = bench.one(messages.LOG_RANGE, stream=EVENTS)["first_seq"]
    assert held == 0
    bench.one(messages.SET_CLOCK, utc_s=FIRST_S + 40 * DAY_S, utc_ms=0)
    bench.board.clock.now += 11 * 60 * 1000
    bench.turns(3)
    assert bench.one(messages.LOG_RANGE, stream=EVENTS)["first_seq"] > 0
