"""The tools of the rp2 build on the path; they are no package of the product."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "rp2"))
