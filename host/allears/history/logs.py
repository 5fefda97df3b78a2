"""A drawn day as the log of a clip: core records, packed and read back like those of a real pull."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from allears.history.people import Person
from allears.history.shifts import KIND_NAMES, Day, Happenings
from allears_core import fields, records
from allears_core.params import HOP_MS

LEAD_IN_S = 120.0  # the clip is on this long before the shift
_LEVEL_Q8 = 256
_CUE_AT_S = {"talk-over": 0.8, "dead-air": 6.0, "monologue": 60.0}


def hops(seconds: float) -> int:
    """Nearest hop count."""
    return round(seconds * 1000 / HOP_MS)


class ClipLog:
    """Both streams of one clip, with the clip's own sequence numbers."""

    def __init__(self, unit: str) -> None:
        self.streams: tuple[bytearray, ...] = tuple(bytearray() for _ in records.STREAMS)
        self._unit = bytes.fromhex(unit)
        self._seq = [0] * len(records.STREAMS)
        self._boot = 0

    def begin(self, utc: dt.datetime) -> None:
        """A new boot, its clock set at hop 0."""
        self._boot += 1
        boot = {"records_version": 1, "reset_cause": 0, "feature_version": 1, "settings_crc": 0}
        self.add(records.BOOT, 0, unit=self._unit, firmware=b"example", **boot)
        self.clock(0, utc)

    def clock(self, hop: int, utc: dt.datetime) -> None:
        source = records.STATE_SOURCES.index("host")
        self.add(records.CLOCK, hop, hop=hop, utc_s=int(utc.timestamp()), utc_ms=0, source=source)

    def state(self, hop: int, state: str, source: str = "button") -> None:
        index = records.STATE_SOURCES.index(source)
        self.add(records.STATE, hop, hop=hop, state=records.STATES.index(state), source=index)

    def add(self, layout: fields.Layout, written_hop: int, /, **values: Any) -> None:
        """Pack one record for each stream it belongs to."""
        for stream in records.STREAMS_OF[layout.name]:
            raw = records.pack(layout, self._boot, self._seq[stream], written_hop * HOP_MS, values)
            self.streams[stream].extend(raw)
            self._seq[stream] += 1


def write_day(
    log: ClipLog, rng: np.random.Generator, person: Person, day: Day, happened: Happenings, zone: ZoneInfo
) -> dt.datetime:
    """Append one boot with the whole day; returns the UTC start of the shift."""
    hour, minute = int(person.start_h), round(person.start_h % 1 * 60)
    shift = dt.datetime(day.date.year, day.date.month, day.date.day, hour, minute, tzinfo=zone).astimezone(
        dt.UTC
    )
    log.begin(shift - dt.timedelta(seconds=LEAD_IN_S))
    marks = [(0.0, "off"), (LEAD_IN_S, "ready"), (LEAD_IN_S + day.end, "off")]
    for begin, end in day.breaks:
        marks += [(LEAD_IN_S + begin, "break"), (LEAD_IN_S + end, "ready")]
    marks.sort()
    bounds = np.searchsorted(happened.call, np.arange(len(day.start) + 1))
    draws = _call_draws(rng, person, len(day.start))
    for call, start in enumerate(day.start):
        while marks and marks[0][0] <= LEAD_IN_S + start:
            _mark(log, *marks.pop(0))
        chosen = slice(bounds[call], bounds[call + 1])
        _write_call(
            log, person, day, happened, call, chosen, {name: int(v[call]) for name, v in draws.items()}
        )
    for at, state in marks:
        _mark(log, at, state)
    last = LEAD_IN_S + day.end + 60
    log.clock(hops(last), shift + dt.timedelta(seconds=round(last - LEAD_IN_S)))
    return shift


def _mark(log: ClipLog, at: float, state: str) -> None:
    log.state(hops(at), state)


def _call_draws(rng: np.random.Generator, person: Person, n: int) -> dict[str, np.ndarray]:
    """Fields of the CALL records that need no event, hops or the record's own units."""
    hop_s = HOP_MS / 1000
    gap = np.maximum(rng.normal(person.response_s, 0.12, n), -0.2)
    return {
        "gap_median_hops": np.rint(gap / hop_s),
        "gap_p90_hops": np.rint((gap + rng.gamma(3, 0.35, n)) / hop_s),
        "first_word_hops": np.rint(rng.gamma(3, 0.5, n) / hop_s),
        "opening_share_q8": np.rint(np.clip(rng.normal(person.share + 0.05, 0.12, n), 0.1, 0.95) * 256),
        "opening_whole": (rng.random(n) < 0.93 - person.talk_overs_per_10_min * 0.06).astype(int),
        "agent_level_q8": np.rint(rng.normal(-25, 1.5, n) * _LEVEL_Q8),
        "customer_level_q8": np.rint(rng.normal(-35, 3, n) * _LEVEL_Q8),
    }


