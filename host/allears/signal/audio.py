"""Reading a recorded call: any file libsndfile knows, to two int16 channels at 8 kHz."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from allears.errors import BadInput, MissingInput
from allears_core.params import CHANNELS, FULL_SCALE, HOP_SAMPLES, SAMPLE_RATE_HZ

MAX_RATE_HZ = 192_000  # more than this is a damaged header, not a sound card
_BLOCK_SECONDS = 10  # fixed, so that the same file always passes the resampler in the same pieces

_Block = npt.NDArray[np.float32]


def read_call(path: str | Path) -> npt.NDArray[np.int16]:
    """Samples of a two-channel call: int16, shape (n, 2), 8 kHz, column 0 agent and 1 customer.

    16-bit files at 8 kHz come back as they are. Others are resampled by soxr (HQ), rounded to the
    nearest integer and saturated to int16, never wrapped; the same file gives the same samples.
    MissingInput: no such file, or not readable. BadInput: no sound file, shorter than a hop, damaged, not two
    channels, sample rate outside 8 ... 192 kHz, or samples that are not finite numbers.
    """
    path = Path(path)
    if not path.exists():
        raise MissingInput(f"there is no file {path}", "check the name and the folder")
    if not path.is_file():
        raise MissingInput(f"{path} is no regular file", "name a recording")
    try:
        with path.open("rb") as raw, soundfile.SoundFile(raw) as sound:
            _check_header(sound, path)
            blocks = [_to_int16(block) for block in _resampled(_blocks(sound, path), sound.samplerate)]
    except OSError as error:
        raise MissingInput(f"{path} cannot be read ({error.strerror})", "check its permissions") from error
    except soundfile.LibsndfileError as error:
        raise BadInput(
            f"{path} is no sound file that can be decoded ({_reason(error)})",
            "give a WAV, FLAC or Ogg file, or convert it first",
        ) from error
    call = np.concatenate(blocks)
    if len(call) < HOP_SAMPLES:
        raise BadInput(f"{path} is shorter than one 16 ms hop", "give a whole call")
    return call


def _reason(error: soundfile.LibsndfileError) -> str:
    """What the library says, as half a sentence: it writes both "Format not recognised." and "Error : ..."."""
    return str(error.error_string).strip().rstrip(".").removeprefix("Error :").strip()


def _check_header(sound: soundfile.SoundFile, path: Path) -> None:
    if sound.channels != CHANNELS:
        raise BadInput(
            f"{path} has {sound.channels} channel{'s' if sound.channels > 1 else ''}, not two",
            "give a recording with the agent on the first and the customer on the second channel",
        )
    if not SAMPLE_RATE_HZ <= sound.samplerate <= MAX_RATE_HZ:
        raise BadInput(
            f"{path} says it has {sound.samplerate} samples a second",
            f"give a recording of {SAMPLE_RATE_HZ} to {MAX_RATE_HZ} samples a second",
        )
    if sound.frames == 0:
        raise BadInput(f"{path} holds no samples", "record it again or give another file")


def _blocks(sound: soundfile.SoundFile, path: Path) -> Iterator[_Block]:
    """The file in float32 pieces (exact for 16-bit samples), each checked for numbers that are none."""
    read = 0
    for block in sound.blocks(sound.samplerate * _BLOCK_SECONDS, dtype="float32", always_2d=True):
        bad = np.flatnonzero(~np.isfinite(block).all(axis=1))
        if bad.size:
            second = (read + int(bad[0])) / sound.samplerate
            raise BadInput(
                f"{path} has a sample that is not a finite number at {second:.1f} s",
                "export the recording again as 16-bit WAV or FLAC",
            )
        read += len(block)
        yield block
    if read < sound.frames:
        raise BadInput(
            f"{path} ends after {read / sound.samplerate:.1f} s although its header promises more",
            "copy or export the recording again",
        )


def _resampled(blocks: Iterator[_Block], rate_hz: int) -> Iterator[_Block]:
    if rate_hz == SAMPLE_RATE_HZ:
        yield from blocks
        return
    stream = soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, CHANNELS, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros((0, CHANNELS), np.float32), last=True)


def _to_int16(block: _Block) -> npt.NDArray[np.int16]:
    """-1.0 ... 1.0 to the nearest int16; beyond full scale saturates."""
    scaled = np.rint(block.astype(np.float64) * FULL_SCALE)
    return np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
