"""The JSON document of one judged recording (schema 1), made from log records alone.

`allears replay` and `allears sim run` print the same document: one from records that went through
`allears_core.records` on the host, the other from the records pulled off the virtual clip.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allears_core import baseline, records, soundcheck
from allears_core.fields import NONE_U16, NONE_U32
from allears_core.params import HOP_MS, LEVEL_FLOOR_Q8

SCHEMA = 1
_ONSET_KINDS = ("simultaneous-start", "acknowledgement", "early-answer", "talk-over", "overlap-other")
# Which events can be the reason of a cue of that kind.
_REASONS = {"talk-over": _ONSET_KINDS, "dead-air": ("dead-air",), "monologue": ("monologue",)}

Document = dict[str, Any]


def seconds(hops: int) -> float:
    """Hops as seconds, rounded to the millisecond (a hop is 16 ms exactly)."""
    return round(hops * HOP_MS / 1000, 3)


def clock(at_s: float) -> str:
    """Position in a call for people: m:ss.ss."""
    minutes, rest = divmod(at_s, 60)
    return f"{int(minutes)}:{rest:05.2f}"


def level_dbfs(level_q8: int) -> float | None:
    """Level in dBFS with one decimal; None where nothing was measured."""
    return None if level_q8 == LEVEL_FLOOR_Q8 else round(level_q8 / 256, 1)


def call_document(found: Iterable[records.Record], frames: int) -> Document:
    """Document of one stretch of sound.

    found: its records in log order, any stream mix, one boot; frames: hops judged.
    Events are ordered by onset, cues by decision; `reason_event` is an index into `events` or null.
    """
    listed = list(found)
    events = sorted(_of(listed, "EVENT"), key=lambda values: (values["onset_hop"], values["kind"]))
    cues = sorted(_of(listed, "CUE"), key=lambda values: values["at_hop"])
    notes = _of(listed, "CUE_NOTE")
    return {
        "schema": SCHEMA,
        "seconds": seconds(frames),
        "frames": frames,
        "events": [_event(values) for values in events],
        "cues": [_cue(values, events, notes) for values in cues],
        "health": [_trouble(values) for values in _of(listed, "HEALTH") if _about_sound(values)],
        "summary": _summary([call_summary(values) for values in _of(listed, "CALL")], cues),
    }


def _of(found: list[records.Record], name: str) -> list[dict[str, Any]]:
    return [record.values for record in found if record.name == name]


def _event(values: dict[str, Any]) -> Document:
    kind = records.EVENT_KINDS[values["kind"]]
    event: Document = {
        "kind": kind,
        "onset_s": seconds(values["onset_hop"]),
        "duration_s": seconds(values["duration_hops"]),
        "overlap_s": seconds(values["overlap_hops"]),
        "evidence": {
            "call": values["call"],
            "floor": records.FLOORS[values["floor"]],
            "floor_s": seconds(values["floor_hops"]),
            "agent_level_dbfs": level_dbfs(values["agent_level_q8"]),
            "customer_level_dbfs": level_dbfs(values["customer_level_q8"]),
            "confidence": round(values["confidence"] / 255, 3),
            "settings_id": values["settings_id"],
            "doubts": _doubts(values),
        },
    }
    if kind == "talk-over":
        event["subtype"] = records.SUBTYPES[values["subtype"]]
    return event


def _cue(values: dict[str, Any], events: list[dict[str, Any]], notes: list[dict[str, Any]]) -> Document:
    said = {records.CUE_NOTES[note["note"]]: note for note in notes if note["cue_hop"] == values["at_hop"]}
    firm = said.get("firm")
    return {
        "kind": records.CUE_KINDS[values["kind"]],
        "at_s": seconds(values["at_hop"] + 1),  # a hop is judged when its last sample has come
        "reason_event": _reason(values, events),
        "withdrawn": "withdrawn" in said,
        "suppressed": records.SUPPRESSIONS[values["suppressed"]] or None,
        "contested": "contested" in said,
        "firm_at_s": seconds(firm["at_hop"] + 1) if firm else None,
    }


def _about_sound(values: dict[str, Any]) -> bool:
    code = records.HEALTH_CODES[values["code"]]
    return code in soundcheck.TROUBLES or code == soundcheck.WELL


def _trouble(values: dict[str, Any]) -> Document:
    return {
        "at_s": seconds(values["hop"] + 1),
        "code": records.HEALTH_CODES[values["code"]],
        "channel": values["detail"].decode() or None,
    }


def _reason(cue: dict[str, Any], events: list[dict[str, Any]]) -> int | None:
    if cue["reason_hop"] == NONE_U32:
        return None
    kinds = _REASONS.get(records.CUE_KINDS[cue["kind"]], ())
    for index, event in enumerate(events):
        if event["onset_hop"] == cue["reason_hop"] and records.EVENT_KINDS[event["kind"]] in kinds:
            return index
    return None


def call_summary(values: dict[str, Any]) -> Document:
    """One CALL record in seconds, shares (0-1) and dBFS; None where nothing was measured."""
    agent, customer, joint = values["agent_hops"], values["customer_hops"], values["joint_hops"]
    speech = agent + customer
    responses = values["gap_count"]
    share = values["opening_share_q8"]
    return {
        "call": values["call"],
        "start_s": seconds(values["start_hop"]),
        "end_s": seconds(values["end_hop"] + 1),
        "agent_talk_s": seconds(agent),
        "customer_talk_s": seconds(customer),
        "joint_talk_s": seconds(joint),
        "talk_share": round(agent / speech, 4) if speech else None,
        "talk_overs": values["talk_overs"],
        "acknowledgements": values["acknowledgements"],
        "early_answers": values["early_answers"],
        "simultaneous_starts": values["simultaneous_starts"],
        "agent_turns": values["agent_turns"],
        "customer_turns": values["customer_turns"],
        "dead_air_count": values["dead_air_count"],
        "dead_air_s": seconds(values["dead_air_hops"]),
        "hold_s": seconds(values["hold_hops"]),
        "longest_agent_talk_s": seconds(values["longest_agent_hops"]),
        "longest_customer_turn_s": seconds(values["longest_customer_hops"]),
        "response_gap": {
            "n": responses,
            "median_s": seconds(values["gap_median_hops"]) if responses else None,
            "p90_s": seconds(values["gap_p90_hops"]) if responses else None,
        },
        "opening": {
            "first_words_s": None
            if values["first_word_hops"] == NONE_U16
            else seconds(values["first_word_hops"]),
            "talk_share_20s": None if share == NONE_U16 else round(share / 256, 3),
            "customer_left_whole": None if values["opening_whole"] == 255 else bool(values["opening_whole"]),
        },
        "cues_shown": values["cues"],
        "not_judged_s": seconds(values["blanked_hops"]),
        "agent_level_dbfs": level_dbfs(values["agent_level_q8"]),
        "agent_usual_level_dbfs": _known(values["usual_level_q8"], baseline.NO_LEVEL_Q8, 256, 1),
        "agent_pace_syllables_s": _known(values["pace_q4"], NONE_U16, 16, 1),
        "agent_usual_pace_syllables_s": _known(values["usual_pace_q4"], NONE_U16, 16, 1),
        "customer_level_dbfs": level_dbfs(values["customer_level_q8"]),
        "customer_start_level_dbfs": level_dbfs(values["customer_start_q8"]),
        "loud_customer": values["loud_count"],
        "union_share": _union_share(values),
        "ended_by": records.CALL_ENDS[values["ended_by"]],
        "doubts": _doubts(values),
    }


def _doubts(values: dict[str, Any]) -> list[str]:
    return [name for bit, name in enumerate(records.DOUBTS) if values["doubts"] >> bit & 1]


def _known(value: int, unknown: int, scale: int, digits: int) -> float | None:
    return None if value == unknown else round(value / scale, digits)


def _union_share(values: dict[str, Any]) -> Document:
    """Parts of the call, from its first to its last word, in which each side, either or nobody speaks.

    Overlap makes the parts of the two sides add up to more than that of either.
    """
    length = values["end_hop"] + 1 - values["start_hop"]
    agent, customer = values["agent_hops"], values["customer_hops"]
    either = agent + customer - values["joint_hops"]
    parts = {"agent": agent, "customer": customer, "either": either, "nobody": length - either}
    return {name: round(part / length, 4) for name, part in parts.items()}


def _summary(calls: list[Document], cues: list[dict[str, Any]]) -> Document:
    agent = sum(call["agent_talk_s"] for call in calls)
    customer = sum(call["customer_talk_s"] for call in calls)
    shown = sum(records.SUPPRESSIONS[cue["suppressed"]] == "" for cue in cues)
    totals = ("talk_overs", "acknowledgements", "early_answers", "simultaneous_starts", "dead_air_count")
    return {
        "calls": calls,
        "agent_talk_s": round(agent, 3),
        "customer_talk_s": round(customer, 3),
        "talk_share": round(agent / (agent + customer), 4) if agent + customer else None,
        **{name: sum(call[name] for call in calls) for name in totals},
        "dead_air_s": round(sum(call["dead_air_s"] for call in calls), 3),
        "cues_shown": shown,
        "cues_suppressed": len(cues) - shown,
    }
