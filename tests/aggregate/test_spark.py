"""The same expressions give the same rows on Spark."""

from pathlib import Path

import pytest

from scalebench import company, spark


@pytest.mark.timeout(1200)  # a session alone takes a minute where others want the cores too
def test_every_table_of_a_night_is_the_same_on_spark(tmp_path: Path) -> None:
    why_not = spark.missing()
    if why_not:
        pytest.skip(why_not)
    company.write(tmp_path, agents=2, days=2, workers=1)
    found = spark.run(tmp_path)
    assert [name for name, (count, _) in found.items() if count == 0] == []
    assert [name for name, (_, equal) in found.items() if not equal] == []
