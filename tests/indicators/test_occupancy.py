"""Occupancy from imported states: golden days by hand, every formula, and what must hold for any log and any clock."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.cli.occupancy import command
from allears.errors import NoConsent, NotEnoughData
from allears.indicators import declared, formulas, state_time
from allears.indicators.load import occupancy as occupancy_of
from allears.indicators.occupancy import occupancy
from allears.indicators.release import common_words
from allears.store import AcdState, Store
from allears_core import records

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
DAY = dt.date(2026, 3, 2)
HOUR = dt.timedelta(hours=1)


def log(start: dt.datetime, *states: tuple[str, float, str], agent: str = "Heron") -> list[AcdState]:
    """States one after another: (state, minutes, word)."""
    made = []
    for state, minutes, word in states:
        end = start + dt.timedelta(minutes=minutes)
        made.append(AcdState(agent, state, start, end, reason=word or None))
        start = end
    return made


def loaded(states: Sequence[AcdState], zone: ZoneInfo = UTC, agents: Sequence[str] = ("Heron",)) -> list:
    with Store(":memory:") as store:
        store.put_acd(states, "neutral", "x.csv")
        span = state_time.span_of_days(store, agents, zone)
        assert span is not None
        return state_time.load(store, agents, *span, zone)


NINE = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
# Five hours of handling, one of waiting, one of coaching, half an hour of lunch.
COACHED = log(
    NINE,
    ("talk", 180, ""), ("hold", 60, ""), ("acw", 60, ""), ("ready", 60, ""), ("other", 60, "Coaching"),
    ("break", 30, "Lunch"),
)  # fmt: skip


def test_the_day_with_an_hour_of_coaching() -> None:
    found = occupancy(loaded(COACHED), DAY, DAY)
    assert found.result.value == pytest.approx(100 * 300 / 360)
    assert found.result.parts == {
        "numerator, s": 18000,
        "denominator, s": 21600,
        "excluded other (Coaching), s": 3600,
        "excluded break (Lunch), s": 1800,
    }
    values = {key: reading.value for reading in found.readings for key in reading.keys}
    assert values["available"] == pytest.approx(100 * 300 / 420)  # 71.4 %
    assert values["logged-in"] == pytest.approx(100 * 300 / 450)
    assert values["connect"] == values["genesys"] == values["ringcentral"] == values["occupancy"]
    assert found.formulas_differ and len(found.readings) == 3


def test_what_coaching_and_lunch_do_to_it() -> None:
    coaching, lunch = occupancy(loaded(COACHED), DAY, DAY).sensitivity
    assert (coaching.word, coaching.state, coaching.seconds) == ("Coaching", "other", 3600)
    assert coaching.as_idle_pct == pytest.approx(100 * 300 / 420)
    assert coaching.as_work_pct == pytest.approx(100 * 360 / 420)
    assert (lunch.word, lunch.as_idle_pct) == ("Lunch", pytest.approx(100 * 300 / 390))


def test_utilisation_and_shrinkage_of_logged_in_and_of_paid_time() -> None:
    found = occupancy(loaded(COACHED), DAY, DAY)
    assert found.utilisation.value == pytest.approx(80)  # 360 of 450 min
    assert found.shrinkage.value == pytest.approx(20)
    paid = occupancy(loaded(COACHED), DAY, DAY, paid_s=8 * 3600)
    assert paid.utilisation.value == pytest.approx(75) and paid.shrinkage.value == pytest.approx(25)


def test_handle_time_and_after_call_work_by_hand() -> None:
    calls = [("talk", 3.0, ""), ("hold", 1.0, ""), ("acw", 1.0, ""), ("ready", 1.0, "")] * 12
    found = occupancy(loaded(log(NINE, *calls)), DAY, DAY)
    assert found.times.contacts == 12
    assert (found.handle_time.value, found.after_call_work.value) == (300, 60)
    few = occupancy(loaded(log(NINE, *calls[:36])), DAY, DAY)
    assert few.handle_time.missing == "not enough data: 9 of 10 contacts"


def test_two_chats_at_once_are_one_hour_by_one_formula_and_two_by_the_other() -> None:
    both = AcdState("Heron", "talk", NINE, NINE + HOUR, contacts=2, begins=2)
    idle = AcdState("Heron", "ready", NINE + HOUR, NINE + 2 * HOUR)
    times = formulas.total(loaded([both, idle]))
    assert formulas.value(formulas.BY_KEY["connect"], times).value == pytest.approx(50)
    assert formulas.value(formulas.BY_KEY["connect-handle"], times).value == pytest.approx(100 * 2 / 3)


def test_genesys_counts_communicating_as_on_queue() -> None:
    times = formulas.total(
        loaded(log(NINE, ("talk", 60, ""), ("ready", 30, ""), ("other", 30, "Communicating")))
    )
    assert formulas.value(formulas.BY_KEY["genesys"], times).value == pytest.approx(50)
    assert formulas.value(formulas.BY_KEY["occupancy"], times).value == pytest.approx(100 * 2 / 3)


def test_a_hole_within_a_shift_is_told_and_a_night_is_not() -> None:
    states = [
        *log(NINE, ("talk", 60, "")),
        *log(NINE + 2 * HOUR, ("ready", 60, "")),
        *log(NINE + 24 * HOUR, ("talk", 5, "")),
    ]
    found = occupancy(loaded(states), DAY, DAY)
    assert found.result.parts["excluded without a state, s"] == 3600


def test_a_shift_over_midnight_is_cut_there_in_the_zone_asked_for() -> None:
    late = log(dt.datetime(2026, 3, 2, 21, tzinfo=dt.UTC), ("talk", 180, ""), ("ready", 60, ""))
    by_day = {cell.date: cell for cell in occupancy(loaded(late, BERLIN), DAY, DAY, "day").cells}
    assert by_day[DAY].result.parts["numerator, s"] == 7200  # 22:00 to 24:00 in Berlin
    assert by_day[DAY + dt.timedelta(days=1)].result.parts == {"numerator, s": 3600, "denominator, s": 7200}


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 3), ((2026, 10, 25), 5)])
def test_when_the_clocks_change_every_second_counts_once(day: tuple[int, int, int], hours: int) -> None:
    """From local midnight to 04:00: three hours in spring, five in autumn, when 02:00 comes twice."""
    start = dt.datetime(*day, tzinfo=BERLIN).astimezone(dt.UTC)
    found = occupancy(loaded(log(start, ("talk", hours * 60, "")), BERLIN), DAY, DAY, "half-hour")
    assert [cell.times.of(["talk"]) for cell in found.cells] == [1800.0] * hours * 2
    minutes = [cell.minute for cell in found.cells]
    assert minutes.count(120) == {3: 0, 5: 2}[hours]
    assert len({cell.slot_ms for cell in found.cells}) == len(found.cells)


def test_rebuilt_times_stand_in_days_and_in_no_half_hour() -> None:
    states = [AcdState("Heron", "talk", NINE, NINE + HOUR, rebuilt=True)]
    rows = loaded(states)
    assert occupancy(rows, DAY, DAY, "half-hour").cells == []
    assert occupancy(rows, DAY, DAY, "day").cells[0].result.value == 100
    assert occupancy(rows, DAY, DAY).rebuilt_s == 3600


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["talk", "hold", "acw", "ready", "break", "other"]),
        st.integers(1, 400_000),  # ms
        st.sampled_from([0, 0, 0, 1, 90_000, 40 * 3_600_000]),  # ms without a state before it
    ),
    min_size=1,
    max_size=25,
)
# Midnights and both changes of the clock in Berlin, 2026.
BEGINS = st.sampled_from(
    ["2026-03-28T22:30", "2026-03-29T00:45", "2026-10-24T21:59", "2026-10-25T00:10", "2026-06-01T21:50"]
)


@settings(max_examples=25, deadline=None)
@given(PIECES, BEGINS)
def test_whatever_the_log_and_the_clock_no_second_is_lost_or_doubled(
    pieces: list[tuple[str, int, int]], begin: str
) -> None:
    at = dt.datetime.fromisoformat(begin).replace(tzinfo=dt.UTC)
    states, seconds = [], dict.fromkeys(formulas.LOGGED_IN, 0)
    for state, length_ms, hole_ms in pieces:
        at += dt.timedelta(milliseconds=hole_ms)
        states.append(AcdState("Heron", state, at, at + dt.timedelta(milliseconds=length_ms)))
        at = states[-1].end
        seconds[state] += length_ms
    rows = loaded(states, BERLIN)
    whole = formulas.total(rows)
    for state, length_ms in seconds.items():
        assert whole.of([state]) == pytest.approx(length_ms / 1000)
    assert whole.contacts == sum(state == "talk" for state, _, _ in pieces)
    for grain in ("day", "half-hour", "time-of-day"):
        cells = occupancy(rows, DAY, DAY, grain).cells
        assert sum(cell.times.of(formulas.LOGGED_IN) for cell in cells) == pytest.approx(
            sum(seconds.values()) / 1000
        )
        if grain == "half-hour":
            assert all(cell.times.of(formulas.LOGGED_IN) <= 1800 for cell in cells)
    for formula in formulas.OCCUPANCIES:
        value = formulas.value(formula, whole).value
        assert value is None or 0 <= value <= 100


def test_words_that_few_use_are_summed_up_under_their_state() -> None:
    names = [f"P{n}" for n in range(12)]
    states = []
    for n, name in enumerate(names):
        word = "Lunch" if n < 6 else "Tea" if n < 11 else "Doctor"
        states += log(NINE, ("talk", 60, ""), ("break", 10, word), agent=name)
    words = {row.word for row in common_words(loaded(states, agents=names)) if row.state == "break"}
    # "Doctor" alone would tell of one person; "Tea" goes as well, or the rest of the breaks would be the doctor's.
    assert words == {"Lunch", "break"}


def test_the_command_needs_five_people_and_leaves_out_what_would_tell_of_fewer(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    with Store(path) as store:
        for n in range(6):
            store.put_unit(f"{n:016x}", "00" * 4, pseudonym=f"P{n}", team="North")
            store.put_unit(f"{n + 10:016x}", "00" * 4, pseudonym=f"Q{n}", team="South" if n < 4 else "East")
            for name in (f"P{n}", f"Q{n}"):
                # The last two of North leave early: two half-hours have four people.
                ready = 60 if n < 4 else 0.5
                store.put_acd(
                    log(NINE, ("talk", 60, ""), ("ready", ready, ""), agent=name), "neutral", "x.csv"
                )
    arguments = ["--store", str(path), "--time-zone", "UTC", "--json", "--by", "half-hour"]
    run = CliRunner().invoke(command, ["--team", "North", *arguments], standalone_mode=False)
    told = json.loads(run.stdout)
    assert told["people"] == 6 and told["result"]["value"] is not None
    assert all(cell["people"] >= 5 for cell in told["cells"])
    assert {cell["minute"] for cell in told["cells"]} <= {540, 570, 600}
    assert told["left_out"] >= 1
    refused = CliRunner().invoke(command, ["--team", "South", *arguments], standalone_mode=False)
    assert isinstance(refused.exception, NotEnoughData) and "not enough people" in str(refused.exception)


def test_one_person_is_shown_from_their_own_log_or_by_their_consent_only(
    tmp_path: Path, clip: SimpleNamespace
) -> None:
    path = tmp_path / "s.duckdb"
    arguments = ["--agent", "Heron", "--store", str(path), "--time-zone", "UTC"]
    log_of_lead = clip.Log().clock(0, NINE).call(15 * 60, 35 * 60, talk_overs=0)
    with Store(path) as store:
        store.put_acd(COACHED, "neutral", "x.csv")
        clip.named(store).ingest(clip.UNIT, clip.LOG, records.SUMMARIES, log_of_lead.items)
    refused = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert isinstance(refused.exception, NoConsent)


def test_the_command_prints_what_the_number_rests_on(tmp_path: Path, clip: SimpleNamespace) -> None:
    path = tmp_path / "s.duckdb"
    with Store(path) as store:
        store.put_acd(COACHED, "neutral", "x.csv")
        clip.named(store).ingest(clip.UNIT, clip.LOG, records.EVENTS, clip.Log().clock(0, NINE).items)
    arguments = ["--agent", "Heron", "--store", str(path), "--time-zone", "UTC"]
    out = CliRunner().invoke(command, arguments, standalone_mode=False).stdout
    for text in ("Occupancy: 83.3 %", "numerator: 18000 s", "denominator: 21600 s", "excluded other (Coaching): 3600 s",
                 "71.4  available", "State map:", "Lunch"):  # fmt: skip
        assert text in out


def test_a_day_without_an_import_rests_on_the_button(clip: SimpleNamespace) -> None:
    """Ready, 20 min of call, after-call work by the button, ready, a break: 45 min of 75, and the break is out."""
    log = clip.Log().clock(0, NINE)
    log.state(0, "ready").call(15 * 60, 35 * 60, talk_overs=0).state(35 * 60, "acw").state(60 * 60, "ready")
    log.state(75 * 60, "break").state(80 * 60, "ready").clock(80 * 60, NINE + dt.timedelta(minutes=80))
    with Store(":memory:") as store:
        clip.named(store).ingest(clip.UNIT, clip.LOG, records.EVENTS, log.items)
        rows = declared.load(store, ["Heron"], UTC, "events")
        whole = formulas.total(rows)
        assert whole.of(["talk"]) == pytest.approx(20 * 60, abs=0.1)
        assert whole.of(["acw"]) == pytest.approx(25 * 60, abs=0.1)
        assert whole.of(["ready"]) == pytest.approx(30 * 60, abs=0.1)
        assert whole.of(["break"]) == pytest.approx(5 * 60, abs=0.1)
        assert whole.contacts == 1
        assert occupancy(rows, DAY, DAY).result.value == pytest.approx(100 * 45 / 75, abs=0.05)
        # An import of that day takes its place.
        store.put_acd(log_of_import(), "neutral", "x.csv")
        again = formulas.total(declared.load(store, ["Heron"], UTC, "events"))
        assert again.of(["talk"]) == 3600 and again.of(["acw"]) == 0


def log_of_import() -> list[AcdState]:
    return log(NINE, ("talk", 60, ""))


def test_only_the_days_asked_for_count_and_what_reaches_into_them() -> None:
    states = log(
        dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC), ("ready", 10, ""), ("talk", 40, ""), ("acw", 1500, "")
    )
    with Store(":memory:") as store:
        store.put_acd(states, "neutral", "x.csv")
        rows = state_time.load(store, ["Heron"], DAY, DAY, UTC)
        whole = formulas.total(rows)
        assert {row.date for row in rows} == {DAY}
        assert (whole.of(["ready"]), whole.of(["talk"]), whole.of(["acw"])) == (0, 20 * 60, (1440 - 20) * 60)
        assert whole.contacts == 0  # it began the day before
        assert declared.load(store, ["Heron"], UTC, "events", DAY, DAY) == rows


@given(
    st.fixed_dictionaries(
        {state: st.integers(0, 9000) for state in ("talk", "acw", "ready", "break", "other")}
    )
)
def test_reports_and_command_have_one_occupancy(spent: dict[str, int]) -> None:
    whole = formulas.Times({(state, state): float(s) for state, s in spent.items()}, {}, 0, 1)
    seconds = {state: whole.of([state]) for state in ("acw", "ready", "break", "other")}
    ours, theirs = (
        formulas.value(formulas.BY_KEY["occupancy"], whole),
        occupancy_of({"call": whole.of(["talk"]), **seconds}),
    )
    assert (ours.value, ours.n, ours.missing[:15]) == (theirs.value, theirs.n, theirs.missing[:15])


def test_the_page_names_every_formula() -> None:
    page = (Path(__file__).parents[2] / "docs" / "indicators.md").read_text("utf-8")
    assert all(f"| `{formula.key}` |" in page for formula in formulas.FORMULAS)
