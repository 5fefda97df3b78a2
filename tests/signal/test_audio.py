"""Calls are read the same every time, and every unusable file is refused with a sentence."""

import numpy as np
import pytest
import soundfile

from allears.errors import BadInput, MissingInput
from allears.signal.audio import read_call

RNG = np.random.default_rng(5)


def write(path, samples, rate_hz=8000, **options):
    soundfile.write(path, samples, rate_hz, **options)
    return path


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_16_bit_at_8_khz_comes_back_as_it_is(tmp_path, suffix):
    samples = RNG.integers(-32768, 32768, (100_000, 2), dtype=np.int16)  # more than one block
    assert (read_call(write(tmp_path / f"call.{suffix}", samples)) == samples).all()


@pytest.mark.parametrize("rate_hz", [11025, 16000, 44100, 48000])
def test_other_rates_keep_length_tone_and_level(tmp_path, rate_hz):
    seconds = 12  # more than one block
    n = np.arange(rate_hz * seconds)
    tones = np.stack([0.5 * np.sin(2 * np.pi * hz * n / rate_hz) for hz in (440, 1000)], axis=1)
    call = read_call(write(tmp_path / "call.wav", tones, rate_hz))
    assert abs(len(call) - 8000 * seconds) <= 1
    m = np.arange(8000, 88000)
    for channel, hz in enumerate((440, 1000)):
        wanted = 16384 * np.sin(2 * np.pi * hz * m / 8000)
        assert np.abs(call[m, channel] - wanted).max() < 3
    assert (read_call(tmp_path / "call.wav") == call).all()


def test_beyond_full_scale_saturates(tmp_path):
    loud = np.tile(np.float32([3.0, -3.0]), (4000, 1))
    call = read_call(write(tmp_path / "loud.wav", loud, 16000, subtype="FLOAT"))
    assert (call[100:-100] == [32767, -32768]).all()


def refused(path, error, *words):
    with pytest.raises(error) as caught:
        read_call(path)
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path):
    refused(tmp_path / "none.wav", MissingInput, "there is no file", "check the name")
    refused(tmp_path, MissingInput, "no regular file")


@pytest.mark.parametrize("content", [b"", b"hello, this is no sound", bytes(5000)])
def test_no_sound_file(tmp_path, content):
    (tmp_path / "call.wav").write_bytes(content)
    refused(tmp_path / "call.wav", BadInput, "no sound file", "convert it")


def test_damaged_flac(tmp_path):
    path = write(tmp_path / "call.flac", RNG.integers(-9000, 9000, (80_000, 2), dtype=np.int16))
    path.write_bytes(path.read_bytes()[:100_000])
    refused(path, BadInput, "call.flac")


@pytest.mark.parametrize("channels", [1, 3])
def test_not_two_channels(tmp_path, channels):
    refused(
        write(tmp_path / "call.wav", np.zeros((800, channels))), BadInput, "not two", "agent on the first"
    )


def test_empty(tmp_path):
    refused(write(tmp_path / "call.wav", np.zeros((0, 2))), BadInput, "holds no samples")


@pytest.mark.parametrize(("frames", "rate_hz"), [(127, 8000), (700, 48_000)])
def test_shorter_than_a_hop(tmp_path, frames, rate_hz):
    refused(
        write(tmp_path / "call.wav", np.zeros((frames, 2)), rate_hz), BadInput, "shorter than one 16 ms hop"
    )


@pytest.mark.parametrize("rate_hz", [4000, 384_000])
def test_absurd_rate(tmp_path, rate_hz):
    refused(
        write(tmp_path / "call.wav", np.zeros((800, 2)), rate_hz), BadInput, str(rate_hz), "8000 to 192000"
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite(tmp_path, bad):
    samples = np.zeros((200_000, 2), np.float32)
    samples[120_000, 1] = bad
    path = write(tmp_path / "call.wav", samples, subtype="FLOAT")
    refused(path, BadInput, "not a finite number at 15.0 s", "16-bit")
