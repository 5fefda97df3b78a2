"""The offset between switchboard and clip: found where it is, with limits that hold it, and not where there is none."""

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from click.testing import CliRunner

from allears.acd import estimate
from allears.acd.offset import CALLS_MIN
from allears.aggregate.facts import Facts
from allears.cli.import_acd import command
from allears.indicators import declared
from allears.store import Store
from allears_core import records

DAY_MS = 24 * 3_600_000
NINE = 1_772_442_000_000  # 2026-03-02 09:00 UTC
Calls = dict[str, list[tuple[int, int]]]


def shift(seed: int, agents: int = 3, calls: int = 40) -> tuple[Calls, Calls]:
    """Calls as a clip hears them, and as the switchboard logs them: connected a little earlier, hung up later."""
    rng = np.random.default_rng(seed)
    heard: Calls = {}
    logged: Calls = {}
    for n in range(agents):
        at = NINE
        for _ in range(calls):
            at += int(rng.exponential(60_000)) + 2000
            end = at + int(rng.lognormal(np.log(240), 0.5) * 1000)
            logged.setdefault(f"P{n}", []).append((at, end))
            heard.setdefault(f"P{n}", []).append(
                (at + int(rng.uniform(300, 2500)), end - int(rng.uniform(200, 2000)))
            )
            at = end
    return heard, logged


def moved(calls: Calls, ms: int) -> Calls:
    return {agent: [(start + ms, end + ms) for start, end in mine] for agent, mine in calls.items()}


@pytest.mark.parametrize("seconds", [0, 3.2, -47, 600, -3600, 12 * 3600])
@pytest.mark.parametrize("seed", range(4))
def test_the_offset_is_found_and_its_limits_hold_it(seconds: float, seed: int) -> None:
    heard, logged = shift(seed)
    true = round(seconds * 1000)
    found = estimate(heard, moved(logged, -true))
    assert found.known and found.calls >= 100
    assert found.low_ms <= true <= found.high_ms
    assert found.low_ms <= found.ms <= found.high_ms
    assert found.high_ms - found.low_ms < 4000
    assert abs(found.ms - true) < 1000


def test_a_clip_that_misses_a_third_of_the_calls_and_hears_others_does_not_mislead() -> None:
    heard, logged = shift(7)
    rng = np.random.default_rng(8)
    partly = {a: [call for call in mine if rng.random() > 0.33] for a, mine in heard.items()}
    extra = {a: [(NINE + n * 1_000_000, NINE + n * 1_000_000 + 50_000) for n in range(8)] for a in heard}
    found = estimate({a: sorted(partly[a] + extra[a]) for a in heard}, moved(logged, -5000))
    assert found.low_ms <= 5000 <= found.high_ms


def test_too_few_calls_give_no_offset() -> None:
    heard, logged = shift(1, agents=1, calls=CALLS_MIN - 1)
    assert estimate(heard, logged).missing.startswith("not enough data: 9 of 10 calls")
    assert "no agent has calls both" in estimate(heard, {"Q": logged["P0"]}).missing
    assert not estimate({}, {}).known


@pytest.mark.parametrize("seed", range(6))
def test_calls_that_have_nothing_to_do_with_one_another_give_no_offset(seed: int) -> None:
    heard, _ = shift(seed)
    _, other = shift(seed + 100)
    assert not estimate(heard, other).known


def test_calls_like_clockwork_give_no_offset() -> None:
    """Every call and every wait the same: any number of periods fits as well."""
    calls = [(NINE + n * 600_000, NINE + n * 600_000 + 300_000) for n in range(40)]
    assert "no clear offset" in estimate({"P": calls}, {"P": calls}).missing


def stored_clip(path: Path, clip: SimpleNamespace, calls: list[tuple[int, int]]) -> None:
    """A store with the calls (UTC ms) as a clip logged them."""
    begin = dt.datetime.fromtimestamp(NINE / 1000, dt.UTC)
    log = clip.Log().clock(0, begin)
    for n, (start, end) in enumerate(calls):
        log.call((start - NINE) / 1000, (end - NINE) / 1000, n + 1)
    with Store(path) as store:
        clip.named(store).ingest(clip.UNIT, clip.LOG, records.EVENTS, log.items)


