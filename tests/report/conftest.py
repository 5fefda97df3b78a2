"""One store with the example history and one call of a real log in it, its two pages, and a browser."""

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from allears import history, report
from allears.history.logs import ClipLog, hops
from allears.store import Store
from allears_core import records

ZONE = ZoneInfo("Europe/Berlin")
TODAY = dt.date(2026, 11, 20)
UNIT, LOG, UNDATED = "ffee000011112222", "01020304", "05060708"
AGREED_UNTIL = dt.datetime(2026, 12, 20, tzinfo=dt.UTC)  # to be seen by name, told in the played call's log
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "report"


def _played_call() -> ClipLog:
    """A call of 4 min with two talk-overs, of which one has a cue, and a dead air; half past nine UTC.

    The agent marked it as hard, and the battery was low, told twice.
    """
    log = ClipLog(UNIT)
    log.begin(dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC))
    level = {"agent_level_q8": -6400, "customer_level_q8": -8960}
    for kind, at, length, subtype in (
        ("talk-over", 40, 3, 1),
        ("dead-air", 100, 8, 0),
        ("talk-over", 150, 2, 3),
    ):
        floor = {"floor": 2, "floor_hops": hops(6)} if kind == "talk-over" else {"floor": 0, "floor_hops": 0}
        log.add(
            records.EVENT, hops(at), call=1, kind=records.EVENT_KINDS.index(kind), subtype=subtype, onset_hop=hops(at),
            duration_hops=hops(length), overlap_hops=hops(length / 2), confidence=180, settings_id=0,
            doubts=0, **floor, **level,
        )  # fmt: skip
    log.add(
        records.CUE, hops(41), call=1, at_hop=hops(41), kind=0, strength=0, suppressed=0, reason_hop=hops(40)
    )
    counts: dict[str, Any] = dict.fromkeys((name for name in records.CALL.names), 0)
    counts.update(
        call=1, start_hop=0, end_hop=hops(240) - 1, agent_hops=hops(110), customer_hops=hops(100), joint_hops=hops(2.5),
        talk_overs=2, acknowledgements=3, dead_air_count=1, dead_air_hops=hops(8), gap_count=12, gap_median_hops=20,
        gap_p90_hops=60, opening_share_q8=140, opening_whole=1, longest_agent_hops=hops(30), agent_turns=13,
        customer_turns=13, cues=1, **level,
    )  # fmt: skip
    log.add(records.CALL, hops(240), **counts)
    log.add(records.MARK, hops(245), hop=hops(245), call=1, mark=records.MARKS.index("hard-call"))
    log.add(records.CONSENT, hops(246), hop=hops(246), until_utc_s=int(AGREED_UNTIL.timestamp()))
    for at, code, count, detail in (
        (60, "battery-low", 1, b"3520 mV"),
        (120, "battery-low", 2, b"3490 mV"),
        (200, "sound-well", 1, b""),
    ):
        log.add(
            records.HEALTH,
            hops(at),
            hop=hops(at),
            code=records.HEALTH_CODES.index(code),
            count=count,
            detail=detail,
        )
    return log


@pytest.fixture
def played_call() -> ClipLog:
    """The real call that the store holds beside the example history."""
    return _played_call()


def _undated_call() -> ClipLog:
    """A call of a boot that never learned the time."""
    log = ClipLog(UNIT)
    log.add(records.CALL, 100, **{**dict.fromkeys(records.CALL.names, 0), "end_hop": 100, "call": 1})
    code = records.HEALTH_CODES.index("torn-tail")
    log.add(records.HEALTH, 0, hop=0, code=code, count=1, detail=b"<7> bytes cut off the log")
    return log


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    with Store(":memory:") as opened:
        history.make(opened, 5, TODAY, ZONE)
        for log_id, log in ((LOG, _played_call()), (UNDATED, _undated_call())):
            opened.put_unit(UNIT, log_id, pseudonym=history.PLAYED, team=history.TEAM, serial="AE-1")
            for stream, raw in enumerate(log.streams):
                opened.ingest(UNIT, log_id, stream, records.Reader().feed(bytes(raw), last=True))
        yield opened


@pytest.fixture(scope="session")
def named(store: Store) -> report.Page:
    """What a lead sees of the agent who agreed to it."""
    return report.named_page(store, history.PLAYED, ZONE, AGREED_UNTIL - dt.timedelta(days=20))


@pytest.fixture(scope="session")
def pages(store: Store, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """agent, team: paths; agent_html, team_html; agent_json, team_json."""
    folder = tmp_path_factory.mktemp("pages")
    agent = report.agent_page(store, history.PLAYED, ZONE)
    team = report.team_page(store, history.TEAM, ZONE)
    return SimpleNamespace(
        agent=report.save(agent, folder),
        team=report.save(team, folder),
        agent_html=agent.html,
        team_html=team.html,
        agent_json=agent.document,
        team_json=team.document,
    )


def _program(*names: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium through its driver; skips where Debian's chromium and chromium-driver are not installed."""
    binary, driver = _program("chromium", "chromium-browser"), _program("chromedriver")
    if not binary or not driver:
        pytest.skip("no Chromium here: apt-get install chromium chromium-driver")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars",
             "--disable-dev-shm-usage", "--disable-sync", "--no-first-run", "--disable-component-update")  # fmt: skip
    for flag in flags:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(driver, log_output=os.devnull)
    opened = webdriver.Chrome(options=options, service=service)
    yield opened
    opened.quit()
