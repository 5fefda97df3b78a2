"""The host's microphone as the clip's: two channels of int16 at 8 kHz, in hops of 16 ms."""

import queue
from collections.abc import Iterator
from typing import Any

import numpy as np

from allears.errors import MissingPart, NoDevice
from allears_core import params

_QUEUE_HOPS = 64  # about a second: who is slower than that loses sound, as on a clip
_SILENCE_S = 5.0  # a sound card delivers silence too; nothing at all means that it is gone


def listen(device: str | None = None) -> Iterator[bytes]:
    """Hops of live sound, 128 x (mouth, ear) int16 LE, until the caller stops.

    device: name or number as PortAudio knows it, None for the default. A stereo input is mouth and ear; a mono
    one is the mouth, with silence at the ear. Raises MissingPart without sounddevice or PortAudio, NoDevice when
    the sound card refuses or goes away.
    """
    sounddevice = _sounddevice()
    hops: queue.Queue[bytes] = queue.Queue(_QUEUE_HOPS)

    def arrived(data: np.ndarray, _frames: int, _time: Any, _flags: Any) -> None:
        if not hops.full():
            hops.put_nowait(_as_clip(data))

    try:
        number = int(device) if device and device.isdigit() else device
        channels = min(params.CHANNELS, sounddevice.query_devices(number, "input")["max_input_channels"])
        with sounddevice.InputStream(
            samplerate=params.SAMPLE_RATE_HZ,
            blocksize=params.HOP_SAMPLES,
            channels=channels,
            dtype="int16",
            device=number,
            callback=arrived,
        ):
            while True:
                yield hops.get(timeout=_SILENCE_S)
    except queue.Empty:
        raise NoDevice(
            "the microphone has stopped delivering sound", "plug it in again and restart"
        ) from None
    except (sounddevice.PortAudioError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise NoDevice(
            f"there is no microphone to listen to ({reason})", "plug one in or choose --device"
        ) from error


def _as_clip(data: np.ndarray) -> bytes:
    """(128, 1 or 2) int16 as interleaved mouth, ear."""
    hop = np.zeros((params.HOP_SAMPLES, params.CHANNELS), "<i2")
    hop[:, : data.shape[1]] = data
    return hop.tobytes()


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError:
        raise MissingPart("live sound needs the package sounddevice", "pip install 'allears[live]'") from None
    except OSError:  # the package is there, its library is not
        raise MissingPart(
            "live sound needs the system library PortAudio",
            "install it, on Debian: apt install libportaudio2",
        ) from None
    return sounddevice
