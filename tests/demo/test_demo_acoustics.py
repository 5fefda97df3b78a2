"""The whole-number sound-shaping behind the demo call."""

import numpy as np
import pytest

from allears.demo import acoustics

EVERY_SAMPLE = np.arange(-32768, 32768, dtype=np.int64)


def tone(hz, amplitude=8000, seconds=1.0):
    turns = hz * np.arange(round(8000 * seconds)) / 8000
    return np.round(amplitude * np.sin(2 * np.pi * turns)).astype(np.int64)


def level(signal):
    return acoustics.level_dbfs(signal, np.ones(len(signal) // 128, dtype=bool))


def test_a_law_has_256_values_and_coding_twice_changes_nothing():
    once = acoustics.companded(EVERY_SAMPLE)
    assert len(np.unique(once)) == 256
    assert (acoustics.companded(once) == once).all()
    assert (once == -once[::-1]).all()


def test_a_law_errs_by_at_most_half_a_step_of_its_octave():
    error = np.abs(acoustics.companded(EVERY_SAMPLE) - EVERY_SAMPLE)
    assert (error <= np.maximum(np.abs(EVERY_SAMPLE) / 32, 8)).all()


@pytest.mark.parametrize(("hz", "passes"), [(60, False), (500, True), (3000, True), (3900, False)])
def test_the_telephone_band(hz, passes):
    loss_db = level(tone(hz)) - level(acoustics.telephone_band(tone(hz)))
    assert abs(loss_db) < 0.5 if passes else loss_db > 20


def test_filters_do_not_delay():
    click = np.zeros(801, dtype=np.int64)
    click[400] = 10000
    assert np.argmax(acoustics.below(click, 1000)) == 400


def test_an_echo_comes_when_and_as_loud_as_asked():
    click = np.zeros(100, dtype=np.int64)
    click[10] = 10000
    heard = acoustics.echoed(click, ((0, 0.0), (31, -20.0)))
    assert (heard[10], heard[41], np.count_nonzero(heard)) == (10000, 1000, 2)


def test_noise_has_its_level_no_offset_and_its_own_seed():
    first, second = acoustics.noise(1, 80000, -40.0), acoustics.noise(2, 80000, -40.0)
    assert level(first) == pytest.approx(-40, abs=0.1)
    assert abs(first.mean()) < 3
    assert (first == acoustics.noise(1, 80000, -40.0)).all()
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.02
