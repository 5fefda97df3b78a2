"""The team's page says what staffing would change, from the half-hours that may be shown, and on what it rests."""

import datetime as dt
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from allears import history, report
from allears.i18n import language
from allears.indicators.state_time import StateTime
from allears.report import staffing
from allears.staffing import Demand, what_if
from allears.store import Store

DAY = dt.date(2026, 3, 2)


def rows(agent: str, talk_s: float, ready_s: float, calls: int, minute: int = 600) -> list[StateTime]:
    """A half-hour of one agent; talk counts as one contact in hand."""
    shared = agent, "North", DAY, minute, minute * 60_000
    return [
        StateTime(*shared, "talk", "talk", talk_s, talk_s, calls, False),
        StateTime(*shared, "ready", "ready", ready_s, 0.0, 0, False),
    ]


def test_the_fullest_half_hour_is_told_by_hand() -> None:
    # Six agents, ten calls each of 162 s: 120 calls an hour, 5.4 Erlang, 90 % busy; 162 s x (1/0.9 - 1) = 18 s.
    times = [row for agent in "abcdef" for row in rows(agent, 1620.0, 180.0, 10)]
    times += [row for agent in "abcdef" for row in rows(agent, 300.0, 1500.0, 2, minute=630)]
    found = staffing.panel(times)
    assert found is not None and found["from"] == "10:00"
    plan = what_if(Demand(120, 162.0))
    assert [tile["value"] for tile in found["tiles"]] == [
        "6.0", str(plan.capped.agents), "90", str(round(plan.capped.occupancy_pct))
    ]  # fmt: skip
    assert found["tiles"][2]["basis"] == "18 s between calls"
    assert plan.capped.occupancy_pct <= 85 < 90 and plan.capped.agents > 6
    assert [row[0] for row in found["rows"]] == ["10:00", "10:30"]
    assert [half["plan"]["capped"]["agents"] for half in found["data"]] == [
        plan.capped.agents, what_if(Demand(24, 150.0)).capped.agents
    ]  # fmt: skip


def test_too_few_calls_make_no_plan() -> None:
    assert staffing.panel(rows("a", 900.0, 900.0, 9)) is None
    assert staffing.panel([]) is None


def test_the_team_page_has_it_with_its_assumptions(pages: SimpleNamespace) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", pages.team_html))
    for said in (
        "What staffing would change",
        "Erlang C",
        "rule of thumb",
        "Agents needed",
        "nobody hangs up",
    ):
        assert said in text
    halves = pages.team_json["staffing"]
    assert halves and all(half["plan"]["capped"]["occupancy_pct"] <= 85 for half in halves)
    assert "What staffing would change" not in pages.agent_html


def test_without_imported_states_the_page_stands_without_it() -> None:
    zone = ZoneInfo("Europe/Berlin")
    with Store(":memory:") as store:
        history.make(store, 5, dt.date(2026, 11, 20), zone)
        store.connection.execute("DELETE FROM acd_states")
        page = report.team_page(store, history.TEAM, zone)
    assert "What staffing would change" not in page.html and "staffing" not in page.document


@pytest.mark.parametrize(("code", "said"), [("ru", "Эрланг C"), ("zh_CN", "所需坐席")])
def test_it_is_said_in_every_language(store: Store, code: str, said: str) -> None:
    with language(code):
        assert said in report.team_page(store, history.TEAM, ZoneInfo("Europe/Berlin")).html


def test_states_of_four_people_are_not_enough() -> None:
    zone = ZoneInfo("Europe/Berlin")
    with Store(":memory:") as store:
        history.make(store, 5, dt.date(2026, 11, 20), zone)
        agents = [
            row[0] for row in store.connection.execute("SELECT DISTINCT agent FROM acd_states").fetchall()
        ]
        for agent in sorted(agents)[4:]:
            store.connection.execute("DELETE FROM acd_states WHERE agent = ?", [agent])
        page = report.team_page(store, history.TEAM, zone)
    assert "staffing" not in page.document
