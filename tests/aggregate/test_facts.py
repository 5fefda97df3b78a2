"""Wall time, spans, half-hours and agent-days against cases worked out by hand."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.aggregate.days import agent_days, day_exposure
from allears.aggregate.facts import Facts
from allears.aggregate.walltime import calendar, midnight_ms
from allears.errors import NotEnoughData
from allears.store import AcdState, Store
from allears_core import records

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
HOUR = 3600


def at(hour: int, minute: int = 0, day: int = 2) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


def ms(time: dt.datetime) -> int:
    return int(time.timestamp()) * 1000


def test_hops_are_dated_by_the_clock_in_force_and_before_the_first_by_the_first(
    clip: SimpleNamespace,
) -> None:
    log = clip.Log().call(0, 16).clock(160, at(9)).call(176, 192, 2).clock(3200, at(12)).call(3216, 3232, 3)
    seen = clip.facts(log)
    starts = [row["start_ms"] for row in seen.rows(seen.calls.order_by("call"))]
    assert starts == [ms(at(9)) - 160_000, ms(at(9)) + 16_000, ms(at(12)) + 16_000]


def test_a_call_before_the_time_was_known_is_dated_through_the_uptime(clip: SimpleNamespace) -> None:
    # Heard at an uptime of 100 s; the host came at 2,000 s, at nine, when 320 s of sound had been judged.
    log = clip.Log().clock(0, None, 1).clock(0, None, 100).call(16, 32).clock(320, at(9), 2000)
    seen = clip.facts(log)
    assert [row["start_ms"] for row in seen.rows(seen.calls)] == [ms(at(9)) - 1_900_000 + 16_000]


def test_time_is_unknown_without_a_known_clock_of_the_same_boot(clip: SimpleNamespace) -> None:
    log = clip.Log().clock(0, None).call(16, 32)
    other = clip.Log(boot=2, first_seq=10).clock(0, at(9))
    log.items += other.items
    seen = clip.facts(log)
    assert [row["start_ms"] for row in seen.rows(seen.calls)] == [None]
    assert [row["call_s"] for row in seen.rows(seen.calls)] == [16.0]


def test_half_hours_split_calls_and_take_the_call_out_of_the_button_state(clip: SimpleNamespace) -> None:
    log = (
        clip.Log().clock(0, at(9)).state(0, "ready").call(1600, 2000).state(2000, "acw").state(2400, "ready")
    )
    log.state(3200, "break").state(4000, "ready").clock(4800, at(10, 20))
    seen = clip.facts(log)
    rows = {row["minute"]: row for row in seen.rows(seen.half_hours)}
    first, second, third = rows[540], rows[570], rows[600]
    assert (first["call_s"], first["ready_s"]) == (200.0, 1600.0)
    assert (second["call_s"], second["acw_s"], second["ready_s"], second["break_s"]) == (
        200.0,
        400.0,
        800.0,
        400.0,
    )
    assert (third["break_s"], third["ready_s"], third["on_s"]) == (400.0, 800.0, 1200.0)
    (day,) = seen.rows(agent_days(seen))
    assert (day["call_s"], day["acw_s"], day["ready_s"], day["break_s"]) == (400.0, 400.0, 3200.0, 800.0)
    assert (day["on_s"], day["presses"], day["calls"]) == (4800.0, 5, 1)


def test_gaps_and_spells_stop_at_a_break_of_five_minutes(clip: SimpleNamespace) -> None:
    log = clip.Log().clock(0, at(9)).state(0, "ready").call(160, 320).call(400, 800, 2)
    log.state(800, "break").state(1040, "ready").call(1200, 1600, 3)  # 4 min: no real break
    log.state(1600, "break").state(2000, "ready").call(2080, 2400, 4)  # 6 min 40 s
    seen = clip.facts(log)
    (day,) = seen.rows(day_exposure(seen))
    assert day["longest_spell_s"] == 1600.0 - 160.0
    assert (day["gaps"], day["median_gap_s"]) == (2, (80 + 400) / 2)


def test_without_any_known_break_a_gap_of_five_minutes_ends_a_spell(clip: SimpleNamespace) -> None:
    log = clip.Log().clock(0, at(9)).call(0, 160).call(240, 800, 2).call(1200, 1360, 3)
    seen = clip.facts(log)
    (day,) = seen.rows(day_exposure(seen))
    assert (day["longest_spell_s"], day["gaps"]) == (800.0, 2)


def test_a_spell_runs_through_midnight_and_its_seconds_fall_on_both_days(clip: SimpleNamespace) -> None:
    log = clip.Log().clock(0, at(23)).call(3200, 4000).call(4080, 4800, 2)
    seen = clip.facts(log)
    (spell,) = seen.rows(day_exposure(seen))
    assert (spell["date"], spell["longest_spell_s"]) == (dt.date(2026, 3, 2), 1600.0)
    split = {row["date"].day: row["call_s"] for row in seen.rows(agent_days(seen))}
    assert split == {2: 400.0, 3: 1120.0}


def test_imported_states_stand_beside_the_clip(clip: SimpleNamespace) -> None:
    store = clip.named(Store(":memory:"))
    states = [
        AcdState("Heron", "talk", at(9), at(9, 20)),
        AcdState("Heron", "hold", at(9, 20), at(9, 25)),
        AcdState("Heron", "ready", at(9, 25), at(10, 5)),
    ]
    assert store.put_acd(states, "neutral", "x.csv") == 3
    assert store.put_acd(states, "neutral", "x.csv") == 0
    seen = Facts(store, records.EVENTS, UTC)
    rows = {
        row["minute"]: (row["call_s"], row["ready_s"], row["source"]) for row in seen.rows(seen.half_hours)
    }
    assert rows == {540: (1500.0, 300.0, "acd"), 570: (0.0, 1800.0, "acd"), 600: (0.0, 300.0, "acd")}


@pytest.mark.parametrize(("date", "slots"), [((2026, 3, 28), 48), ((2026, 3, 29), 46), ((2026, 10, 25), 50)])
def test_a_day_has_as_many_half_hours_as_the_clocks_give_it(date: tuple[int, int, int], slots: int) -> None:
    day = dt.date(*date)
    assert calendar(day, day, BERLIN).count().execute() == slots


def test_the_hour_that_comes_twice_is_counted_twice_and_the_missing_one_never(clip: SimpleNamespace) -> None:
    autumn = dt.datetime(2026, 10, 24, 23, tzinfo=dt.UTC)  # 01:00 in Berlin, three hours before 03:00
    log = clip.Log().clock(0, autumn).call(0, 4 * HOUR)
    seen = clip.facts(log, BERLIN)
    by_minute: dict[int, float] = {}
    for row in seen.rows(seen.half_hours):
        by_minute[row["minute"]] = by_minute.get(row["minute"], 0) + row["call_s"]
    assert by_minute == {60: 1800, 90: 1800, 120: 3600, 150: 3600, 180: 1800, 210: 1800}


zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])


@settings(max_examples=12, deadline=None)
@given(
    zone=zones,
    start=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)),
    hops=st.integers(0, 400_000),
)
def test_half_hours_neither_lose_nor_invent_a_second(
    clip: SimpleNamespace, zone: str, start: dt.datetime, hops: int
) -> None:
    log = (
        clip.Log()
        .clock(0, start.replace(tzinfo=dt.UTC, microsecond=0))
        .add(records.CALL, call=1, end_hop=hops)
    )
    seen = clip.facts(log, ZoneInfo(zone))
    total = sum(row["call_s"] for row in seen.rows(seen.half_hours))
    assert total == pytest.approx((hops + 1) * 0.016)
    assert sum(row["call_s"] for row in seen.rows(agent_days(seen))) == pytest.approx(total)


def test_the_lead_sees_only_the_summaries(clip: SimpleNamespace) -> None:
    store = clip.named(Store(":memory:"))
    store.ingest(clip.UNIT, clip.LOG, records.EVENTS, clip.Log().clock(0, at(9)).call(0, 160).items)
    lead = Facts(store, records.SUMMARIES, UTC)
    assert lead.rows(lead.calls) == []
    with pytest.raises(NotEnoughData, match="summaries"):
        _ = lead.days


def test_midnight_is_local() -> None:
    assert midnight_ms(dt.date(2026, 7, 1), BERLIN) == ms(dt.datetime(2026, 6, 30, 22, tzinfo=dt.UTC))
