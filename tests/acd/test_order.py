"""What must hold of any log: overlaps, duplicates, midnights, changes of the clock, letters."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears import acd
from allears.acd import spans as dated
from allears.acd.rows import CONTACT, Row, Span
from allears.acd.text import decoded, repaired
from allears.acd.tidy import tidy
from allears.acd.times import candidates, duration_ms, parse

BERLIN = ZoneInfo("Europe/Berlin")
STATES = ("talk", "hold", "acw", "ready", "break", "other")
MINUTE = 60_000
T0 = 1_772_442_000_000  # 2026-03-02 09:00 UTC


def span(line: int, state: str, start: float, end: float, **more: object) -> Span:
    """A span in minutes after T0."""
    return Span(line, "Heron", "", state, state, T0 + round(start * MINUTE), T0 + round(end * MINUTE), **more)  # type: ignore[arg-type]


def minutes(found: Span) -> tuple[str, float, float]:
    return found.state, (found.start_ms - T0) / MINUTE, (found.end_ms - T0) / MINUTE


def test_a_call_outranks_and_else_the_later_row_holds() -> None:
    done = tidy(
        [span(2, "ready", 0, 60), span(3, "talk", 10, 20), span(4, "acw", 18, 22), span(5, "break", 30, 40)],
        BERLIN, 1440,
    )  # fmt: skip
    assert [minutes(s) for s in done.spans] == [
        ("ready", 0, 10), ("talk", 10, 18), ("talk", 18, 20), ("acw", 20, 22), ("ready", 22, 30),
        ("break", 30, 40), ("ready", 40, 60),
    ]  # fmt: skip
    assert done.overlap_ms == (10 + 4 + 10) * MINUTE
    assert [error.line for error in done.overlaps] == [3, 4, 5]


def test_two_chats_at_once_are_two_contacts_in_one_stretch_of_time() -> None:
    done = tidy([span(2, "talk", 0, 10), span(3, "talk", 5, 20)], BERLIN, 1440)
    assert [(*minutes(s), s.contacts, s.begins) for s in done.spans] == [
        ("talk", 0, 5, 1, 1), ("talk", 5, 10, 2, 1), ("talk", 10, 20, 1, 0),
    ]  # fmt: skip


def test_talk_hold_talk_is_one_contact_and_talk_talk_two() -> None:
    one = tidy([span(2, "talk", 0, 5), span(3, "hold", 5, 6), span(4, "talk", 6, 9)], BERLIN, 1440)
    assert sum(s.begins or 0 for s in one.spans) == 1
    two = tidy([span(2, "talk", 0, 5), span(3, "talk", 5, 9)], BERLIN, 1440)
    assert sum(s.begins or 0 for s in two.spans) == 2
    ids = [
        span(2, "talk", 0, 5, contact="a"),
        span(3, "talk", 5, 9, contact="a"),
        span(4, "hold", 9, 10, contact="b"),
    ]
    assert [s.begins for s in tidy(ids, BERLIN, 1440).spans] == [1, 0, 1]


def test_what_midnight_cut_is_joined_and_only_there() -> None:
    midnight = (dt.datetime(2026, 3, 3, tzinfo=BERLIN).timestamp() * 1000 - T0) / MINUTE
    cut = [span(2, "ready", midnight - 5, midnight), span(3, "ready", midnight, midnight + 5)]
    assert len(tidy(cut, BERLIN, 1440).spans) == 1 and tidy(cut, BERLIN, 1440).joined == 1
    assert len(tidy(cut, None, 1440).spans) == 2
    assert len(tidy([span(2, "ready", 0, 7), span(3, "ready", 7, 9)], BERLIN, 1440).spans) == 2


SPANS = st.lists(
    st.builds(
        lambda state, start, lasts, agent: Span(0, agent, "", state, state, T0 + start, T0 + start + lasts),
        st.sampled_from([*STATES, "off"]),
        st.integers(0, 300).map(lambda n: n * 1000),
        st.sampled_from([0, 0, 1000, 7000, 60_000, 200_000]),
        st.sampled_from(["Heron", "Plover"]),
    ),
    max_size=14,
)


@given(SPANS)
def test_any_heap_of_rows_becomes_states_that_follow_one_another(rows: list[Span]) -> None:
    rows = [
        Span(n + 2, *(getattr(s, k) for k in ("agent", "team", "state", "reason", "start_ms", "end_ms")))
        for n, s in enumerate(rows)
    ]
    done = tidy(rows, BERLIN, 1440)
    for agent in ("Heron", "Plover"):
        mine = [s for s in done.spans if s.agent == agent]
        assert all(a.end_ms <= b.start_ms for a, b in zip(mine, mine[1:], strict=False))
        assert all(s.end_ms > s.start_ms for s in mine)
        # Second by second: somebody's state, the call's where there is one.
        for second in range(520):
            at = T0 + second * 1000
            over = [s for s in rows if s.agent == agent and s.start_ms <= at < s.end_ms]
            here = [s for s in mine if s.start_ms <= at < s.end_ms]
            calls = [s.state for s in over if s.state in CONTACT]
            if calls:
                assert here[0].state == min(calls, key=CONTACT.index)
            elif here:
                assert here[0].state in {s.state for s in over}
            else:
                assert not over or "off" in {s.state for s in over}


@given(SPANS)
def test_the_order_of_the_file_does_not_matter_and_a_second_pass_changes_nothing(rows: list[Span]) -> None:
    rows = [Span(n + 2, s.agent, "", s.state, s.reason, s.start_ms, s.end_ms) for n, s in enumerate(rows)]

    def shape(found: list[Span]) -> list[tuple[object, ...]]:
        return [(s.agent, s.state, s.start_ms, s.end_ms, s.contacts) for s in found]

    once = tidy(rows, BERLIN, 1440)
    assert shape(tidy(rows[::-1], BERLIN, 1440).spans) == shape(once.spans)
    assert shape(tidy(once.spans, BERLIN, 1440).spans) == shape(once.spans)
    assert tidy(once.spans, BERLIN, 1440).overlap_ms == 0


# Times of day as a switchboard in Berlin shows them, and what they mean.
def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_the_hour_that_is_skipped_and_the_one_that_comes_twice() -> None:
    with pytest.raises(ValueError, match="does not exist in Europe/Berlin"):
        candidates(local("2026-03-29T02:30"), BERLIN)
    first, second = candidates(local("2026-10-25T02:30"), BERLIN)
    assert second - first == 3_600_000
    assert len(candidates(local("2026-10-25T03:00"), BERLIN)) == 1
    with pytest.raises(ValueError, match="in another zone than Europe/Berlin"):
        candidates(local("2026-03-02T09:00-05:00"), BERLIN)


def rows_of(states: list[tuple[int, int]], descending: bool = False) -> list[Row]:
    """Rows (start ms, end ms) as an export in Berlin writes them: local time and duration."""
    rows = []
    for n, (start, end) in enumerate(reversed(states) if descending else states):
        at = dt.datetime.fromtimestamp(start / 1000, BERLIN)
        values = {
            "agent": "Bo",
            "state": "Ready",
            "start": f"{at:%Y-%m-%d %H:%M:%S}",
            "duration": f"{(end - start) // 1000}",
        }
        rows.append(Row(n + 2, values))
    return rows


@given(
    st.sampled_from(["2026-03-28T22:30", "2026-10-24T22:00", "2026-10-24T23:10", "2026-10-25T00:50"]),
    st.lists(st.integers(60, 2400), min_size=2, max_size=12),
    st.booleans(),
)
def test_a_night_shift_over_a_change_of_the_clock_comes_out_as_it_was(
    begin: str, lengths: list[int], descending: bool
) -> None:
    at = round(dt.datetime.fromisoformat(begin).replace(tzinfo=dt.UTC).timestamp()) * 1000 - 3_600_000
    true = []
    for length in [
        3600,
        *lengths,
    ]:  # an hour before, so that the first row is not in the hour that comes twice
        true.append((at, at + length * 1000))
        at += length * 1000
    profile = acd.load("uccx")
    read, errors = dated.read(rows_of(true, descending), profile, BERLIN)
    if candidates(dt.datetime.fromtimestamp(true[0][0] / 1000, BERLIN).replace(tzinfo=None), BERLIN)[1:]:
        return  # nobody can say which 02:30 the very first row is
    assert errors == []
    assert sorted((s.start_ms, s.end_ms) for s in read) == true


@pytest.mark.parametrize(
    ("text", "form", "ms"),
    [
        ("00:05:00", "clock", 300_000), ("5:00", "clock", 300_000), ("1:02:03.5", "clock", 3_723_500),
        ("2 days", "clock", None), ("1d 01:00:00", "clock", 90_000_000), ("300", "clock", 300_000),
        ("300.25", "seconds", 300_250), ("1500", "milliseconds", 1500), ("-5", "seconds", -5000),
        ("-00:00:05", "clock", -5000), ("nan", "seconds", None), ("inf", "seconds", None), ("", "seconds", None),
    ],
)  # fmt: skip
def test_durations(text: str, form: str, ms: int | None) -> None:
    if ms is None:
        with pytest.raises(ValueError):
            duration_ms(text, form)
    else:
        assert duration_ms(text, form) == ms


@given(st.text(max_size=30), st.sampled_from([("iso",), ("%m/%d/%Y %H:%M:%S", "iso"), ("unix-ms",)]))
def test_no_text_does_more_than_a_value_error(text: str, patterns: tuple[str, ...]) -> None:
    for call in (lambda: parse(text, patterns), lambda: duration_ms(text, "clock")):
        try:
            call()
        except ValueError as error:
            assert str(error)


@given(st.text(alphabet="aeiouäöüßéèçñãõÀÇÜ -øłžИнн王小", max_size=20), st.integers(0, 2))
def test_letters_spoilt_on_the_way_are_put_right_and_others_left_alone(name: str, times: int) -> None:
    spoilt = name
    for _ in range(times):
        # Windows-1252 has holes; what falls into one cannot be told from Latin-1 again, as in life.
        spoilt = "".join(_as_1252(byte) for byte in spoilt.encode())
    assert repaired(spoilt) == name


def _as_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return bytes([byte]).decode("latin-1")


@given(st.binary(max_size=60))
def test_any_bytes_become_text(raw: bytes) -> None:
    assert isinstance(decoded(raw).text, str)
