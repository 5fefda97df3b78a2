"""The main job, from a virtual clip to two reports, and clip and host saying the same of a call."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from allears import history
from allears.demo.call import write_call

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("ALLEARS_SHARED", ROOT.parent / "shared"))
REAL_CALL = SHARED / "data" / "calls" / "aws-autorepairs-40.flac"


@pytest.fixture(scope="module")
def demo_call(tmp_path_factory):
    """The built-in call as a file, and its truth."""
    path = tmp_path_factory.mktemp("call") / "demo.flac"
    return path, write_call(path)


def real_call():
    if not REAL_CALL.is_file():
        pytest.skip(f"no recording {REAL_CALL} (set ALLEARS_SHARED)")
    return REAL_CALL


def test_the_demo_ends_with_two_reports(allears, home):
    result = allears("demo", "--speed", 0, "--out", home / "out")
    assert result.returncode == 0, result.stderr
    for text in (
        "cue talk-over",
        "cue dead-air",
        "cue firm",
        "cue monologue",
        "cue positive",
        "not given (budget)",
    ):
        assert text in result.stdout
    pages = sorted((home / "out").glob("*.html"))
    assert [page.name for page in pages] == [
        f"allears-agent-{history.PLAYED}.html",
        f"allears-team-{history.TEAM}.html",
    ]
    for page in pages:
        assert "Example data" in page.read_text(encoding="utf-8")


def test_the_demo_shows_every_event_and_cue_of_the_call(allears, demo_call, home):
    document = json.loads(allears("replay", demo_call[0], "--json").stdout)
    shown = allears("demo", "--speed", 40, "--out", home / "out").stdout.splitlines()
    marks = [f"cue {cue['kind']} " for cue in document["cues"]]
    marks += [f"  {event['kind']} " for event in document["events"]]
    for mark in set(marks):
        assert sum(mark in line for line in shown) == marks.count(mark), mark


def test_a_second_demo_replaces_the_first(allears, home):
    first = allears("demo", "--speed", 0, "--out", home / "out")
    again = allears("demo", "--speed", 0, "--out", home / "out")
    assert (first.returncode, again.returncode) == (0, 0), again.stderr
    assert len(list((home / "out").glob("*.html"))) == 2


def test_a_call_that_is_missing(fails, home):
    fails(3, "demo", "--call", home / "nothing.flac", "--out", home / "out")


@pytest.mark.parametrize("which", ["built-in", "real"])
def test_clip_and_host_say_the_same(allears, demo_call, which):
    call = demo_call[0] if which == "built-in" else real_call()
    of_host = allears("replay", call, "--json")
    of_clip = allears("sim", "run", "--audio", call, "--fast", "--json")
    assert (of_host.returncode, of_clip.returncode) == (0, 0), of_host.stderr + of_clip.stderr
    assert json.loads(of_clip.stdout) == json.loads(of_host.stdout)


def test_the_built_in_call_is_heard_as_it_was_scripted(allears, demo_call, home):
    path, truth = demo_call
    document = json.loads(allears("replay", path, "--json", "--frames", home / "frames.npz").stdout)
    wanted = [(event.kind, event.subtype, event.onset_s) for event in truth.events]
    found = [(event["kind"], event.get("subtype"), event["onset_s"]) for event in document["events"]]
    for kind, subtype, onset_s in wanted:
        assert any(
            (kind, subtype) == (other, detail) and abs(onset_s - at_s) < 0.5 for other, detail, at_s in found
        ), (kind, subtype, onset_s)
    frames = np.load(home / "frames.npz")
    assert {name: (frames[name].dtype, frames[name].shape) for name in frames.files} == {
        **{
            name: (np.dtype(np.float32), (document["frames"],))
            for name in ("p_agent", "p_customer", "p_both")
        },
        **{name: (np.dtype(bool), (document["frames"],)) for name in ("agent", "customer")},
    }
    agreement = np.mean(frames["agent"] == truth.agent), np.mean(frames["customer"] == truth.customer)
    assert min(agreement) > 0.9
