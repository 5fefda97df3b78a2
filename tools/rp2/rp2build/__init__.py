"""Builds the clip's runtime for RP2350 and RP2040 from Debian's packages, and the file to drag onto a clip."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Fetching a package of Debian, checked against its hash, is written once: for the target bench.
sys.path.insert(0, str(ROOT / "tests" / "target"))
