"""Sounds that are not speech: made ones (tones, taps, motor, breath, cough) and loops of recorded noise."""

from __future__ import annotations

import numpy as np

from allears_core.params import SAMPLE_RATE_HZ
from allears_models.data import Audio, Clip

LINE_EVENTS = ("hold_music", "ring_tone", "call_progress", "notification")
DTMF_LOW, DTMF_HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
ROOM_GROUPS = (
    "ambient", "babble_cafe", "babble_mixed", "distant_talker", "household", "hum", "coloured_noise", "keyboard",
    "room", "street", "ring_tone", "notification",
    "esc10_baby_cry", "esc10_chainsaw", "esc10_clock_tick", "esc10_dog_bark", "esc10_fire_crackling",
    "esc10_helicopter", "esc10_person_sneeze", "esc10_rain", "esc10_rooster", "esc10_sea_waves",
)  # fmt: skip
GROUP_WEIGHTS = {
    "babble_cafe": 3,
    "babble_mixed": 3,
    "distant_talker": 1.5,
    "keyboard": 2.5,
    "room": 2,
    "ambient": 2,
}


def unit(audio: Audio) -> Audio:
    """The audio at 0 dB mean power."""
    return (audio / np.sqrt(np.mean(audio**2) + 1e-12)).astype(np.float32)


def loop(audio: Audio, samples: int, rng: np.random.Generator) -> Audio:
    """`samples` samples of a recording, from a random place at a random rate (0.75 to 1.35), repeated as needed,
    at 0 dB mean power."""
    rate = rng.uniform(0.75, 1.35)
    first = int(rng.integers(max(len(audio) - int(samples * rate) - 1, 1)))
    piece = audio[first : first + int(samples * rate) + 2]
    audio = np.interp(np.arange(0, len(piece) - 1, rate), np.arange(len(piece)), piece).astype(np.float32)
    start = int(rng.integers(len(audio)))
    repeats = (start + samples) // len(audio) + 1
    return unit(np.tile(audio, repeats)[start : start + samples])


def pick(clips: list[Clip], groups: tuple[str, ...], rng: np.random.Generator) -> Clip:
    """A clip of one of `groups`: first the group (weighted), then the clip. Groups without clips are passed over."""
    by_group = {group: [clip for clip in clips if clip.group == group] for group in groups}
    names = [group for group in groups if by_group[group]]
    weights = np.array([GROUP_WEIGHTS.get(name, 1.0) for name in names])
    name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    return by_group[name][int(rng.integers(len(by_group[name])))]


def tones(samples: int, rng: np.random.Generator) -> Audio:
    """Made line tones: DTMF digits, a ringback or busy cadence, or the beeps and sweeps of a voice menu."""
    time = np.arange(samples) / SAMPLE_RATE_HZ
    kind = int(rng.integers(4))
    if kind == 0:
        return _digits(samples, rng)
    if kind == 1:
        pair = rng.choice([(440, 480), (425, 425), (400, 450), (480, 620), (350, 440)])
        on, off = rng.choice([(1, 4), (2, 4), (0.4, 0.2), (0.5, 0.5), (0.25, 0.25)])
        audio = (np.sin(2 * np.pi * pair[0] * time) + np.sin(2 * np.pi * pair[1] * time)) * (
            time % (on + off) < on
        )
    elif kind == 2:
        period, width = rng.uniform(0.3, 2), rng.uniform(0.05, 0.3)
        audio = np.sin(2 * np.pi * rng.uniform(300, 2500) * time) * (time % period < width)
    else:
        low, high = rng.uniform(300, 900), rng.uniform(900, 3000)
        phase = (time / rng.uniform(0.2, 1.5)) % 1
        audio = np.sin(2 * np.pi * np.cumsum(low + (high - low) * phase) / SAMPLE_RATE_HZ)
    return unit(audio.astype(np.float32))


