"""One call for the page: its timeline, its numbered events with their evidence, and a sentence that sums it up."""

from collections.abc import Mapping, Sequence
from typing import Any

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time
from allears.document import level_dbfs
from allears.report import charts, words
from allears.report.svg import inline
from allears_core.params import HOP_MS

Row = dict[str, Any]
# Events that get a number and a row of evidence; the others are counted in one line.
_NUMBERED = ("talk-over", "dead-air", "monologue", "loud-customer")
_HELD = ("talk-over", "early-answer", "acknowledgement")


def newest(calls: Sequence[Row]) -> Row:
    """The newest call that is no example data; without one the newest."""
    real = [call for call in calls if not call["example"]]
    return (real or list(calls))[-1]


def view(facts: Facts, call: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page shows of one call."""
    events, cues = _events(facts, call), _cues(facts, call)
    numbered = [event for event in events if event["kind"] in _NUMBERED]
    for number, event in enumerate(numbered, 1):
        event["label"] = str(number)
    drawn = [*_floors(events), *events]
    start = local_time(call["start_ms"], facts.zone)
    speech = call["agent_s"] + call["customer_s"]
    return {
        "title": f"{words.date(start.date())}, {words.clock(start)}",
        "length": words.duration(call["call_s"]),
        "example": call["example"],
        "sentence": sentence(call, numbered),
        "split": _split(call),
        "share": f"{100 * call['agent_s'] / speech:.0f}" if speech else "–",
        "speech": words.duration(speech),
        "facts": _facts(call),
        "wide": inline(charts.timeline(drawn, cues, call["call_s"], charts.WIDE)),
        "narrow": inline(charts.timeline(drawn, cues, call["call_s"], charts.NARROW)),
        "rows": [_evidence(event, cues) for event in numbered],
        "cues": [_cue_text(cue) for cue in cues],
        "others": _others(events),
    }


def sentence(call: Mapping[str, Any], numbered: Sequence[Mapping[str, Any]]) -> str:
    """Two or three plain sentences: what went well first, then the first thing to look at."""
    speech = call["agent_s"] + call["customer_s"]
    share = f"you had {100 * call['agent_s'] / speech:.0f} % of the speech" if speech else "nobody spoke"
    good = []
    if call["acknowledgements"]:
        good.append(f"acknowledged {_times(call['acknowledgements'])}")
    if call["opening_whole"]:
        good.append("left the customer's opening whole")
    parts = [
        f"In {words.duration(call['call_s'])} {share}" + (f"; you {' and '.join(good)}" if good else "") + "."
    ]
    first = next((event for event in numbered if event["kind"] == "talk-over"), None)
    if first is None:
        parts.append("No talk-over was logged.")
    else:
        parts.append(
            f"{_count(call['talk_overs'], 'talk-over')}: the first at {words.minutes(first['onset_s'])}, with "
            f"{words.duration(first['overlap_s'])} of joint speech."
        )
    return " ".join(parts)


def _times(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"


def _count(count: int, noun: str) -> str:
    return f"{'One' if count == 1 else count} {noun}{'' if count == 1 else 's'}"


def _split(call: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Parts of the conversation in %, which add up to 100."""
    total, joint = call["call_s"], call["joint_s"]
    alone = max(call["agent_s"] - joint, 0.0), max(call["customer_s"] - joint, 0.0)
    quiet = max(total - sum(alone) - joint, 0.0)
    parts = (("You", "agent", alone[0]), ("Both", "alert", joint), ("Customer", "customer", alone[1]))
    return [
        {"name": name, "colour": colour, "pct": 100 * seconds / total, "text": words.duration(seconds)}
        for name, colour, seconds in (*parts, ("Neither", "band", quiet))
    ]


def _facts(call: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(title, value, what it rests on) of the call's own figures."""
    gap = words.number(call["gap_median_s"]) + " s" if call["gap_count"] else "–"
    customer = f"in {words.duration(call['customer_s'])} of customer talk"
    return [
        ("Acknowledgements", words.count(call["acknowledgements"]), customer),
        ("Talk-overs", words.count(call["talk_overs"]), customer),
        ("Dead air", words.count(call["dead_air_count"]), _dead_air(call)),
        (
            "Longest talk",
            words.duration(call["longest_agent_s"]),
            f"of {words.count(call['agent_turns'])} turns",
        ),
        ("Response gap", gap, f"median, n = {call['gap_count']}"),
    ]


def _dead_air(call: Mapping[str, Any]) -> str:
    return f"{words.duration(call['dead_air_s'])} in all" if call["dead_air_count"] else "no long silence"


def _of_call(facts: Facts, name: str, hop: str, call: Mapping[str, Any]) -> list[Row]:
    table = facts.log(name)
    keys = ("unit", "log_id", "boot", "call")
    mine = table.filter([table[key] == call[key] for key in keys])
    return facts.rows(mine.order_by(hop))


def _events(facts: Facts, call: Mapping[str, Any]) -> list[Row]:
    rows = _of_call(facts, "events", "onset_hop", call)
    for row in rows:
        row["onset_s"] = (row["onset_hop"] - call["start_hop"]) * HOP_MS / 1000
        row["floor_s"] = row["floor_hops"] * HOP_MS / 1000
        row["overlap_s"] = row["overlap_hops"] * HOP_MS / 1000
        row["duration_s"] = row["duration_hops"] * HOP_MS / 1000
    return [
        row for row in rows if row["kind"] in words.EVENT_TITLES
    ]  # a newer clip's kinds have no lane here


def _cues(facts: Facts, call: Mapping[str, Any]) -> list[Row]:
    rows = _of_call(facts, "cues", "at_hop", call)
    table = facts.log("cue_notes")
    boot = [table[key] == call[key] for key in ("unit", "log_id", "boot")]
    notes = facts.rows(table.filter([*boot, table.cue_hop.isin([row["at_hop"] for row in rows] or [-1])]))
    for row in rows:
        row["at_s"] = (row["at_hop"] + 1 - call["start_hop"]) * HOP_MS / 1000
        row["shown"] = not row["suppressed"]
        row["notes"] = {note["note"] for note in notes if note["cue_hop"] == row["at_hop"]}
    return rows


def _floors(events: Sequence[Row]) -> list[Row]:
    """Stretches in which, by an event's evidence, the customer had the floor before it."""
    return [
        {
            "kind": "floor",
            "onset_s": max(event["onset_s"] - event["floor_s"], 0.0),
            "duration_s": event["floor_s"],
        }
        for event in events
        if event["kind"] in _HELD and event["floor"] == "customer"
    ]


def _evidence(event: Mapping[str, Any], cues: Sequence[Row]) -> dict[str, Any]:
    held = {"customer": "customer", "agent": "you"}.get(event["floor"])
    agent, customer = level_dbfs(event["agent_level_q8"]), level_dbfs(event["customer_level_q8"])
    levels = [
        f"{who} {words.number(db)}" for who, db in (("you", agent), ("customer", customer)) if db is not None
    ]
    given = [cue for cue in cues if cue["reason_hop"] == event["onset_hop"] and cue["kind"] == event["kind"]]
    return {
        "number": event["label"],
        "at": words.minutes(event["onset_s"]),
        "kind": event["kind"],
        "title": words.EVENT_TITLES[event["kind"]],
        "detail": _detail(event),
        "lasted": words.duration(event["duration_s"]),
        "joint": words.duration(event["overlap_s"]) if event["overlap_s"] else "–",
        "floor": f"{held}, for {words.duration(event['floor_s'])}" if held else "–",
        "levels": ", ".join(levels) or "–",
        "sure": f"{100 * event['confidence'] / 255:.0f} %",
        "cue": "; ".join(_cue_text(cue) for cue in given) or "none",
    }


def _detail(event: Mapping[str, Any]) -> str:
    doubts = [words.DOUBTS.get(doubt, doubt) for doubt in (event["doubts"] or "").split()]
    return ", ".join([*doubts, *filter(None, [words.SUBTYPES.get(event["subtype"], "")])])


def _cue_text(cue: Mapping[str, Any]) -> str:
    said = [words.SUPPRESSED.get(cue["suppressed"], cue["suppressed"])] if cue["suppressed"] else []
    said += sorted(cue["notes"])
    text = f"{words.minutes(cue['at_s'])} {words.CUE_TITLES.get(cue['kind'], cue['kind'])}"
    return f"{text} ({', '.join(said)})" if said else text


def _others(events: Sequence[Row]) -> list[tuple[str, int]]:
    kinds = [kind for kind in words.EVENT_TITLES if kind not in _NUMBERED]
    return [(words.EVENT_TITLES[kind], sum(event["kind"] == kind for event in events)) for kind in kinds]
