"""From scenes on disk to tables and JSON, by the released network; and the benchmark's sentence without its audio."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="the scorer needs allears[models]")

from allears_models import event_report
from allears_models.event_scores import CallScore, Summary

ROOT = Path(__file__).resolve().parents[2]


def score(**counts):
    made = CallScore()
    made.counts.update({"calls": 1, "hops": 225000, "talk_hops": 225000, **counts})  # an hour
    return made


def test_reach_says_for_every_figure_whether_it_is_met():
    good = {
        "event/talk-over/200/hit": 9, "event/talk-over/200/truth": 10, "event/talk-over/200/found": 10,
        "event/talk-over/500/hit": 10, "event/talk-over/500/truth": 10, "event/talk-over/500/found": 10,
        "cue/talk-over/right": 8, "cue/talk-over/shown": 10, "cue/talk-over/due": 8, "cue/talk-over/false": 2,
    }  # fmt: skip
    held = event_report.reach(Summary([score(**good)]), Summary([score(**{"cue/talk-over/shown": 1})]))
    met = {name: entry["met"] for name, entry in held.items()}
    assert met["talk_over_event_f1_200ms"] is True
    assert met["cue_precision"] is False
    assert met["cue_recall"] is True
    assert (met["false_cues_per_hour_of_talk"], held["false_cues_per_hour_of_talk"]["value"]) == (False, 2.0)
    assert met["talk_over_cues_in_an_hour_without_talk_over"] is True
    assert met["dead_air_f1"] is None, "nothing was there to be measured"
    assert set(event_report.BOUNDS) <= set(held)
    assert "NO" in event_report.reach_text(held)


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def shared():
    place = Path(os.environ.get("ALLEARS_SHARED", ROOT.parent / "shared")) / "data"
    if not (place / "manifest.csv").is_file():
        pytest.skip(f"no speech in {place}: name its parent in ALLEARS_SHARED")
    return place


def test_scenes_are_written_and_scored_from_the_command_line(shared, tmp_path):
    pytest.importorskip("call_ai_metrics", reason="the peer needs allears[peers]")
    arguments = (
        "--data",
        str(shared),
        "--out",
        str(tmp_path),
        "--calls",
        "2",
        "--minutes",
        "0.5",
        "--seed",
        "2",
    )
    written = run("-m", "allears_models", "scenes", *arguments)
    assert (written.returncode, written.stderr) == (0, "")
    scored = run("-m", "allears_models", "evaluate", "--events", str(tmp_path), "--json")
    assert (scored.returncode, scored.stderr) == (0, "")
    found = json.loads(scored.stdout)
    assert found["calls"] == 2
    assert set(found["confusion"]) == set(found["confusion"]["talk-over"])
    assert found["reach"]["cue_precision"]["bound"] == 0.9
    table = run("-m", "allears_models", "evaluate", "--events", str(tmp_path))
    assert "call-ai-metrics beside ours" in table.stdout


def test_bad_arguments_end_in_one_sentence(tmp_path):
    for arguments in (
        ("scenes", "--data", str(tmp_path), "--out", str(tmp_path)),
        ("scenes", "--data", str(tmp_path), "--out", str(tmp_path), "--calls", "0"),
        ("evaluate", "--events", str(tmp_path)),
    ):
        ended = run("-m", "allears_models", *arguments)
        assert ended.returncode == 2
        assert ended.stderr.startswith("error: ")
        assert ended.stderr.count("\n") == 1


def test_the_benchmark_says_what_it_needs(tmp_path):
    ended = run("benchmarks/judgement.py", "--json", ALLEARS_SHARED=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.count("\n") == 1
    assert "ALLEARS_SHARED" in ended.stderr
