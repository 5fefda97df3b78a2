"""Agent-days laid out as arrays."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from allears.aggregate.series import series

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


def rows(*found: tuple[str, dt.date, float | None]) -> pa.Table:
    names, days, values = zip(*found, strict=True)
    return pa.table({"agent": list(names), "date": list(days), "call_s": pa.array(values, pa.float64())})


def test_each_value_stands_at_its_agent_and_day_whatever_the_order() -> None:
    found = series(rows(("b", TUESDAY, 4.0), ("a", MONDAY, 1.0), ("b", MONDAY, 3.0)), ["call_s"])
    assert (found.agents, found.days) == (["a", "b"], [MONDAY, TUESDAY])
    np.testing.assert_array_equal(found.values, [[[1.0, np.nan], [3.0, 4.0]]])


def test_an_unknown_value_is_not_a_number() -> None:
    assert np.isnan(series(rows(("a", MONDAY, None)), ["call_s"]).values[0, 0, 0])


def test_two_rows_of_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one row"):
        series(rows(("a", MONDAY, 1.0), ("a", MONDAY, 2.0)), ["call_s"])
