"""`allears staffing`: by numbers given and from a team's imported states; what makes no sense is refused in words."""

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allears.cli.staffing import command
from allears.errors import NotEnoughData
from allears.store import AcdState, Store

NINE = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_now_needed_and_capped_side_by_side() -> None:
    out = run("--calls-per-hour", "900", "--aht", "300", "--agents", "80", "--shrinkage", "30").stdout
    rows = [line.split() for line in out.splitlines()]
    assert rows[2][:5] == ["now", "80", "93.8", "20", "66.8"]
    assert rows[3][-6:] == ["83", "90.4", "32", "84.1", "10.2", "119"]
    assert rows[4][-6:] == ["89", "84.3", "56", "97.0", "1.7", "128"]


def test_the_same_as_json() -> None:
    told = json.loads(run("--calls-per-hour", "600", "--aht", "300", "--patience", "120", "--json").stdout)
    assert told["model"] == "Erlang A" and told["present"] is None and told["load_erlangs"] == 50
    assert told["target"]["agents"] < 57 and told["capped"]["occupancy_pct"] <= 85


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "name --calls-per-hour and --aht, or --team"),
        (["--calls-per-hour", "10", "--aht", "60", "--service", "80%"], "percent/seconds"),
        (["--calls-per-hour", "10", "--aht", "60", "--service", "100/20"], "under 100 %"),
        (["--calls-per-hour", "1e6", "--aht", "1e5"], "more than can be planned"),
        (["--calls-per-hour", "-3", "--aht", "60"], "x>0"),
        (["--team", "North", "--aht", "60"], "brings its own"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(arguments: list[str], text: str) -> None:
    assert text in str(run(*arguments).exception)


def test_half_hours_of_a_team_by_hand(tmp_path: Path) -> None:
    """Six agents, two days; from 9:00 to 9:30 each takes five calls of 4 min and 1 min after-call work, and one waits
    5 min: 60 calls an hour of 300 s are 5 Erlang on six agents."""
    path = tmp_path / "s.duckdb"
    with Store(path) as store:
        for n in range(6):
            store.put_unit(f"{n:016x}", "00" * 4, pseudonym=f"P{n}", team="North")
            for day in range(2):
                at, states = NINE + dt.timedelta(days=day), []
                for state, minutes in [("talk", 4), ("acw", 1)] * 5 + [("ready", 5)]:
                    states.append(AcdState(f"P{n}", state, at, at + dt.timedelta(minutes=minutes)))
                    at = states[-1].end
                store.put_acd(states, "neutral", "x.csv")
    arguments = ["--team", "North", "--store", str(path), "--time-zone", "UTC"]
    (half,) = json.loads(run(*arguments, "--json").stdout)["half_hours"]
    assert (half["minute"], half["days"], half["calls_per_h"], half["aht_s"], half["agents"]) == (
        540,
        2,
        60,
        300,
        6,
    )
    assert half["occupancy_pct"] == pytest.approx(100 * 25 / 30) and half["gap_s"] == pytest.approx(60)
    # Erlang C: eight for 80 % in 20 s, and 5 / 8 is under the cap.
    assert (half["plan"]["load_erlangs"], half["plan"]["target"]["agents"]) == (5, 8)
    assert "09:00  60.0     6.0     300     83.3          60" in run(*arguments).stdout
    refused = run("--team", "South", "--store", str(path))
    assert isinstance(refused.exception, NotEnoughData) and "no states of team South" in str(
        refused.exception
    )
