"""A recorded call through a fresh virtual clip, and what its log then says about it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from allears import sim
from allears.device import open_clip
from allears.device.pulling import read_all
from allears.document import Document, call_document
from allears_core import records
from allears_core.settings import Settings


def judge(
    pcm: npt.NDArray[np.int16],
    fast: bool = True,
    settings: Settings | None = None,
    progress: Callable[[int], None] | None = None,
) -> Document:
    """Document (schema 1) of a call, int16 (n, 2) at 8 kHz, read back from the virtual clip's events stream.

    progress: called with the number of hops sent so far.
    """
    with sim.start(fast=fast) as virtual:
        if settings is not None:
            with open_clip(virtual.port, sim.HELLO_S) as clip:
                clip.commit(settings, {})
        virtual.play(pcm, progress)
        with open_clip(virtual.port, sim.HELLO_S) as clip:
            return call_document(read_all(clip, records.EVENTS), clip.status()["frames"])
