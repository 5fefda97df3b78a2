import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # line_support

import line_support

from allears.keys import KeyStore, UnitSecrets


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory):
    """Virtual clips of these tests live in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLEARS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("ALLEARS_KEYS", str(tmp_path_factory.mktemp("keys")))
        KeyStore().put(UnitSecrets(line_support.UNIT.hex(), line_support.SECRETS))
        yield


@pytest.fixture
def virtual():
    """A virtual clip with a new flash."""
    from allears import sim

    with sim.start(fast=True) as clip:
        yield clip
