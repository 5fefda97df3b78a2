"""Every measure of a day against a case worked out by hand, and its "not enough data"."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.exposure import day as measures
from allears.exposure.catalogue import BY_KEY, MEASURES
from allears.exposure.day import Day, Site, results
from allears.indicators.result import Result

DATE = dt.date(2026, 3, 2)  # a Monday
SITE = Site()
MINUTE = 60_000
STATES = ("call", "acw", "ready", "break", "pause", "off", "other", "on")


def states(source: str = "acd", **minutes: float) -> dict[str, Any]:
    return {"source": source, "presses": 0, **{f"{name}_s": 60.0 * minutes.get(name, 0) for name in STATES}}


def slot(at: float, **minutes: float) -> dict[str, Any]:
    """A half-hour that begins `at` hours."""
    return {**states(**minutes), "minute": int(at * 60), "slot_ms": int(at * 60) * MINUTE}


def call(start_min: float, minutes: float = 5, number: int = 1, **more: Any) -> dict[str, Any]:
    row = {
        "unit": "u", "log_id": "l", "boot": 1, "call": number, "start_ms": int(start_min * MINUTE),
        "end_ms": int((start_min + minutes) * MINUTE), "call_s": 60 * minutes, "agent_s": 24 * minutes,
        "customer_s": 24 * minutes, "joint_s": 0.0, "talk_overs": 0, "dead_air_count": 0, "cues": 0,
    }  # fmt: skip
    return row | more


def of(key: str, **given_: Any) -> Result:
    return results(Day(DATE, **{"state": None, **given_}), SITE)[key]


def test_every_measure_is_computed_and_says_what_is_missing() -> None:
    found = results(Day(DATE, None), SITE)
    assert found.keys() == BY_KEY.keys()
    for key, result in found.items():
        assert result.key == key and result.value is None
        assert result.missing.startswith("not enough data: 0 of ")


def test_occupancy_needs_declared_states() -> None:
    day = {"state": states(call=300, acw=60, ready=90, other=30), "declared": True}
    assert of("occupancy", **day).value == pytest.approx(80.0)
    assert of("occupancy", **day | {"declared": False}).value is None


def test_half_hours_over_the_sites_limit() -> None:
    # Ten half-hours: three at 90 %, seven at 60 %; one of 9 min does not count.
    halves = [slot(9, call=27, ready=3)] * 3 + [slot(9, call=18, ready=12)] * 7 + [slot(9, call=9)]
    result = of("busy-half-hours", half_hours=halves, declared=True)
    assert (result.value, result.n) == (30.0, 10)
    stricter = results(Day(DATE, None, True, half_hours=halves), replace(SITE, limit_pct=50))
    assert stricter["busy-half-hours"].value == 100.0
    assert of("busy-half-hours", half_hours=halves[:9], declared=True).value is None


def test_gaps_median_and_shortest_tenth() -> None:
    gaps = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]
    assert of("gap-median", gaps_s=gaps).value == 60
    assert of("gap-shortest", gaps_s=gaps).value == 20
    assert of("gap-shortest", gaps_s=gaps[:9]).value is None
    assert of("gap-median", gaps_s=gaps[:4]).value is None


def test_longest_spell() -> None:
    assert of("longest-spell", spell_s=7500.0).value == 125


def test_runs_of_hard_calls() -> None:
    # Hard: the 1st (12 min), the 2nd (marked), the 4th (10 % joint of its speech), the 5th (600 s).
    calls = [
        call(0, 12, 1),
        call(20, 3, 2),
        call(30, 3, 3),
        call(40, 5, 4, agent_s=120.0, customer_s=100.0, joint_s=20.0),
        call(50, 10, 5),
        call(70, 1, 6, agent_s=20.0, customer_s=20.0, joint_s=20.0),  # 20 s of speech: too little to tell
    ]
    marked = frozenset({("u", "l", 1, 2)})
    result = of("hard-run", calls=calls, marked=marked)
    assert (result.value, result.parts["hard calls"]) == (2.0, 4)
    assert of("hard-run", calls=calls).value == 2.0  # 4th and 5th, without the mark
    assert of("hard-run", calls=calls[:4]).value is None


def test_recovery_after_hard_calls() -> None:
    # Hard calls end at 12 and 40 min; the next calls begin at 14 and 55 (a break lies between). 2 and 15 min.
    calls = [call(0, 12), call(14, 3), call(28, 12), call(55, 3), call(70, 11), call(70 + 11 + 180, 3)]
    assert of("hard-recovery", calls=calls).value == 60 * (2 + 15) / 2  # 3 h later is another shift
    assert of("hard-recovery", calls=calls[:3]).value is None


def test_work_outside_the_sites_hours() -> None:
    halves = [slot(6.5, call=20, ready=10), slot(7, call=30), slot(18.5, ready=30), slot(19, acw=5)]
    day = {"state": states(call=50, acw=5, ready=40), "half_hours": halves}
    assert of("after-hours", **day).value == 35
    clip = {**day, "state": states("clip", call=50, acw=5, ready=40), "on_s": 6000.0}
    assert of("after-hours", **clip).value == 25  # "ready" of the clip's own accord is no evidence of work
    saturday = results(Day(dt.date(2026, 3, 7), day["state"], half_hours=halves), SITE)
    assert saturday["after-hours"].value == 95


def test_overtime() -> None:
    assert of("overtime", state=states(call=300, acw=60, ready=110, other=10)).value == 30
    assert of("overtime", state=states(call=300, **{"break": 200})).value == 0
    clip = {"state": states("clip"), "on_s": 8 * 3600.0, "away_s": 1200.0}
    assert of("overtime", **clip).value == pytest.approx(10)
    assert of("overtime", state=states(call=29)).value is None


def test_speaking_time() -> None:
    assert of("voice-dose", calls=[call(0, 5), call(10, 10)]).value == 6


def test_talk_overs_late_against_early() -> None:
    # A shift of 300 min. First third: 2 in 20 min of customer talk; last: 3 in 10 min.
    first = [call(0, 50, agent_s=0.0, customer_s=1200.0, talk_overs=2)]
    last = [call(240, 60, agent_s=0.0, customer_s=600.0, talk_overs=3)]
    result = of("talk-over-drift", calls=first + last)
    assert result.value == pytest.approx(3.0 - 1.0)
    assert result.parts == {"first third": 1.0, "last third": 3.0}
    assert of("talk-over-drift", calls=[*first, call(240, 60, customer_s=599.0)]).value is None


def test_dead_air_late_against_early() -> None:
    calls = [call(0, 30, dead_air_count=1), call(240, 60, dead_air_count=5)]
    assert of("dead-air-drift", calls=calls).value == pytest.approx(5 - 2)


def test_after_call_work_late_against_early() -> None:
    # Shift from 9:00 to 18:00, thirds end at 12:00 and 15:00; five calls in each.
    early = [call(9 * 60 + 20 * n, 5) for n in range(5)]
    late = [call(16 * 60 + 20 * n, 5) for n in range(5)] + [call(17 * 60 + 55, 5)]
    halves = [slot(9, acw=5), slot(11.5, acw=5), slot(13, acw=20), slot(15, acw=10), slot(17.5, acw=8)]
    day = {"state": states(call=60, acw=48), "declared": True, "half_hours": halves, "calls": early + late}
    assert of("acw-drift", **day).value == pytest.approx(60 * 18 / 6 - 60 * 10 / 5)
    assert of("acw-drift", **day | {"state": states(call=60)}).value is None


def test_cues_an_hour() -> None:
    calls = [call(0, 30, cues=2), call(40, 30, cues=1)]
    assert of("cue-burden", calls=calls).value == 3
    assert of("cue-burden", calls=calls[:1] and [call(0, 29, cues=2)]).value is None


def test_clip_off_or_paused() -> None:
    # Imported: 400 min of work, the clip on for 360, 40 of them paused. Without an import: of the time it was on.
    imported = {"state": states(call=300, ready=100), "on_s": 360 * 60.0, "away_s": 40 * 60.0}
    assert of("off-share", **imported).value == pytest.approx(20)
    assert of("off-share", **imported | {"state": states("clip")}).value == pytest.approx(100 * 40 / 360)
    assert of("off-share", **imported | {"on_s": 500 * 60.0}).value == 0


def test_thirds_share_no_call_and_leave_the_middle_out() -> None:
    calls = [call(10 * n, 5, n) for n in range(30)]
    first, last, first_end, last_begin = measures.thirds(calls)
    assert [row["call"] for row in first] == list(range(10))
    assert [row["call"] for row in last] == list(range(20, 30))
    assert 0 < first_end < last_begin
    assert measures.thirds([]) == ([], [], 0, 0)


minutes = st.floats(0, 700)


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 40)), max_size=30), minutes, minutes, minutes)
def test_values_stay_within_their_kind(
    spans: list[tuple[float, float]], on: float, work: float, away: float
) -> None:
    calls = [call(start, length, at) for at, (start, length) in enumerate(sorted(spans))]
    day = Day(DATE, states(call=work), True, calls, on_s=60 * on, away_s=60 * min(away, on))
    found = results(day, SITE)
    for key in ("occupancy", "off-share", "busy-half-hours"):
        value = found[key].value
        assert value is None or 0 <= value <= 100
    for key in ("overtime", "after-hours", "hard-recovery", "voice-dose", "cue-burden"):
        assert found[key].value is None or found[key].value >= 0
    run = found["hard-run"]
    assert run.value is None or run.value <= run.parts["hard calls"] <= len(calls)


def test_the_catalogue_says_everything() -> None:
    for measure in MEASURES:
        definition = measure.definition
        assert all(
            (definition.title, definition.unit, definition.formula, definition.minimum, definition.source)
        )
        assert measure.direction in (1, -1) and measure.floor > 0
        value = measure.scale.back(float(measure.scale.forward(measures_value(25.0))[0]))
        assert value == pytest.approx(25.0)
    silent = {measure.key for measure in MEASURES if not measure.signals}
    assert silent == {"voice-dose", "off-share"}
    assert {measure.key for measure in MEASURES if not measure.team} == {"off-share"}


def measures_value(value: float) -> Any:
    import numpy as np

    return np.array([value])
