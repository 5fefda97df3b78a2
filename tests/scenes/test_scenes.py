"""The generator of labelled calls: the same from the same seed, whole on disk, from any folder with a manifest."""

import json

import numpy as np
import pytest
import soundfile

pytest.importorskip("scipy", reason="the generator needs allears[models]")

from allears_models.data import DataError, load_pool
from allears_models.event_truth import truth_of
from allears_models.scenes.calls import Playwright
from allears_models.scenes.files import read_scene, read_scenes, write_scenes

RATE = 8000


def voice(rng, pitch_hz, seconds=8):
    """Words of 0.2 to 0.8 s, harmonics of one pitch, with pauses."""
    audio = rng.normal(size=seconds * RATE) * 1e-4
    at = RATE // 5
    while at < len(audio) - RATE:
        time = np.arange(int(rng.uniform(0.2, 0.8) * RATE)) / RATE
        word = sum(np.sin(2 * np.pi * k * pitch_hz * time) / k for k in range(1, 12))
        audio[at : at + len(time)] += 0.05 * word * np.sin(np.linspace(0, np.pi, len(time)))
        at += len(time) + int(rng.uniform(0.15, 0.6) * RATE)
    return audio


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A speech folder of two speakers, without a single noise file."""
    place = tmp_path_factory.mktemp("speech")
    rng = np.random.default_rng(7)
    lines = ["path,seconds,sample_rate,kind,speaker,sex,language,style,source,licence,split"]
    for name, pitch_hz in (("low", 110), ("high", 190)):
        soundfile.write(place / f"{name}.flac", voice(rng, pitch_hz), RATE)
        lines.append(f"{name}.flac,8,8000,speech,{name},?,xx,made,made,CC0,dev")
    (place / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def test_the_same_seed_writes_the_same_bytes(folder, tmp_path):
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        write_scenes(folder, tmp_path / name, calls=2, seed=seed, minutes=0.2)
    for file in ("scene-0000.flac", "scene-0000.json", "scene-0001.flac", "scene-0001.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert (tmp_path / "one" / "scene-0000.flac").read_bytes() != (
        tmp_path / "other" / "scene-0000.flac"
    ).read_bytes()


def test_a_call_depends_on_its_own_number_alone(folder, tmp_path):
    write_scenes(folder, tmp_path / "two", calls=2, seed=3, minutes=0.2)
    scene = Playwright(load_pool(folder), "dev").scene(0.2, np.random.default_rng([3, 1]))
    assert (read_scene(tmp_path / "two" / "scene-0001").pcm == scene.pcm).all()


def test_a_scene_read_back_is_the_scene_written(folder, tmp_path):
    write_scenes(folder, tmp_path, calls=1, seed=5, minutes=0.5)
    ((name, scene),) = read_scenes(tmp_path)
    fresh = Playwright(load_pool(folder), "dev").scene(0.5, np.random.default_rng([5, 0]))
    assert name == "scene-0000"
    assert scene.pcm.shape == fresh.pcm.shape == (len(scene.truth.agent) * 128, 2)
    assert (scene.truth.agent == fresh.truth.agent).all()
    assert (scene.truth.customer == fresh.truth.customer).all()
    assert scene.truth.events == fresh.truth.events
    assert scene.truth.moments == fresh.truth.moments
    assert scene.conditions == fresh.conditions
    assert scene.script == fresh.script


def test_the_truth_beside_a_call_is_that_of_its_tracks(folder):
    scene = Playwright(load_pool(folder), "dev").scene(1.0, np.random.default_rng(11))
    again = truth_of(scene.truth.agent, scene.truth.customer, scene.truth.hold)
    assert again.events == scene.truth.events
    assert scene.script[0][0] == "opening"


def test_every_class_and_every_cue_rule_comes_up(folder):
    playwright = Playwright(load_pool(folder), "dev")
    truths = [playwright.scene(3.0, np.random.default_rng(seed)).truth for seed in range(5)]
    kinds = {event.kind for truth in truths for event in truth.events}
    assert {"acknowledgement", "early-answer", "talk-over", "simultaneous-start", "dead-air"} <= kinds
    assert {event.subtype for truth in truths for event in truth.events} >= {"floor-taken", "attempt"}
    assert any(truth.hold.any() for truth in truths)


def test_a_considerate_agent_talks_over_nobody(folder):
    playwright = Playwright(load_pool(folder), "dev")
    for seed in range(3):
        truth = playwright.scene(2.0, np.random.default_rng(seed), "considerate").truth
        assert "talk-over" not in {event.kind for event in truth.events}
        assert "talk-over" not in {moment.kind for moment in truth.moments}


def test_a_split_without_two_speakers_is_refused(folder):
    with pytest.raises(DataError, match="two"):
        Playwright(load_pool(folder), "train")


def test_a_damaged_scene_is_refused_in_a_sentence(folder, tmp_path):
    write_scenes(folder, tmp_path, calls=1, seed=5, minutes=0.2)
    path = tmp_path / "scene-0000.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for broken in ({**document, "schema": "other"}, {**document, "conditions": {}}, {}):
        path.write_text(json.dumps(broken), encoding="utf-8")
        with pytest.raises(DataError, match="write it again"):
            read_scene(tmp_path / "scene-0000")
    with pytest.raises(DataError, match="no scenes"):
        list(read_scenes(folder))
