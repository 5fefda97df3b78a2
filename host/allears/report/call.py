"""One call for the page: its timeline, its numbered events with their evidence, and a sentence that sums it up."""

from collections.abc import Mapping, Sequence
from typing import Any

from allears.aggregate.facts import Facts
from allears.aggregate.walltime import local_time
from allears.document import level_dbfs
from allears.i18n import glue, listed, noted, plural
from allears.i18n import text as _
from allears.report import charts, vocabulary, words
from allears.report.drawing import Drawing
from allears_core.params import HOP_MS

Row = dict[str, Any]
# Events that get a number and a row of evidence; the others are counted in one line.
NUMBERED = ("talk-over", "dead-air", "monologue", "loud-customer")
_HELD = ("talk-over", "early-answer", "acknowledgement")


def newest(calls: Sequence[Row]) -> Row:
    """The newest call that is no example data; without one the newest."""
    real = [call for call in calls if not call["example"]]
    return (real or list(calls))[-1]


def view(facts: Facts, call: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page shows of one call."""
    events, cues = _events(facts, call), _cues(facts, call)
    numbered = [event for event in events if event["kind"] in NUMBERED]
    for number, event in enumerate(numbered, 1):
        event["label"] = str(number)
    drawn = [*_floors(events), *events]
    start = local_time(call["start_ms"], facts.zone)
    speech = call["agent_s"] + call["customer_s"]
    return {
        "title": listed([words.date(start.date()), words.clock(start)]),
        "length": words.duration(call["call_s"]),
        "example": call["example"],
        "sentence": sentence(call, numbered),
        "split": _split(call),
        "share": words.percent(100 * call["agent_s"] / speech) if speech else words.NONE,
        "speech": words.duration(speech),
        "facts": _facts(call),
        "timeline": Drawing(
            "timeline",
            _(
                "Timeline of the call in five lanes: customer, both at once, you, silence, cues. "
                "The table of evidence below lists every numbered event."
            ),
            charts.timeline(drawn, cues, call["call_s"], charts.WIDE),
            charts.timeline(drawn, cues, call["call_s"], charts.NARROW),
        ),
        "rows": [_numbered_row(event, cues) for event in numbered],
        "cues": [_cue_text(cue) for cue in cues],
        "others": _others(events),
    }


def sentence(call: Mapping[str, Any], numbered: Sequence[Mapping[str, Any]]) -> str:
    """A few plain sentences: what went well first, then the first thing to look at."""
    speech, length = call["agent_s"] + call["customer_s"], words.duration(call["call_s"])
    if speech:
        share = words.percent(100 * call["agent_s"] / speech)
        said = [_("In {length} you had {share} of the speech.", length=length, share=share)]
    else:
        said = [_("In {length} nobody spoke.", length=length)]
    said += [*_well(call), _talk_overs(call, numbered)]
    return glue(said)


def _well(call: Mapping[str, Any]) -> list[str]:
    """What went well, in a sentence if there is any."""
    times = call["acknowledgements"]
    if times and call["opening_whole"]:
        return [
            plural(
                "You acknowledged once and left the customer's opening whole.",
                "You acknowledged {n} times and left the customer's opening whole.",
                times,
            )
        ]
    if times:
        return [plural("You acknowledged once.", "You acknowledged {n} times.", times)]
    return [_("You left the customer's opening whole.")] if call["opening_whole"] else []


def _talk_overs(call: Mapping[str, Any], numbered: Sequence[Mapping[str, Any]]) -> str:
    first = next((event for event in numbered if event["kind"] == "talk-over"), None)
    if first is None:
        return _("No talk-over was logged.")
    return plural(
        "One talk-over: at {at}, with {joint} of joint speech.",
        "{n} talk-overs: the first at {at}, with {joint} of joint speech.",
        call["talk_overs"],
        at=words.minutes(first["onset_s"]),
        joint=words.duration(first["overlap_s"]),
    )


def _split(call: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Parts of the conversation in %, which add up to 100."""
    total, joint = call["call_s"], call["joint_s"]
    alone = max(call["agent_s"] - joint, 0.0), max(call["customer_s"] - joint, 0.0)
    quiet = max(total - sum(alone) - joint, 0.0)
    parts = (
        (noted("You"), "agent", alone[0]),
        (noted("Both"), "alert", joint),
        (noted("Customer"), "customer", alone[1]),
        (noted("Neither"), "band", quiet),
    )
    return [
        {"name": _(name), "colour": colour, "pct": 100 * seconds / total, "text": words.duration(seconds)}
        for name, colour, seconds in parts
    ]


def _facts(call: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(title, value, what it rests on) of the call's own figures."""
    gap = _("{s} s", s=words.number(call["gap_median_s"])) if call["gap_count"] else words.NONE
    customer = _("in {time} of customer talk", time=words.duration(call["customer_s"]))
    return [
        (_("Acknowledgements"), words.count(call["acknowledgements"]), customer),
        (_("Talk-overs"), words.count(call["talk_overs"]), customer),
        (_("Dead air"), words.count(call["dead_air_count"]), _dead_air(call)),
        (
            _("Longest talk"),
            words.duration(call["longest_agent_s"]),
            plural("of {n} turn", "of {n} turns", call["agent_turns"]),
        ),
        (_("Response gap"), gap, _("median, n = {n}", n=words.count(call["gap_count"]))),
    ]


def _dead_air(call: Mapping[str, Any]) -> str:
    if not call["dead_air_count"]:
        return _("no long silence")
    return _("{time} in all", time=words.duration(call["dead_air_s"]))


def _of_call(facts: Facts, name: str, hop: str, call: Mapping[str, Any]) -> list[Row]:
    table = facts.log(name)
    keys = ("unit", "log_id", "boot", "call")
    mine = table.filter([table[key] == call[key] for key in keys])
    return facts.rows(mine.order_by(hop))


def _events(facts: Facts, call: Mapping[str, Any]) -> list[Row]:
    rows = _of_call(facts, "events", "onset_hop", call)
    for row in rows:
        row["onset_s"] = (row["onset_hop"] - call["start_hop"]) * HOP_MS / 1000
        in_seconds(row)
    return [
        row for row in rows if row["kind"] in vocabulary.EVENT_TITLES
    ]  # a newer clip's kinds have no lane here


def in_seconds(event: Row) -> None:
    """Add floor_s, overlap_s and duration_s to an event of the log."""
    for name in ("floor", "overlap", "duration"):
        event[f"{name}_s"] = event[f"{name}_hops"] * HOP_MS / 1000


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


def _numbered_row(event: Mapping[str, Any], cues: Sequence[Row]) -> dict[str, Any]:
    """Evidence of an event of the call shown, with its number, its place in the call and its cues."""
    given = [cue for cue in cues if cue["reason_hop"] == event["onset_hop"] and cue["kind"] == event["kind"]]
    return {
        **evidence(event),
        "number": event["label"],
        "at": words.minutes(event["onset_s"]),
        "cue": "; ".join(_cue_text(cue) for cue in given) or _("none"),
    }


def evidence(event: Mapping[str, Any]) -> dict[str, Any]:
    """What an event rests on, in words; the event has floor_s, overlap_s and duration_s."""
    return {
        "kind": event["kind"],
        "title": _(vocabulary.EVENT_TITLES[event["kind"]]),
        "detail": _detail(event),
        "lasted": words.duration(event["duration_s"]),
        "joint": words.duration(event["overlap_s"]) if event["overlap_s"] else words.NONE,
        "floor": _floor(event),
        "levels": _levels(event),
        "sure": words.percent(100 * event["confidence"] / 255),
    }


def _floor(event: Mapping[str, Any]) -> str:
    time = words.duration(event["floor_s"])
    if event["floor"] == "customer":
        return _("customer, for {time}", time=time)
    return _("you, for {time}", time=time) if event["floor"] == "agent" else words.NONE


def _levels(event: Mapping[str, Any]) -> str:
    agent, customer = level_dbfs(event["agent_level_q8"]), level_dbfs(event["customer_level_q8"])
    said = [] if agent is None else [_("you {level}", level=words.number(agent))]
    said += [] if customer is None else [_("customer {level}", level=words.number(customer))]
    return listed(said) or words.NONE


def _detail(event: Mapping[str, Any]) -> str:
    doubts = [vocabulary.DOUBTS.get(doubt, doubt) for doubt in (event["doubts"] or "").split()]
    how = vocabulary.SUBTYPES.get(event["subtype"], "")
    return listed(_(said) for said in [*doubts, *([how] if how else [])])


def _cue_text(cue: Mapping[str, Any]) -> str:
    held = [vocabulary.SUPPRESSED.get(cue["suppressed"], cue["suppressed"])] if cue["suppressed"] else []
    said = [*held, *(vocabulary.CUE_NOTES.get(note, note) for note in sorted(cue["notes"]))]
    text = f"{words.minutes(cue['at_s'])} {_(vocabulary.CUE_TITLES.get(cue['kind'], cue['kind']))}"
    return f"{text} ({listed(map(_, said))})" if said else text


def _others(events: Sequence[Row]) -> list[tuple[str, int]]:
    kinds = [kind for kind in vocabulary.EVENT_TITLES if kind not in NUMBERED]
    return [
        (_(vocabulary.EVENT_TITLES[kind]), sum(event["kind"] == kind for event in events)) for kind in kinds
    ]
