"""A short run of the coverage-guided fuzzer on each end; benchmarks/safe.py --full has the long one."""

import pytest
from fuzzlink import with_atheris


@pytest.mark.parametrize("end", with_atheris.ENDS)
def test_a_short_run(end: str) -> None:
    if not with_atheris.available():
        pytest.skip(with_atheris.MISSING)
    found = with_atheris.guided(end, 40_000)
    assert found["crashes"] == []
    assert found["bytes"] >= 40_000 and found["inputs"] > 10
