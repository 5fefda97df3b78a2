"""Mixes the demo call: dry utterances on a timeline, then what a headset's two microphones hear of them.

Levels sit inside the acoustic family of design section 3. Everything between the turns is line and
office noise, as on a real call; nothing is digitally silent.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile

from allears.demo import acoustics
from allears.demo.script import DATA_FOLDER, Script, load_script, place, samples
from allears.demo.truth import Truth, activity, truth_of
from allears_core import params

UTTERANCE_DBFS = -23.0  # what the utterances were rendered at

# Speech levels over the hops in which that side speaks, noise levels over the whole call.
AGENT_AT_MOUTH_DBFS = -26.0
CUSTOMER_AT_MOUTH_DBFS = -56.0  # 22 dB under the customer at the ear
OFFICE_AT_MOUTH_DBFS = -52.0
CUSTOMER_AT_EAR_DBFS = -34.0
AGENT_AT_EAR_DBFS = -42.0  # through the air, 8 dB under the customer
SIDETONE_DBFS = -62.0  # the agent through the headset's own speaker
OFFICE_AT_EAR_DBFS = -62.0
CUSTOMER_ON_LINE_DBFS = -20.0  # where the companding happens
LINE_NOISE_DBFS = -48.0

SIDETONE_DELAY = 24  # samples: 3 ms through the headset's electronics
OFFICE_RUMBLE_HZ = 500
# A small furnished room: (delay in samples, gain in dB), about 0.2 s to fade by 60 dB.
ROOM = ((0, 0.0), (31, -11.0), (53, -13.0), (89, -16.0), (157, -20.0), (263, -25.0), (431, -33.0))
SEEDS = {"office": 1, "office hiss": 2, "line": 3}


def render_call(folder: Path = DATA_FOLDER) -> tuple[np.ndarray, Truth]:
    """The call as int16 of shape (n, 2) at 8 kHz (0 mouth, 1 ear), n whole hops, and its truth."""
    script = load_script(folder)
    agent, customer = dry_tracks(script, load_utterances(script, folder))
    truth = truth_of(activity(agent, UTTERANCE_DBFS), activity(customer, UTTERANCE_DBFS))
    mouth = _mouth(agent, customer, truth)
    ear = _ear(agent, customer, truth)
    limit = params.FULL_SCALE - 1
    return np.clip(np.stack([mouth, ear], axis=1), -limit, limit).astype(np.int16), truth


def write_call(path: Path) -> Truth:
    """Writes the call as a two-channel FLAC file; returns its truth."""
    call, truth = render_call()
    soundfile.write(path, call, params.SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return truth


def load_utterances(script: Script, folder: Path = DATA_FOLDER) -> dict[str, np.ndarray]:
    """Every line's dry utterance, int16 at 8 kHz, by line id."""
    utterances = {}
    for line in script.lines:
        sound, _ = soundfile.read(folder / "utterances" / f"{line.id}.flac", dtype="int16")
        utterances[line.id] = sound
    return utterances


def dry_tracks(script: Script, utterances: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The agent's and the customer's utterances on the call's timeline, int64, whole hops long."""
    starts = place(script, {name: len(sound) for name, sound in utterances.items()})
    last = max(starts[name] + len(sound) for name, sound in utterances.items())
    hops = params.HOP_SAMPLES
    length = -(-(last + samples(script.tail_s)) // hops) * hops
    tracks = {"agent": np.zeros(length, dtype=np.int64), "customer": np.zeros(length, dtype=np.int64)}
    for line in script.lines:
        sound = utterances[line.id]
        tracks[line.side][starts[line.id] : starts[line.id] + len(sound)] += sound
    return tracks["agent"], tracks["customer"]


def _mouth(agent: np.ndarray, customer: np.ndarray, truth: Truth) -> np.ndarray:
    bleed = acoustics.echoed(acoustics.telephone_band(customer), ROOM)
    return (
        _at(AGENT_AT_MOUTH_DBFS, agent, truth.agent)
        + _at(CUSTOMER_AT_MOUTH_DBFS, bleed, truth.customer)
        + _office(len(agent), OFFICE_AT_MOUTH_DBFS)
    )


def _ear(agent: np.ndarray, customer: np.ndarray, truth: Truth) -> np.ndarray:
    sidetone = acoustics.echoed(acoustics.telephone_band(agent), ((SIDETONE_DELAY, 0.0),))
    return (
        _at(CUSTOMER_AT_EAR_DBFS, _line(customer, truth), truth.customer)
        + _at(AGENT_AT_EAR_DBFS, acoustics.echoed(agent, ROOM), truth.agent)
        + _at(SIDETONE_DBFS, sidetone, truth.agent)
        + _office(len(agent), OFFICE_AT_EAR_DBFS)
    )


def _line(customer: np.ndarray, truth: Truth) -> np.ndarray:
    """The customer as the telephone line delivers them, its own noise included."""
    speech = _at(CUSTOMER_ON_LINE_DBFS, customer, truth.customer)
    hiss = acoustics.noise(SEEDS["line"], len(customer), LINE_NOISE_DBFS)
    return acoustics.companded(acoustics.telephone_band(speech + hiss))


def _office(length: int, dbfs: float) -> np.ndarray:
    """Ventilation and a distant room: mostly rumble, a little hiss."""
    rumble = acoustics.below(acoustics.noise(SEEDS["office"], length, -20.0), OFFICE_RUMBLE_HZ)
    room = rumble + acoustics.noise(SEEDS["office hiss"], length, -38.0)
    return _at(dbfs, room, np.ones(length // params.HOP_SAMPLES, dtype=bool))


def _at(dbfs: float, signal: np.ndarray, speech: np.ndarray) -> np.ndarray:
    """The signal with its level over the hops of `speech` brought to `dbfs`."""
    return acoustics.gained(signal, dbfs - acoustics.level_dbfs(signal, speech))
