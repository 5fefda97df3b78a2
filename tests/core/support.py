# Shared by the core tests. Plain Python for CPython and MicroPython: no pytest, no typing, own random numbers.
from array import array

from allears_core import records
from allears_core.conversation import Conversation
from allears_core.settings import PROFILES, Settings

LED_ONLY = PROFILES.index("led-only")
THRESHOLDS = {"on_q8": [0, 0], "off_q8": [0, 0]}
SPEAKS_Q8 = 1024  # logits of the test's own voice detector
SILENT_Q8 = -1024
AGENT_Q8 = -20 * 256  # level of the agent's speech, dBFS Q8
CUSTOMER_Q8 = -30 * 256
QUIET_Q8 = -60 * 256


class Lcg:
    """Numbers that are the same on every interpreter (Numerical Recipes' 32-bit generator, its high bits)."""

    def __init__(self, seed):
        self._state = seed & 0xFFFFFFFF

    def below(self, limit):
        """A whole number from 0 to limit - 1 (limit at most 65536)."""
        self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self._state >> 16) % limit

    def bytes(self, count):
        return bytes([self.below(256) for _ in range(count)])

    def between(self, low, high):
        return low + self.below(high - low + 1)


def raises(error, function, *arguments, **named):
    """The exception of type `error` that the call raises; fails if it raises none."""
    try:
        function(*arguments, **named)
    except error as raised:
        return raised
    raise AssertionError("nothing was raised")


def track(spans, hops):
    """Activity, one byte a hop, from half-open spans of hops."""
    active = bytearray(hops)
    for first, end in spans:
        for hop in range(first, min(end, hops)):
            active[hop] = 1
    return active


class Player:
    """A conversation that the test feeds with activity and asks for its records.

    records: (layout name, values) in order; shown: (hop, kind, strength) of every cue rendered; lights: confirmations.
    """

    def __init__(self, **settings):
        self.settings = Settings(settings)
        self.records = []
        self.shown = []
        self.lights = []
        self.talk = Conversation(self.settings, THRESHOLDS, self._emit, self._show, self.lights.append)
        self._logits = array("h", [0, 0, 0])
        self._level = array("h", [0, 0])

    def _emit(self, layout, values):
        read = layout.unpack(layout.pack(**values))  # what a log would give back
        self.records.append((layout.name, read))

    def _show(self, kind, strength):
        self.shown.append((self.talk.hop, records.CUE_KINDS[kind], records.CUE_STRENGTHS[strength]))

    def hop(self, agent, customer, agent_q8=AGENT_Q8, customer_q8=CUSTOMER_Q8):
        """One hop."""
        self._logits[0] = SPEAKS_Q8 if agent else SILENT_Q8
        self._logits[1] = SPEAKS_Q8 if customer else SILENT_Q8
        self._logits[2] = SPEAKS_Q8 if agent and customer else SILENT_Q8
        self._level[0] = agent_q8 if agent else QUIET_Q8
        self._level[1] = customer_q8 if customer else QUIET_Q8
        self.talk.step(self._logits, self._level)

    def play(self, agent=(), customer=(), hops=0):
        """Spans relative to now; `hops` long, or as long as the spans."""
        ends = [span[1] for span in agent] + [span[1] for span in customer]
        hops = hops or max(ends)
        agent = track(agent, hops)
        customer = track(customer, hops)
        for k in range(hops):
            self.hop(agent[k], customer[k])
        return self

    def finish(self):
        self.talk.finish()
        return self

    def values(self, name):
        """Values of every record of one name, in order."""
        return [values for found, values in self.records if found == name]

    def events(self, *kinds):
        """(kind, subtype, onset, duration, overlap) by onset; only of `kinds`, if any are named."""
        found = []
        for values in self.values("EVENT"):
            kind = records.EVENT_KINDS[values["kind"]]
            if not kinds or kind in kinds:
                found.append(
                    (
                        values["onset_hop"],
                        kind,
                        records.SUBTYPES[values["subtype"]],
                        values["duration_hops"],
                        values["overlap_hops"],
                    )
                )
        return [
            (kind, subtype, onset, length, overlap) for onset, kind, subtype, length, overlap in sorted(found)
        ]

    def kinds(self):
        """Names of the events by onset, "talk-over" with its subtype."""
        return [kind + (":" + subtype if subtype else "") for kind, subtype, _, _, _ in self.events()]

    def cues(self):
        """(kind, at_hop, suppressed) of every cue decided on."""
        found = self.values("CUE")
        return [
            (records.CUE_KINDS[v["kind"]], v["at_hop"], records.SUPPRESSIONS[v["suppressed"]]) for v in found
        ]

    def notes(self):
        """(note, at_hop, cue_hop) of every note on a cue."""
        return [(records.CUE_NOTES[v["note"]], v["at_hop"], v["cue_hop"]) for v in self.values("CUE_NOTE")]

    def states(self):
        """(state, hop, source) of every change of state."""
        return [
            (records.STATES[v["state"]], v["hop"], records.STATE_SOURCES[v["source"]])
            for v in self.values("STATE")
        ]


def judged(agent, customer, **settings):
    """Names of the events of one short scene played to its end, without the motor, which would blank some of it."""
    settings.setdefault("profile", LED_ONLY)
    return Player(**settings).play(agent, customer).finish().kinds()
