"""The pool's reader: every bad row is named with its line and skipped, and the count is held against the plan."""

import numpy as np
import pytest
import soundfile

pytest.importorskip("soundfile")

from allears_models import data, labels

from . import pool as made


def test_bad_rows_are_named_by_line_and_skipped(tmp_path):
    rows = made.make_pool(tmp_path)
    bad = {
        "missing.flac": None,
        "rate.flac": (np.ones(16000) * 0.1, 16000),
        "clipped.flac": (np.sign(np.sin(np.arange(16000) / 9.0)) * 1.0, 8000),
        "silent.flac": (np.zeros(16000), 8000),
        "stereo.flac": (np.ones((8000, 2)) * 0.1, 8000),
        "short.flac": (np.ones(100) * 0.1, 8000),
    }
    for name, content in bad.items():
        if content is not None:
            soundfile.write(tmp_path / name, *content)
    (tmp_path / "broken.flac").write_bytes(b"not audio at all")
    names = [*bad, "broken.flac"]
    made.write_manifest(tmp_path, [made.row(name, "speech", "x", "train") for name in names] + rows)
    pool = data.load_pool(tmp_path)
    assert len(pool.clips) == len(rows)
    assert [(item.line, item.path) for item in pool.rejected] == list(enumerate(names, start=2))
    reasons = " / ".join(item.reason for item in pool.rejected)
    for word in ("cannot be read", "16000 Hz", "clipped", "silent", "2 channels", "shorter"):
        assert word in reasons


def test_fewer_files_than_configured_is_refused(tmp_path):
    pool_rows = made.make_pool(tmp_path)
    pool = data.load_pool(tmp_path)
    data.require(pool, 8, 8)
    (tmp_path / pool_rows[0]["path"]).unlink()
    with pytest.raises(data.DataError, match="asks for 8 speech files and 7 are usable"):
        data.require(data.load_pool(tmp_path), 8, 8)


def test_a_manifest_without_a_column_or_a_file_is_refused(tmp_path):
    with pytest.raises(data.DataError, match="manifest.csv"):
        data.load_pool(tmp_path)
    (tmp_path / "manifest.csv").write_text("path,kind\na.flac,speech\n")
    with pytest.raises(data.DataError, match="no column speaker"):
        data.load_pool(tmp_path)


def test_labels_follow_the_words():
    rng = np.random.default_rng(0)
    audio = rng.normal(size=8000 * 4).astype(np.float32) * 1e-4
    audio[8000:16000] += 0.1 * np.sin(np.arange(8000) * 0.3).astype(np.float32)
    audio[24000:24100] += 0.1  # a click of 12 ms is no speech
    runs = labels.bursts(labels.speech_hops(audio))
    assert len(runs) == 1
    start, end = runs[0]
    assert abs(start - 62) <= 1
    assert 125 <= end <= 125 + labels.HANG_HOPS + 1


def test_hysteresis_holds_between_the_thresholds():
    values = np.array([0, 5, 11, 7, 6, 5, 7, 11, 4, 7])
    assert labels.hysteresis(values, 10, 5).tolist() == [0, 0, 1, 1, 1, 0, 0, 1, 0, 0]
