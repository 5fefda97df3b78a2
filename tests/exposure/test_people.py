"""From the store to an agent's and a team's exposure: example history, laws, ledger, clocks that change."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest

from allears import history
from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.exposure import agent, team
from allears.exposure.catalogue import BY_KEY, MEASURES
from allears.exposure.engine import RULES
from allears.exposure.limits import LIMITS
from allears.privacy.atoms import MIN_GROUP
from allears.privacy.ledger import Ledger
from allears.store import Store

ZONE = ZoneInfo("Europe/Berlin")
TODAY = dt.date(2026, 11, 20)  # the clocks changed on 25 October: the history lies on both sides
NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
FEELINGS = re.compile(
    r"emotion|feel|mood|anger|happy|sad|frustrat|sentiment|stress|burn.?out|upset|tired", re.I
)
RANKS = re.compile(r"\b(rank|best agent|worst|leaderboard|score)", re.I)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store(":memory:") as opened:
        history.make(opened, 5, TODAY, ZONE)
        yield opened


@contextmanager
def changed(store: Store, *statements: tuple[str, list[object]]) -> Iterator[None]:
    """The store with some statements run, until the context ends."""
    store.connection.begin()
    try:
        for statement, values in statements:
            store.connection.execute(statement, values)
        yield
    finally:
        store.connection.rollback()


@pytest.fixture(scope="module")
def mine(store: Store) -> agent.AgentExposure:
    return agent.exposure(Facts(store, "events", ZONE), history.PLAYED)


@pytest.fixture(scope="module")
def ours(store: Store) -> team.TeamExposure:
    with Ledger(None) as ledger:
        return team.exposure(Facts(store, "summaries", ZONE), history.TEAM, ledger, NOW)


def test_an_agent_has_a_chart_of_every_measure(mine: agent.AgentExposure) -> None:
    assert [chart.measure.key for chart in mine.charts] == [measure.key for measure in MEASURES]
    for chart in mine.charts:
        assert len(chart.points) in range(18, 23) and not chart.missing
        dates = [point.date for point in chart.points]
        assert dates == sorted(set(dates))
        judged = [point for point in chart.points if point.centre is not None]
        assert [point.date for point in judged] == dates[LIMITS.first_day :]
        for point in judged:
            assert point.usual is not None and point.centre is not None and point.limit is not None
            assert point.usual[0] <= point.centre <= point.usual[1]
            more = chart.measure.direction > 0
            assert (point.limit >= point.usual[1]) if more else (point.limit <= point.usual[0])
            assert LIMITS.least <= point.baseline_days <= LIMITS.window
            assert set(point.rules) <= set(RULES)
    assert mine.since_break.value is not None
    assert mine.newest == mine.charts[0].points[-1].date


def test_values_are_those_of_the_store(store: Store, mine: agent.AgentExposure) -> None:
    """Speaking time and cues of the newest day, summed by SQL alone."""
    rows = store.connection.execute(
        "SELECT sum(agent_hops) * 0.016 / 60, 3600 * sum(cues) / sum((end_hop - start_hop + 1) * 0.016) FROM calls "
        "JOIN units USING (unit, log_id) WHERE stream = 'events' AND pseudonym = ? AND boot = "
        "(SELECT max(boot) FROM calls JOIN units USING (unit, log_id) WHERE stream = 'events' AND pseudonym = ?)",
        [history.PLAYED, history.PLAYED],
    ).fetchall()
    newest = {chart.measure.key: chart.points[-1].value for chart in mine.charts}
    assert (newest["voice-dose"], newest["cue-burden"]) == pytest.approx(rows[0])


def test_fifteen_days_are_not_enough_and_that_is_said(store: Store) -> None:
    """The minimum shows as a result: charts with points and no line. Earlier calls lose their known time here."""
    cut = dt.datetime(2026, 11, 9, tzinfo=dt.UTC)
    states = ("DELETE FROM acd_states WHERE start_utc < ?", [cut.replace(tzinfo=None)])
    clocks = ("DELETE FROM clocks WHERE utc_s < ?", [int(cut.timestamp())])
    with changed(store, states, clocks):
        found = agent.exposure(Facts(store, "events", ZONE), history.PLAYED)
    assert found.undated > 0 and found.worked_days < LIMITS.first_day
    for chart in found.charts:
        assert chart.missing == f"not enough data: {len(chart.points)} of {LIMITS.first_day + 1} worked days"
        assert not chart.signals and all(point.centre is None for point in chart.points)


def test_nobody_unknown_has_an_exposure(store: Store) -> None:
    with pytest.raises(NotEnoughData, match="no working day of agent Nobody"):
        agent.exposure(Facts(store, "events", ZONE), "Nobody")


def test_a_team_has_means_over_five_people_or_more(ours: team.TeamExposure) -> None:
    assert BY_KEY["off-share"] not in [chart.measure for chart in ours.charts]
    points = [point for chart in ours.charts for point in chart.points]
    assert points and all(point.n >= MIN_GROUP and point.n_unit == "people" for point in points)
    assert ours.people == len(history.PEOPLE)
    assert ours.break_alignment.value is not None and 0 <= ours.break_alignment.value <= 100
    assert ours.left_out > 0  # days on which two of the six were away, or had too little for a measure


def test_a_teams_mean_is_the_mean_of_its_people(store: Store, ours: team.TeamExposure) -> None:
    facts = Facts(store, "summaries", ZONE)
    people = [agent.exposure(facts, person.pseudonym) for person in history.PEOPLE]
    shown = next(chart for chart in ours.charts if chart.measure.key == "voice-dose").points[-1]
    values = [
        point.value
        for one in people
        for chart in one.charts
        if chart.measure.key == "voice-dose"
        for point in chart.points
        if point.date == shown.date
    ]
    assert len(values) == shown.n and shown.value == pytest.approx(sum(values) / len(values))


def test_a_team_of_four_is_refused(store: Store) -> None:
    names: list[object] = [person.pseudonym for person in history.PEOPLE[:2]]
    two = ("UPDATE units SET team = 'Two' WHERE pseudonym IN (?, ?)", names)
    with changed(store, two), Ledger(None) as ledger:
        for name in ("Two", history.TEAM, "Nowhere"):
            with pytest.raises(NotEnoughData, match=f"not enough people in team {name}"):
                team.exposure(Facts(store, "summaries", ZONE), name, ledger, NOW)


def test_a_team_that_lost_one_person_shows_no_day_twice(store: Store, ours: team.TeamExposure) -> None:
    """Six people on every day shown; without one of them the difference of two reports would be that one."""
    with Ledger(None) as ledger:
        for _ in range(2):
            again = team.exposure(Facts(store, "summaries", ZONE), history.TEAM, ledger, NOW)
            assert again.document() == ours.document()
        gone: tuple[str, list[object]] = ("UPDATE units SET team = 'Gone' WHERE pseudonym = 'Heron'", [])
        with changed(store, gone), pytest.raises(NotEnoughData, match="told apart"):
            team.exposure(Facts(store, "summaries", ZONE), history.TEAM, ledger, NOW)


def test_documents_name_nobody_and_speak_of_no_feeling(
    mine: agent.AgentExposure, ours: team.TeamExposure
) -> None:
    text = str(ours.document())
    assert not [person.pseudonym for person in history.PEOPLE if person.pseudonym in text]
    for spoken in (text, str(mine.document()), str([measure.definition for measure in MEASURES])):
        assert not FEELINGS.search(spoken), FEELINGS.search(spoken)
        assert not RANKS.search(spoken), RANKS.search(spoken)
    assert not {"total", "index", "risk"} & set(mine.document())
