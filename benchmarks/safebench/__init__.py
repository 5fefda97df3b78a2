"""What benchmarks/safe.py counts, a module a subject. Each function says how many trials it made."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests" / "clip"
sys.path.insert(0, str(ROOT / "tests" / "fuzz"))  # fuzzlink
