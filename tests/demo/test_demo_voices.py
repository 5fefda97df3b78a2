"""The generator of the utterances: the shipped ones are its work, and it explains what it misses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from allears.demo.call import load_utterances
from allears.demo.script import DATA_FOLDER, load_script
from allears_models import demo_call

STEP = 128


def same_synthesiser_or_skip():
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed, so the utterances cannot be rendered again")
    rendered_by = (DATA_FOLDER / "utterances" / demo_call.RENDERED_BY).read_text().strip()
    if demo_call.synthesiser_version() != rendered_by:
        pytest.skip(f"the utterances come from {rendered_by}, installed is {demo_call.synthesiser_version()}")


def test_the_generator_reproduces_the_shipped_utterances():
    same_synthesiser_or_skip()
    again = demo_call.render_script(DATA_FOLDER)
    for name, shipped in load_utterances(load_script()).items():
        difference = np.abs(again[name].astype(int) - shipped)
        assert len(again[name]) == len(shipped), name
        # The resampler may round the last bit otherwise on another processor.
        assert difference.max() <= STEP and np.count_nonzero(difference) <= len(shipped) // 1000, name


def test_without_the_synthesiser_it_says_what_to_install(tmp_path):
    root = Path(demo_call.__file__).parents[2]
    search = os.pathsep.join(str(root / room) for room in ("models", "host", "firmware"))
    done = subprocess.run(
        [sys.executable, "-m", "allears_models.demo_call"],
        env={"PATH": str(tmp_path), "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "apt-get install espeak-ng" in done.stderr
