"""A synthetic company of a few agents: sums that must agree, parts that must make the whole, peers that must match."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from allears.aggregate import days, engines, events, nightly
from allears.aggregate.facts import ACD, CLIP, Facts, exact_sum
from allears.errors import NotEnoughData
from allears_core import records
from scalebench import company, peers

AGENTS, DAYS = 3, 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("company")
    company.write(made, AGENTS, DAYS, workers=1)
    return made


@pytest.fixture(scope="module")
def facts(folder: Path) -> Facts:
    return Facts(engines.duckdb(folder), "events", company.ZONE)


def total(facts: Facts, table: Any, *columns: str) -> list[float]:
    (row,) = facts.rows(table.agg(**{name: exact_sum(table[name]) for name in columns}))
    return [float(row[name]) for name in columns]


def same(rows: list[dict[str, Any]], others: list[dict[str, Any]]) -> bool:
    """Equal as sets of rows; numbers by value, not by type."""
    names = sorted(rows[0])
    return sorted(str([row[name] for name in names]) for row in rows) == sorted(
        str([row[name] for name in names]) for row in others
    )


def test_events_add_up_alike_at_every_grain(facts: Facts) -> None:
    raw = facts.log("events")
    (counted,) = facts.rows(raw.agg(n=raw.count()))
    by_call = facts.rows(facts.kept(events.by_call))
    sums = {name: sum(row[name] for row in by_call) for name in events.COUNTS}
    assert sum(sums.values()) == counted["n"] > 500
    for table in (events.by_half_hour(facts), events.by_day(facts)):
        assert total(facts, table, *events.COUNTS) == [float(sums[name]) for name in events.COUNTS]


def test_half_hours_add_up_to_the_states_they_come_from(facts: Facts) -> None:
    spans, halves = facts.spans, facts.half_hours
    imported = spans.filter(spans.source == ACD)
    (span_s,) = total(facts, imported.mutate(s=(imported.end_ms - imported.start_ms) / 1000), "s")
    states = [f"{state}_s" for state in ("call", "acw", "ready", "break", "pause", "off", "other")]
    assert sum(total(facts, halves.filter(halves.source == ACD), *states)) == span_s
    assert total(facts, days.day_states(facts), *states) == total(facts, halves, *states)


def test_no_half_hour_holds_more_than_it_has(facts: Facts) -> None:
    for row in facts.rows(facts.half_hours):
        states = ("call", "acw", "ready", "break", "pause", "off", "other")
        assert 0 <= round(sum(row[f"{state}_s"] for state in states), 3) <= 1800
        assert row["on_s"] <= 1800


def of_night(out: Path, table: str, name: str) -> list[dict[str, Any]]:
    return pq.read_table(out / table / f"{name}.parquet").to_pylist()


def test_the_parts_of_a_night_make_the_whole(facts: Facts, folder: Path, tmp_path: Path) -> None:
    found = nightly.parts(folder)
    assert found == [nightly.Part("S000", CLIP), nightly.Part("S000", ACD)]
    for part in found:
        assert nightly.run(folder, tmp_path, company.ZONE, part) > 0
    for table, build in nightly.tables(facts).items():
        names = [
            name for name in ("S000-events", "S000-acd") if (tmp_path / table / f"{name}.parquet").exists()
        ]
        rows = [row for name in names for row in of_night(tmp_path, table, name)]
        assert same(rows, facts.rows(build(facts))), table


def test_what_the_streams_tell_alike_is_made_once_and_what_differs_apart(
    folder: Path, tmp_path: Path
) -> None:
    part = nightly.Part("S000", CLIP)
    nightly.run(folder, tmp_path / "alike", company.ZONE, part)
    shutil.copytree(folder, tmp_path / "company")
    (path,) = (tmp_path / "company" / "calls").glob("*-summaries.parquet")
    pq.write_table(pq.read_table(path).slice(1), path)  # one call fewer in the leads' stream
    nightly.run(tmp_path / "company", tmp_path / "apart", company.ZONE, part)
    for table in (*nightly.LOAD, *nightly.CALLS):
        ours, theirs = (of_night(tmp_path / "alike", table, f"S000-{stream}") for stream in records.STREAMS)
        assert same(ours, theirs), table
        assert same(ours, of_night(tmp_path / "apart", table, "S000-events")), table
    calls = [len(of_night(tmp_path / kind, "calls", "S000-summaries")) for kind in ("alike", "apart")]
    assert calls[1] == calls[0] - 1
    alone = Facts(engines.duckdb(tmp_path / "company"), "summaries", company.ZONE, sources=(CLIP,))
    for table in ("half_hours", "day_calls"):
        expected = alone.rows(nightly.tables(alone)[table](alone))
        assert same(of_night(tmp_path / "apart", table, "S000-summaries"), expected)


def test_streams_are_compared_by_bytes_and_where_these_differ_by_rows(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "company")
    engine = engines.duckdb(folder)

    def agree(where: Path) -> bool:
        engines.point(engine, where, "S000")
        return engines.streams_agree(engine, where, "S000", "calls", ("stream", "seq", "ms"))

    path = tmp_path / "company" / "calls" / "S000-summaries.parquet"
    rows = pq.read_table(path)
    assert agree(folder)
    pq.write_table(rows, path, compression="none", row_group_size=100)
    assert agree(tmp_path / "company")
    changed = rows.set_column(rows.schema.get_field_index("cues"), "cues", pc.add(rows["cues"], 1))
    for stored in ({"compression": "zstd", "compression_level": 1}, {"compression": "none"}):
        pq.write_table(changed, path, **stored)
        assert not agree(tmp_path / "company")


@pytest.mark.parametrize("calendar", ["whole", "short"])
def test_a_second_site_is_computed_as_the_first_though_nothing_is_put_together_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calendar: str
) -> None:
    two = tmp_path / "two"
    for path in folder.glob("*/*.parquet"):
        (two / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, two / path.parent.name)
        rows = pq.read_table(path)
        kept = rows if path.parent.name == "units" else rows.slice(len(rows) // 3)
        pq.write_table(kept, two / path.parent.name / path.name.replace("S000", "S001"))
    if (
        calendar == "short"
    ):  # as if an uptime were wrong: what lies outside is found, and gets a calendar of its own
        monkeypatch.setattr(engines, "extent_ms", lambda _: (1_736_150_000_000, 1_736_150_000_001))
    night = nightly.Night(two, tmp_path / "out", company.ZONE)
    for part in nightly.parts(two):
        assert night.run(part) > 0
        for stream in records.STREAMS if part.source == CLIP else ("events",):
            alone = Facts(engines.duckdb(two, part.site), stream, company.ZONE, sources=(part.source,))
            for name, build in nightly.tables(alone).items():
                expected = alone.rows(build(alone))
                assert same(of_night(tmp_path / "out", name, part.name(stream)), expected), (part, name)


def test_a_folder_without_any_known_time_is_refused(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*/*.parquet"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        pq.write_table(pq.read_table(path).slice(0, 0), tmp_path / path.parent.name / path.name)
    with pytest.raises(NotEnoughData, match="known time"):
        nightly.Night(tmp_path, tmp_path / "out", company.ZONE)


def test_one_agents_facts_are_that_agents_rows_of_all(facts: Facts, folder: Path) -> None:
    alone = Facts(engines.duckdb(folder), "events", company.ZONE, agents=["A00001"])
    for build in (days.day_exposure, days.day_states, days.day_calls, events.by_day):
        everybody = facts.kept(build)
        assert same(facts.rows(everybody.filter(everybody.agent == "A00001")), alone.rows(build(alone)))


def test_a_small_company_is_the_beginning_of_a_large_one(folder: Path) -> None:
    assert company.agent_tables(1, DAYS) == company.agent_tables(1, DAYS)
    engine = engines.duckdb(folder)
    events_of = engine.table("events")
    mine = events_of.filter(events_of.log_id == "00000001")
    (kept,) = engine.to_pyarrow(mine.agg(n=mine.count())).to_pylist()
    assert kept["n"] == len(company.agent_tables(1, DAYS)["events"])


def test_pandas_and_sqlite_give_the_same_occupancy(folder: Path, tmp_path: Path) -> None:
    expected = peers.ours(folder, company.ZONE)
    assert expected[0] > 100
    assert peers.pandas(folder) == expected
    assert peers.load_sqlite(folder, tmp_path / "peer.sqlite") > 1000
    assert peers.sqlite(tmp_path / "peer.sqlite") == expected


def test_days_are_those_of_the_zone(folder: Path) -> None:
    dates = {
        zone: {row["date"] for row in found.rows(found.half_hours.select("date").distinct())}
        for zone in ("Europe/Berlin", "Pacific/Auckland")
        for found in [Facts(engines.duckdb(folder), "events", ZoneInfo(zone), sources=(ACD,))]
    }
    assert sorted(dates["Europe/Berlin"]) == company.worked_days(DAYS)
    assert dates["Pacific/Auckland"] != dates["Europe/Berlin"]  # a late shift there begins a day on
