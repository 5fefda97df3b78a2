"""How a drift chart is told: usual range, limit, signals in words, and "not enough data" before there is a baseline."""

import datetime as dt

import pytest

from allears import i18n
from allears.exposure.catalogue import BY_KEY, MEASURES
from allears.exposure.charts import Chart, Point
from allears.exposure.engine import RULES
from allears.report import exposures, trends
from allears.report.svg import inline

DAY = dt.date(2026, 11, 2)


def _points(*values: float, signal: tuple[str, ...] = ()) -> tuple[Point, ...]:
    quiet = [
        Point(
            DAY + dt.timedelta(days=n), value, 40, "gaps", 50.0, (42.0, 58.0), 20.0, 49.0, 25.0, 0.1, 0.0, 18
        )
        for n, value in enumerate(values[:-1])
    ]
    last = Point(
        DAY + dt.timedelta(days=len(quiet)), values[-1], 40, "gaps", 50.0, (42.0, 58.0), 20.0, 40.0, 25.0, -5.0, 6.0,
        18, signal,
    )  # fmt: skip
    return (*quiet, last)


def test_a_signal_says_when_what_and_why() -> None:
    chart = Chart(BY_KEY["gap-shortest"], _points(50, 48, 51, 12, signal=("day", "run")), "")
    view = exposures.view([chart])
    assert view["signals"] == [
        {
            "date": "Thu 5 Nov",
            "title": "Gap between calls, shortest tenth",
            "value": "12 s",
            "usual": "50 s",
            "why": "one day far from usual; many days in a row on one side",
        }
    ]
    (card,) = view["cards"]
    assert card["usual"] == "Usually 42 to 58 (18 days of baseline)"
    assert card["rows"][-1] == ("Thu 5 Nov", "12", "42 to 58", "20", view["signals"][0]["why"])
    assert card["basis"] == "Thu 5 Nov · n = 40 gaps"


def test_before_a_baseline_the_days_are_shown_and_the_limits_said_to_lack() -> None:
    points = tuple(Point(DAY + dt.timedelta(days=n), 50.0 + n, 40, "gaps") for n in range(4))
    (card,) = exposures.view([Chart(BY_KEY["gap-median"], points, "not enough data")])["cards"]
    assert card["missing"] == "not enough data for limits: 4 of 16 worked days"
    assert (card["value"], card["usual"], card["chart"] is None) == ("53", "", False)


def test_context_stands_apart_and_a_measure_without_a_day_says_so() -> None:
    full = Chart(BY_KEY["gap-median"], _points(50, 51, 52), "")
    empty = Chart(BY_KEY["talk-over-drift"], (), "not enough data")
    view = exposures.view([full, empty])
    assert [card["key"] for card in view["cards"]] == ["gap-median"]
    (card,) = view["context"]
    assert (card["value"], card["chart"], card["rows"]) == ("–", None, [])


@pytest.mark.parametrize("code", i18n.LANGUAGES)
def test_every_rule_and_measure_has_words_in_every_language(code: str) -> None:
    with i18n.language(code):
        said = [i18n.text(exposures.RULE_WORDS[rule]) for rule in RULES]
        titles = [i18n.text(measure.definition.title) for measure in MEASURES]
    assert len(set(said)) == len(RULES) and len(set(titles)) == len(MEASURES)
    if code != i18n.SOURCE:
        assert not set(said) & set(exposures.RULE_WORDS.values())


def test_a_far_limit_leaves_room_for_the_days_and_a_signal_has_a_shape() -> None:
    rows = [
        {
            "date": f"2026-11-0{n}",
            "value": 100 + n,
            "low": 95,
            "high": 110,
            "limit": 2000.0,
            "slow": 102,
            "signal": n == 3,
        }
        for n in range(1, 4)
    ]
    chart = trends.drift(rows).to_dict()
    low, high = next(
        layer["encoding"]["y"]["scale"]["domain"]
        for layer in chart["layer"]
        if "scale" in layer["encoding"].get("y", {})
    )
    assert low < 95 and 110 < high < 150
    assert "diamond" in str(chart)
    assert "<svg" in inline(trends.drift(rows))
