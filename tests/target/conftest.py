"""The bench's helpers on the path, and a chip that skips where the bench cannot be had."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from targetbench import runtime, source  # noqa: E402  the path comes first


def chip_or_skip(name):
    """The chip with its runtime built; skips where this machine cannot get the source or the compiler."""
    chip = runtime.CHIPS[name]
    try:
        runtime.runtime(chip)
    except source.Unavailable as reason:
        pytest.skip(f"no target bench here: {reason}")
    return chip


@pytest.fixture(scope="session")
def m33():
    return chip_or_skip("m33")


@pytest.fixture(scope="session")
def v6m():
    return chip_or_skip("v6m")


@pytest.fixture(scope="session", params=["m33", "v6m"])
def chip(request):
    return chip_or_skip(request.param)