def _digits(samples: int, rng: np.random.Generator) -> Audio:
    audio, at = np.zeros(samples, np.float32), 0
    while at < samples:
        count = min(int(rng.uniform(0.06, 0.25) * SAMPLE_RATE_HZ), samples - at)
        time = np.arange(count) / SAMPLE_RATE_HZ
        low, high = rng.choice(DTMF_LOW), rng.choice(DTMF_HIGH)
        audio[at : at + count] = np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)
        at += count + int(rng.uniform(0.05, 0.6) * SAMPLE_RATE_HZ)
    return unit(audio)


def tap(rng: np.random.Generator) -> Audio:
    """A finger on the clip or a knock of the boom: a decaying thump with a click."""
    time = np.arange(int(0.12 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    thump = np.sin(2 * np.pi * rng.uniform(60, 400) * time) * np.exp(-time / rng.uniform(0.005, 0.03))
    click = rng.normal(size=len(time)) * np.exp(-time / rng.uniform(0.0008, 0.006))
    return (thump + rng.uniform(0.1, 2) * click).astype(np.float32)


def motor(rng: np.random.Generator) -> Audio:
    """The clip's own vibration motor: harmonics of 140 to 260 Hz with run-up, in one to three pulses."""
    pulses = int(rng.integers(1, 4))
    time = np.arange(int(rng.uniform(0.08, 0.4) * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    base = rng.uniform(140, 260) * (1 - 0.3 * np.exp(-time / 0.03))
    phase = 2 * np.pi * np.cumsum(base) / SAMPLE_RATE_HZ
    pulse = sum(np.sin(k * phase + k) * rng.uniform(0.1, 1) / k for k in range(1, 13)) * (
        1 - np.exp(-time / 0.02)
    )
    pause = np.zeros(int(0.12 * SAMPLE_RATE_HZ))
    return np.concatenate([np.concatenate([pulse, pause]) for _ in range(pulses)]).astype(np.float32)


def breath(rng: np.random.Generator) -> Audio:
    """A breath into the mouth microphone: coloured noise with a slow swell of 0.3 to 1.2 s."""
    count = int(rng.uniform(0.3, 1.2) * SAMPLE_RATE_HZ)
    spectrum = np.fft.rfft(rng.normal(size=count))
    freq = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    shape = (
        1
        / (1 + (rng.uniform(80, 500) / np.maximum(freq, 1)) ** 2)
        / (1 + (freq / rng.uniform(500, 3500)) ** 2)
    )
    return (np.fft.irfft(spectrum * shape, count) * np.sin(np.linspace(0, np.pi, count)) ** 1.5).astype(
        np.float32
    )


def cough(rng: np.random.Generator) -> Audio:
    """A cough: one to three bursts of resonant noise, sharp at the start."""
    parts = []
    for _ in range(int(rng.integers(1, 4))):
        count = int(rng.uniform(0.12, 0.35) * SAMPLE_RATE_HZ)
        time = np.arange(count) / SAMPLE_RATE_HZ
        spectrum = np.fft.rfft(rng.normal(size=count))
        freq = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
        shape = sum(
            np.exp(-(((freq - rng.uniform(300, 2600)) / rng.uniform(150, 700)) ** 2)) for _ in range(3)
        )
        parts.append(np.fft.irfft(spectrum * shape, count) * np.exp(-time / rng.uniform(0.03, 0.12)))
        parts.append(np.zeros(int(rng.uniform(0.03, 0.3) * SAMPLE_RATE_HZ)))
    return np.concatenate(parts).astype(np.float32)


BODY_SOUNDS = {"tap": tap, "motor": motor, "breath": breath, "cough": cough}


def scatter(samples: int, name: str, per_minute: float, rng: np.random.Generator) -> Audio:
    """A track with `per_minute` events of one body sound, each at 0 dB mean power, at random times."""
    track = np.zeros(samples, np.float32)
    for _ in range(int(rng.poisson(per_minute * samples / SAMPLE_RATE_HZ / 60))):
        sound = unit(BODY_SOUNDS[name](rng))[:samples]
        at = int(rng.integers(max(samples - len(sound), 1)))
        track[at : at + len(sound)] += sound * np.float32(10 ** (rng.normal(0, 4) / 20))
    return track