def _write_call(
    log: ClipLog,
    person: Person,
    day: Day,
    happened: Happenings,
    call: int,
    chosen: slice,
    drawn: dict[str, int],
) -> None:
    start = hops(LEAD_IN_S + day.start[call])
    end = start + hops(day.length[call]) - 1
    log.state(start, "talk", "sound")
    kinds = [KIND_NAMES[kind] for kind in happened.kind[chosen]]
    onsets = [start + hops(onset) for onset in happened.onset[chosen]]
    durations = [hops(duration) for duration in happened.duration[chosen]]
    overlaps = [hops(overlap) for overlap in happened.overlap[chosen]]
    cues = 0
    for kind, onset, duration, overlap in zip(kinds, onsets, durations, overlaps, strict=True):
        _event(log, call, kind, onset, duration, overlap, drawn)
        cues += _cue(log, call, kind, onset, duration, overlap, cues)
    of = {name: [d for k, d in zip(kinds, durations, strict=True) if k == name] for name in KIND_NAMES}
    turns = max(2, round(day.customer[call] / 9))
    log.add(
        records.CALL, end, call=call + 1, start_hop=start, end_hop=end, agent_hops=hops(day.agent[call]),
        customer_hops=hops(day.customer[call]), joint_hops=sum(overlaps), blanked_hops=cues * 20,
        hold_hops=hops(day.hold[call]), dead_air_count=len(of["dead-air"]), dead_air_hops=sum(of["dead-air"]),
        longest_agent_hops=max([hops(min(58, day.agent[call] / 3)), *of["monologue"]]),
        longest_customer_hops=hops(min(day.customer[call] / 3, 95)), talk_overs=len(of["talk-over"]),
        acknowledgements=len(of["acknowledgement"]), early_answers=len(of["early-answer"]),
        simultaneous_starts=len(of["simultaneous-start"]), agent_turns=turns, customer_turns=turns,
        gap_count=max(turns - 1, 1), cues=cues, customer_start_q8=drawn["customer_level_q8"], loud_count=0, pace_q4=80,
        usual_pace_q4=80, usual_level_q8=-6400,
        ended_by=records.CALL_ENDS.index("silence"), doubts=0, **drawn,
    )  # fmt: skip
    log.state(end + 1, "ready", "sound")


def _event(
    log: ClipLog, call: int, kind: str, onset: int, duration: int, overlap: int, drawn: dict[str, int]
) -> None:
    held = kind in ("acknowledgement", "early-answer", "talk-over")
    subtype = "" if kind != "talk-over" else "mutual" if overlap > hops(2) else "floor-taken"
    log.add(
        records.EVENT, onset, call=call + 1, kind=records.EVENT_KINDS.index(kind),
        subtype=records.SUBTYPES.index(subtype), onset_hop=onset, duration_hops=duration, overlap_hops=overlap,
        floor=records.FLOORS.index("customer" if held else "none"), floor_hops=hops(3) if held else 0,
        agent_level_q8=drawn["agent_level_q8"], customer_level_q8=drawn["customer_level_q8"], confidence=200,
        settings_id=0, doubts=0,
    )  # fmt: skip


def _cue(log: ClipLog, call: int, kind: str, onset: int, duration: int, overlap: int, before: int) -> int:
    """Log the cue an event gives, if it gives one; returns 1 if it was shown (at most two a call are)."""
    after = _CUE_AT_S.get(kind)
    if after is None or (overlap if kind == "talk-over" else duration) < hops(after):
        return 0
    at = onset + hops(after)
    suppressed = "budget" if before >= 2 else ""
    log.add(
        records.CUE, at, call=call + 1, at_hop=at, kind=records.CUE_KINDS.index(kind),
        strength=records.CUE_STRENGTHS.index("soft"), suppressed=records.SUPPRESSIONS.index(suppressed),
        reason_hop=onset,
    )  # fmt: skip
    return 0 if suppressed else 1
