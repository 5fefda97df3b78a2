"""The network's 120 integer inputs for whole sets of calls, from the definition in `signal.network`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from allears.signal.network import INPUTS, Inputs


def band_offset(bands: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """The mean of each of the 48 bands over a set (calls, hops, 48), as subtracted by the network."""
    return np.round(bands.mean(axis=(0, 1), dtype=np.float64)).astype(np.int16)


def network_inputs(bands: npt.NDArray[np.int16], offset: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Inputs (calls, hops, 120) of a set's bands (calls, hops, 48), every call from reset."""
    calls, hops = bands.shape[:2]
    stage = Inputs(offset, calls)
    result = np.empty((calls, hops, INPUTS), np.int16)
    for hop in range(hops):
        result[:, hop] = stage.step(bands[:, hop].astype(np.int64))
    return result
