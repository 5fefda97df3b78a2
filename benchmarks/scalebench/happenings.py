"""Events, cues and marks of one agent's year: about ten events a call, few cues, a hard call now and then."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from allears_core import records
from scalebench.shifts import Year

# kind -> (events a minute of the customer's talk, mean length in hops, spread of its logarithm, overlap as a part)
KINDS = {
    "acknowledgement": (2.2, 28, 0.35, 0.8),
    "early-answer": (0.45, 56, 0.4, 0.35),
    "talk-over": (0.2, 200, 0.5, 0.45),
    "simultaneous-start": (0.25, 50, 0.3, 0.5),
    "overlap-other": (0.4, 44, 0.4, 0.6),
    "dead-air": (0.12, 500, 0.4, 0.0),
    "monologue": (0.05, 4400, 0.2, 0.0),
    "loud-customer": (0.05, 160, 0.4, 0.0),
}
CUE_PART = 0.3  # talk-overs and dead airs that bring a cue
HARD_PART = 0.02  # calls marked as hard
Found = dict[str, tuple[np.ndarray, np.ndarray, dict[str, "np.ndarray | pa.Array | str"]]]


def draw(rng: np.random.Generator, year: Year, start_hop: np.ndarray) -> Found:
    """Tables events, cues and marks: (day, hop written, columns), in order of time."""
    n = len(year.day)
    call = np.repeat(np.arange(n), rng.poisson(year.customer / 60 * sum(kind[0] for kind in KINDS.values())))
    rates, hops, spreads, parts = (np.array(column) for column in zip(*KINDS.values(), strict=True))
    kind = rng.choice(len(KINDS), len(call), p=rates / rates.sum())
    length = (year.end_s - year.start)[call] * 62.5
    duration = np.minimum(hops[kind] * np.exp(spreads[kind] * rng.standard_normal(len(call))), length * 0.5)
    onset = rng.random(len(call)) * (length - duration)
    order = np.argsort(call * 131072.0 + onset)
    kind, duration, onset = kind[order], duration[order].astype(np.int32), onset[order].astype(np.int64)
    onset += start_hop[call]
    return {
        "events": (year.day[call], onset, _events(year, call, kind, onset, duration, parts)),
        "cues": _cues(rng, year, call, kind, onset),
        "marks": _marks(rng, year, start_hop),
    }


def _numbers(year: Year) -> np.ndarray:
    return (np.arange(len(year.day)) - np.searchsorted(year.day, year.day) + 1).astype(np.int32)


def _coded(kind: np.ndarray, table: tuple[str, ...]) -> pa.Array:
    codes = np.array([table.index(name) for name in KINDS], np.int8)[kind]
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(table))


def _events(
    year: Year, call: np.ndarray, kind: np.ndarray, onset: np.ndarray, duration: np.ndarray, parts: np.ndarray
) -> dict[str, np.ndarray | pa.Array | str]:
    n = len(call)
    held = np.isin(kind, [at for at, name in enumerate(KINDS) if name in ("acknowledgement", "talk-over")])
    return {
        "call": _numbers(year)[call], "kind": _coded(kind, records.EVENT_KINDS), "subtype": "", "onset_hop": onset,
        "duration_hops": duration, "overlap_hops": (duration * parts[kind]).astype(np.int32),
        "floor": pa.DictionaryArray.from_arrays(pa.array((held * 2).astype(np.int8)), pa.array(records.FLOORS)),
        "floor_hops": (held * 190).astype(np.int32), "agent_level_q8": np.full(n, -6400, np.int32),
        "customer_level_q8": np.full(n, -8960, np.int32), "confidence": np.full(n, 200, np.int32),
        "settings_id": np.zeros(n, np.int32), "doubts": "",
    }  # fmt: skip


def _cues(
    rng: np.random.Generator, year: Year, call: np.ndarray, kind: np.ndarray, onset: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray | pa.Array | str]]:
    names = [name if name in records.CUE_KINDS else "" for name in KINDS]
    cued = np.isin(kind, [at for at, name in enumerate(names) if name]) & (rng.random(len(call)) < CUE_PART)
    n = int(cued.sum())
    table = tuple(name or "none" for name in names)
    at = onset[cued] + 60
    columns: dict[str, np.ndarray | pa.Array | str] = {
        "call": _numbers(year)[call[cued]], "at_hop": at,
        "kind": pa.DictionaryArray.from_arrays(pa.array(kind[cued].astype(np.int8)), pa.array(table)),
        "strength": "soft",
        "suppressed": pa.DictionaryArray.from_arrays(
            pa.array((rng.random(n) < 0.3).astype(np.int8)), pa.array(records.SUPPRESSIONS)
        ),
        "reason_hop": onset[cued],
    }  # fmt: skip
    return year.day[call[cued]], at, columns


def _marks(
    rng: np.random.Generator, year: Year, start_hop: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray | pa.Array | str]]:
    hard = np.nonzero(rng.random(len(year.day)) < HARD_PART)[0]
    hop = start_hop[hard] + 1000
    return year.day[hard], hop, {"hop": hop, "call": _numbers(year)[hard], "mark": "hard-call"}