def csv_of(calls: list[tuple[int, int]]) -> str:
    lines = ["agent,state,start,end"]
    for start, end in calls:
        times = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC).isoformat() for ms in (start, end))
        lines.append(f"heron,talk,{','.join(times)}")
    return "\n".join(lines) + "\n"


def run(path: Path, text: str, *more: str) -> dict:
    file = path.with_suffix(".csv")
    file.write_text(text, "utf-8")
    out = CliRunner().invoke(
        command, [str(file), "--store", str(path), "--json", *more], standalone_mode=False
    )
    assert out.exception is None, out.exception
    return json.loads(out.stdout)


def test_an_import_is_moved_to_the_clips_clock_and_says_how_sure_it_is(
    tmp_path: Path, clip: SimpleNamespace
) -> None:
    heard, logged = shift(3, agents=1)
    path = tmp_path / "s.duckdb"
    stored_clip(path, clip, heard["P0"])
    late = moved(logged, -42_000)["P0"]
    told = run(path, csv_of(late))
    low, high = told["offset"]["limits"]
    assert low <= 42 <= high and low <= told["offset"]["seconds"] <= high and told["offset"]["calls"] >= 35
    assert any(note.startswith("Clock offset: +4") and "calls" in note for note in told["notes"])
    offset_ms = round(told["offset"]["seconds"] * 1000)
    with Store(path) as store:
        first = store.connection.execute("SELECT min(start_utc), min(offset_ms) FROM acd_states").fetchall()[
            0
        ]
        assert first[0].replace(tzinfo=dt.UTC).timestamp() * 1000 == pytest.approx(late[0][0] + offset_ms)
        assert first[1] == offset_ms
    again = run(path, csv_of(late))
    assert (again["imported"], again["known"]) == (0, len(late))
    none = run(path, csv_of(late), "--clock-offset", "0")
    assert (none["imported"], none["known"]) == (0, len(late))
    with Store(path) as store:
        assert store.connection.execute("SELECT DISTINCT offset_ms FROM acd_states").fetchall() == [(0,)]


def test_a_rebuilt_session_is_placed_by_the_calls_its_clip_heard(
    tmp_path: Path, clip: SimpleNamespace
) -> None:
    heard, logged = shift(5, agents=1, calls=20)
    path = tmp_path / "s.duckdb"
    stored_clip(path, clip, heard["P0"])
    lines = [
        "Agent_Session_ID,Agent_No,Team_No,StateIndex,Start_Date,Working,Available,Outstate,Duration",
    ]
    at, index = NINE, 0
    for start, end in logged["P0"]:
        for working, lasts in ((0, (start - at) / 1000), (1, (end - start) / 1000)):
            index += 1
            lines.append(f"1,Heron,5,{index},03/02/2026,{working},{1 - working},,{lasts}")
        at = end
    told = run(path, "\n".join(lines) + "\n", "--profile", "cxone", "--time-zone", "UTC")
    assert told["rebuilt"] and told["sessions"] == {"placed": 1, "unplaced": 0}
    with Store(path) as store:
        rows = store.connection.execute(
            "SELECT epoch_ms(start_utc), rebuilt FROM acd_states WHERE state = 'talk' ORDER BY 1"
        ).fetchall()
    assert not any(rebuilt for _, rebuilt in rows)
    for (found, _), (start, _end) in zip(rows, logged["P0"], strict=True):
        assert abs(found - start) < 2500


def test_a_session_that_nothing_places_stands_in_no_half_hour_of_a_report(
    tmp_path: Path, clip: SimpleNamespace
) -> None:
    path = tmp_path / "s.duckdb"
    stored_clip(path, clip, [(NINE, NINE + 300_000)])
    text = (
        "Agent_Session_ID,Agent_No,Team_No,StateIndex,Start_Date,Working,Available,Outstate,Duration\n"
        "1,Heron,5,1,03/02/2026,1,0,,600\n"
    )
    told = run(path, text, "--profile", "cxone", "--time-zone", "UTC")
    assert told["sessions"] == {"placed": 0, "unplaced": 1} and told["imported"] == 1
    assert any("unknown time of day" in note for note in told["notes"])
    with Store(path) as store:
        seen = Facts(store, records.EVENTS, ZoneInfo("UTC"))
        assert {row["source"] for row in seen.rows(seen.half_hours)} == {"clip"}
        (row,) = declared.load(store, ["Heron"], ZoneInfo("UTC"), "events")
        assert (row.rebuilt, row.seconds) == (True, 600)
