"""The example history is repeatable, marked, consistent with itself and leaves the last day free."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from allears import history
from allears.store import Store

END = dt.date(2026, 11, 20)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store(":memory:")
    history.make(store, 1, END, ZONE)
    return store


def rows(store: Store, sql: str) -> list[tuple]:
    return store.connection.execute(sql).fetchall()


def test_every_unit_is_marked_as_example_and_the_group_is_large_enough(store: Store) -> None:
    assert rows(store, "SELECT count(*), bool_and(example), count(DISTINCT team) FROM units") == [
        (6, True, 1)
    ]
    assert rows(store, "SELECT bool_and(example) FROM acd_states") == [(True,)]


def test_a_second_run_adds_nothing_and_another_seed_differs(store: Store) -> None:
    before = rows(store, "SELECT count(*) FROM records")
    assert history.make(store, 1, END, ZONE) == 0
    assert rows(store, "SELECT count(*) FROM records") == before
    with Store(":memory:") as other:
        history.make(other, 2, END, ZONE)
        assert rows(other, "SELECT sum(agent_hops) FROM calls") != rows(
            store, "SELECT sum(agent_hops) FROM calls"
        )


def test_the_counts_of_a_call_are_those_of_its_events(store: Store) -> None:
    wrong = rows(
        store,
        "SELECT * FROM (SELECT unit, boot, call, talk_overs, acknowledgements FROM calls WHERE stream = 'events') c "
        "LEFT JOIN (SELECT unit, boot, call, count(*) FILTER (kind = 'talk-over') AS t, "
        "count(*) FILTER (kind = 'acknowledgement') AS a FROM events GROUP BY ALL) e USING (unit, boot, call) "
        "WHERE talk_overs <> coalesce(t, 0) OR acknowledgements <> coalesce(a, 0)",
    )
    assert wrong == []


def test_calls_follow_one_another_and_end_before_the_last_day(store: Store) -> None:
    overlapping = rows(
        store,
        "SELECT 1 FROM (SELECT start_hop, lag(end_hop) OVER (PARTITION BY unit, stream, boot ORDER BY start_hop) e "
        "FROM calls) WHERE start_hop <= e",
    )
    assert overlapping == []
    (last,) = rows(store, "SELECT max(end_utc) FROM acd_states")[0]
    assert last < dt.datetime.combine(END, dt.time()) - dt.timedelta(hours=1)


def test_the_summaries_hold_no_event_and_no_cue(store: Store) -> None:
    assert rows(store, "SELECT DISTINCT stream FROM events UNION SELECT DISTINCT stream FROM cues") == [
        ("events",)
    ]
