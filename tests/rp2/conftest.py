"""The tools of the rp2 build on the path, and what was built with them: once a session, on request only."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "rp2"), str(Path(__file__).parent)]

ASKED_FOR = "ALLEARS_FULL"


@pytest.fixture(scope="session")
def asked_for() -> None:
    """Skips unless the long checks were asked for: building a runtime takes minutes."""
    if os.environ.get(ASKED_FOR) != "1":
        pytest.skip(f"builds a runtime, which takes minutes: .ci/run --full runs this ({ASKED_FOR}=1)")


@pytest.fixture(scope="session")
def build(asked_for):
    """make(board name) -> Product; skips where Debian's packages cannot be had."""
    from build import Product, make
    from rp2build.packages import Unavailable
    from rp2build.targets import BOARDS

    def built(name: str, **where: Path) -> Product:
        try:
            return make(BOARDS[name], **where)
        except Unavailable as reason:
            pytest.skip(f"no runtime can be built here: {reason}")

    return built
