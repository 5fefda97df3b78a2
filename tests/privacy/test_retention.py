"""What has been kept long enough goes, row by row; what is left still dates and reports as before."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from allears.aggregate.facts import Facts
from allears.cli import group
from allears.privacy.retention import Policy, expire
from allears.store import Store
from allears_core import records

ZONE = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)


def calls(path: Path, stream: str) -> list[int]:
    with Store(path, read_only=True) as store:
        facts = Facts(store, stream, ZONE)
        return [row["start_ms"] for row in facts.rows(facts.calls.order_by("start_ms"))]


def test_events_go_and_summaries_stay_and_times_do_not_move(store_path: Path) -> None:
    events, summaries = calls(store_path, "events"), calls(store_path, "summaries")
    with Store(store_path) as store:
        done = expire(store, NOW, Policy(10, 400))
    limit = int((NOW - dt.timedelta(days=10)).timestamp() * 1000)
    left = calls(store_path, "events")
    # A CALL record is written at the call's end: a call across the limit stays.
    assert left and len(left) < len(events) and left == events[-len(left) :]
    assert events[-len(left) - 1] < limit <= left[0] + 3_600_000
    assert calls(store_path, "summaries") == summaries
    assert done.rows["records"] == sum(
        n for table, n in done.rows.items() if table not in ("records", "acd_states")
    )
    assert done.undated == 0
    with Store(
        store_path
    ) as store:  # every raw record has its row still, and the next pull goes on where it was
        kept = store.connection.execute("SELECT count(*) FROM records WHERE name = 'CALL'").fetchall()[0][0]
        assert kept == len(left) + len(summaries)
        unit, log_id, cursor = store.connection.execute(
            "SELECT unit, log_id, next_seq FROM cursors WHERE stream = 'events'"
        ).fetchall()[0]
        assert store.next_seq(unit, log_id, records.EVENTS) == cursor > 0


def test_everything_old_leaves_neither_clock_nor_state(store_path: Path) -> None:
    with Store(store_path) as store:
        expire(store, NOW + dt.timedelta(days=500))
    with Store(store_path) as store:
        for table in ("records", "calls", "clocks", "boots", "acd_states", "events", "marks"):
            assert store.connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]


def test_nothing_old_changes_nothing(store_path: Path) -> None:
    before = calls(store_path, "events")
    with Store(store_path) as store:
        assert expire(store, NOW).rows == {}
    assert calls(store_path, "events") == before


def test_the_verb(store_path: Path) -> None:
    arguments = ["forget", "--expired", "--events-days", "0", "--summaries-days", "0", "--yes", "--json"]
    done = CliRunner().invoke(group, [*arguments, "--store", str(store_path)], standalone_mode=False)
    assert json.loads(done.output)["rows"]["records"] > 0
    assert CliRunner().invoke(group, ["forget", "Heron", "--expired"]).exit_code == 2
