"""Type-check the firmware against MicroPython's stubs: python tools/check_firmware.py

mypy takes no stubs from site-packages that stand for modules of the standard library, so the files of the two
installed stub distributions are linked into artefacts/typings first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPINGS = ROOT / "artefacts" / "typings"
STUBS = ("micropython-rp2-stubs", "micropython-stdlib-stubs")


def gather_stubs() -> None:
    """Fill artefacts/typings anew from the installed stub distributions."""
    shutil.rmtree(TYPINGS, ignore_errors=True)
    for distribution in STUBS:
        for file in files(distribution) or []:
            if file.suffix == ".pyi" or file.name == "VERSIONS":
                place = TYPINGS / file
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), place)


def main() -> int:
    """mypy's exit status; 2 where the stubs are not installed."""
    try:
        gather_stubs()
    except PackageNotFoundError as missing:
        print(f"{missing}: install the test tools, pip install -e '.[test]'", file=sys.stderr)
        return 2
    command = [sys.executable, "-m", "mypy", "--config-file", "firmware/mypy.ini"]
    command += ["--custom-typeshed-dir", str(TYPINGS), "--cache-dir", ".mypy_cache/firmware"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "MYPYPATH": "artefacts/typings"}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
