"""Two figures of one team are never one person's difference, whatever is asked: another zone, data that came late."""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from allears.cli import group
from allears.errors import AllEarsError, NotEnoughData
from allears.store import Store
from allears.store.rows import AcdState

EVENING = dt.datetime(2026, 11, 19, 17, tzinfo=dt.UTC)
ONE_DAY = ["--from", "2026-11-19", "--to", "2026-11-19"]


def put(path: Path, name: str, begin: dt.datetime, minutes: float) -> None:
    state = AcdState(name, "talk", begin, begin + dt.timedelta(minutes=minutes), team="North")
    with Store(path) as store:
        store.put_acd([state], "neutral", "x.csv")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Six people work the same hour, and one of them half an hour after midnight in Dhaka."""
    path = tmp_path / "store.duckdb"
    for number in range(6):
        put(path, f"P{number}", EVENING, 60)
    put(path, "P5", EVENING + dt.timedelta(minutes=90), 30)
    return path


def ask(path: Path, verb: str, zone: str, *more: str) -> Result:
    arguments = [verb, "--team", "North", "--store", str(path), "--time-zone", zone, *more]
    return CliRunner().invoke(group, arguments, standalone_mode=False)


def told(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_a_team_is_shown_in_one_time_zone(team: Path, tmp_path: Path) -> None:
    first = told(ask(team, "occupancy", "UTC", *ONE_DAY, "--json"))
    assert first["people"] == 6
    for verb, *more in (["occupancy", *ONE_DAY], ["occupancy"], ["staffing"]):
        refused = ask(team, verb, "Asia/Dhaka", *more).exception
        assert isinstance(refused, AllEarsError) and not isinstance(refused, NotEnoughData), verb
        assert "days of UTC" in str(refused) and "add --time-zone UTC" in str(refused)
    assert told(ask(team, "occupancy", "UTC", *ONE_DAY, "--json")) == first


@pytest.mark.parametrize("verb", ["report", "export"])
def test_the_refusal_of_pages_and_tables_names_the_zone(store_path: Path, tmp_path: Path, verb: str) -> None:
    def of(zone: str) -> Result:
        arguments = ["--team", "Harbour", "--store", str(store_path), "--out", str(tmp_path / zone[:3])]
        return CliRunner().invoke(group, [verb, *arguments, "--time-zone", zone], standalone_mode=False)

    assert of("Europe/Berlin").exception is None
    refused = of("Asia/Dhaka").exception
    assert "days of Europe/Berlin" in str(refused) and not (tmp_path / "Asi").exists()
    assert of("Europe/Berlin").exception is None


def test_a_zone_in_which_nothing_was_shown_binds_nobody(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    for number in range(5):
        put(path, f"P{number}", EVENING + dt.timedelta(days=number), 60)
    assert isinstance(ask(path, "occupancy", "UTC", "--json").exception, NotEnoughData)
    for number in range(5):
        put(path, f"P{number}", EVENING + dt.timedelta(days=9), 60)
    assert told(ask(path, "occupancy", "Asia/Dhaka", "--json"))["people"] == 5


def test_a_day_is_withheld_where_one_persons_data_came_late(team: Path) -> None:
    """The difference of the two figures would be the hours that were imported in between."""
    first = told(ask(team, "occupancy", "UTC", "--json"))
    put(team, "P3", EVENING + dt.timedelta(minutes=60), 30)
    refused = ask(team, "occupancy", "UTC", "--json").exception
    assert isinstance(refused, NotEnoughData) and "before people or data changed" in str(refused)
    for number in range(6):
        put(team, f"P{number}", EVENING + dt.timedelta(days=1), 60)
    new = told(ask(team, "occupancy", "UTC", "--json"))
    assert (new["from"], new["left_out"]) == ("2026-11-20", 1) and first["from"] == "2026-11-19"


def test_the_same_data_are_the_same_in_figures_page_and_tables(store_path: Path, tmp_path: Path) -> None:
    """Occupancy, the report and the export may follow one another: none takes the other's data for changed."""
    common = ["--team", "Harbour", "--store", str(store_path), "--time-zone", "Europe/Berlin", "--json"]
    alone = shutil.copy(store_path, tmp_path / "alone.duckdb")
    shown = [
        told(CliRunner().invoke(group, ["occupancy", *common, "--store", str(alone)], standalone_mode=False))
    ]
    for verb in (["export"], ["occupancy"], ["report"], ["staffing"], ["export"]):
        out = ["--out", str(tmp_path)] if verb[0] in ("export", "report") else []
        shown.append(told(CliRunner().invoke(group, [*verb, *common, *out], standalone_mode=False)))
    alone_told, tables, occupancy, page, staffing, tables_again = shown
    assert occupancy == alone_told and tables == tables_again
    assert page["staffing"] and staffing["half_hours"]
