"""Clean tracks written down by hand, and drawn at random near every threshold."""

import numpy as np
from hypothesis import strategies as st

# Lengths in hops on both sides of each rule: 0.12, 0.18, 0.2, 0.6, 0.8, 1.0, 2.0 and 6.0 s.
EDGES = [
    1,
    2,
    7,
    8,
    9,
    11,
    12,
    13,
    14,
    36,
    37,
    38,
    39,
    49,
    50,
    51,
    61,
    62,
    63,
    64,
    124,
    125,
    126,
    127,
    374,
    375,
    376,
]


def track(hops, *spans):
    """A track of `hops` hops that speaks in the half-open `spans`."""
    mask = np.zeros(hops, bool)
    for start, end in spans:
        mask[start:end] = True
    return mask


def runs(pauses=EDGES):
    """Strategy: a track as alternating lengths of silence and speech."""
    length = st.one_of(st.sampled_from(EDGES), st.integers(1, 400))
    pause = st.one_of(
        st.sampled_from(pauses), st.integers(1, 400).filter(lambda hops: hops in pauses or hops > 90)
    )
    return st.lists(st.tuples(pause, length), min_size=1, max_size=12)


def track_of(pairs, lead):
    """The track of (silence, speech) lengths behind `lead` hops of silence."""
    parts = [np.zeros(lead, bool)]
    for silence, speech in pairs:
        parts += [np.zeros(silence, bool), np.ones(speech, bool)]
    return np.concatenate(parts)
