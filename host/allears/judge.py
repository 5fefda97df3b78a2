"""Sound to records on the host: the golden features and network, then the clip's own core, hop by hop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from allears.errors import BadInput
from allears.signal import features
from allears.signal.network import Network
from allears_core import records
from allears_core.conversation import Conversation
from allears_core.fields import Layout
from allears_core.params import HOP_MS
from allears_core.settings import Settings

_BOOT = 1  # a recording is judged as the first boot of a clip of its own


@dataclass(frozen=True)
class Judged:
    """A judged recording.

    found: its records after a round trip through the log format; logits: int16 (frames, 3) in Q8;
    agent, customer: bool (frames,), the causal decision at each hop.
    """

    found: list[records.Record]
    logits: npt.NDArray[np.int16]
    agent: npt.NDArray[np.bool_]
    customer: npt.NDArray[np.bool_]

    @property
    def frames(self) -> int:
        return len(self.logits)

    def frame_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays of the frame file: p_agent, p_customer, p_both (float32, sigmoid of the logits), agent, customer."""
        p = 1.0 / (1.0 + np.exp(-self.logits.astype(np.float64) / 256.0))
        names = ("p_agent", "p_customer", "p_both")
        arrays: dict[str, npt.NDArray[Any]] = {
            name: p[:, i].astype(np.float32) for i, name in enumerate(names)
        }
        return {**arrays, "agent": self.agent, "customer": self.customer}


class _Log:
    """Packs every record as the clip's log does and reads it back."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self.hop = 0

    def emit(self, layout: Layout, values: dict[str, Any]) -> None:
        self._packed.append(records.pack(layout, _BOOT, len(self._packed), self.hop * HOP_MS, values))

    def read_back(self) -> list[records.Record]:
        return [record for record, _ in records.Reader().feed(b"".join(self._packed), True)]


def judge(
    pcm: npt.NDArray[np.int16], settings: Settings | None = None, network: Network | None = None
) -> Judged:
    """Judge a whole call, int16 (n, 2) at 8 kHz; what is left of a last, unfinished hop is not judged."""
    sound = features.extract(pcm)
    if not len(sound.level_q8):
        raise BadInput("the recording is shorter than one 16 ms hop", "give a whole call")
    network = network or Network.load()
    return follow(network.run(sound.bands), sound, network.manifest["thresholds"], settings)


class Heard:
    """One hop of sound as the conversation takes it: the attributes of the clip's feature kernels."""

    def __init__(self) -> None:
        self.bands: list[int] = []
        self.level: list[int] = []
        self.peak: list[int] = []


def hops_of(sound: features.Features) -> Iterator[Heard]:
    """The hops of `sound` one after another, always in the same object."""
    heard = Heard()
    bands = sound.bands.reshape(len(sound.bands), -1).tolist()
    for row in zip(bands, sound.level_q8.tolist(), sound.peak.tolist(), strict=True):
        heard.bands, heard.level, heard.peak = row
        yield heard


def follow(
    logits: npt.NDArray[np.int16],
    sound: features.Features,
    thresholds: dict[str, Any],
    settings: Settings | None = None,
) -> Judged:
    """Run the conversation over logits (frames, 3) and the sound they come from, as the clip would."""
    log = _Log()
    conversation = Conversation(settings or Settings(), thresholds, log.emit, _show_nothing)
    agent = np.zeros(len(logits), bool)
    customer = np.zeros(len(logits), bool)
    for k, (logit, heard) in enumerate(zip(logits.tolist(), hops_of(sound), strict=True)):
        log.hop = k
        conversation.step(logit, heard.level, heard)
        agent[k] = conversation.agent
        customer[k] = conversation.customer
    conversation.finish()
    return Judged(log.read_back(), logits, agent, customer)


def _show_nothing(kind: int, strength: int) -> None:
    """A recording has nobody to warn; the cue stands in the records."""
