"""What `allears doctor` works out on the host: how a clip's clock drifts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.device import checkup
from allears_core import records

UTC_S = 1_700_000_000
HOST, CAPTURE = (records.STATE_SOURCES.index(name) for name in ("host", "capture"))


def clock(boot: int, ms: int, utc_ms: int, source: int = HOST) -> records.Record:
    values = {"hop": 0, "utc_s": utc_ms // 1000, "utc_ms": utc_ms % 1000, "source": source}
    return records.Record("CLOCK", values, boot, 0, ms)


@given(
    st.floats(-500, 500),
    st.lists(st.integers(1, 40_000_000), min_size=2, max_size=20, unique=True),
    st.integers(0, 1 << 30),
)
def test_a_clock_that_drifts_evenly_is_found_out(ppm: float, times_ms: list[int], start_ms: int):
    told = [clock(7, start_ms + round(at * (1 + ppm / 1e6)), UTC_S * 1000 + at) for at in sorted(times_ms)]
    (drift,) = checkup.drifts(told)
    span_ms = max(times_ms) - min(times_ms)
    assert drift.boot == 7 and drift.seconds == span_ms / 1000
    # Two whole milliseconds at the ends are what rounding may cost.
    assert drift.ppm == pytest.approx(ppm, abs=2e6 / span_ms + 0.001)


def test_each_boot_has_a_clock_of_its_own_and_one_time_says_nothing():
    told = [
        clock(1, 1000, UTC_S * 1000),
        clock(2, 0, UTC_S * 1000),
        clock(2, 3_600_036, UTC_S * 1000 + 3_600_000),
        clock(2, 5_000_000, UTC_S * 1000 + 9_000_000, source=CAPTURE),  # the clip's own word proves nothing
        clock(3, 5, UTC_S * 1000),
        clock(3, 6, UTC_S * 1000),
    ]
    (drift,) = checkup.drifts(told)
    assert drift.boot == 2 and drift.ppm == pytest.approx(10.0)


def test_without_any_host_there_is_no_drift():
    assert checkup.drifts([clock(1, 0, 0, CAPTURE), clock(1, 9, 9, CAPTURE)]) == []


def test_a_session_without_a_clock_keeps_its_own_times():
    call = {"start_hop": 1000, "end_hop": 2000}
    told = [
        clock(1, 10, 0xFFFFFFFF * 1000, CAPTURE),
        records.Record("CALL", call, 1, 1, 33_000),
        clock(2, 500, UTC_S * 1000),
        records.Record("CALL", call, 2, 3, 60_500),
    ]
    unknown, known = checkup.sessions(told)
    assert (unknown.began_utc_s, unknown.seconds, unknown.calls) == (None, 33.0, [(16.0, 32.0)])
    assert (known.began_utc_s, known.seconds, known.calls) == (UTC_S - 0.5, 60.5, [(16.0, 32.0)])
