# The clip's judgement, hop by hop: decisions -> bursts -> turns, silence, talk -> events and cues -> records.
# Everything that can change an event or a cue happens here or below, on the clip and on the host alike.
from . import cues
from .bursts import Window
from .calls import BY_SOUND, Calls
from .detect import Detector
from .events import Events
from .fields import NONE_U16, NONE_U32
from .gestures import Gestures
from .guide import Guide
from .hold import Hold
from .params import HOP_MS, LEVEL_FLOOR_Q8, hops_up
from .records import CUE, CUE_NOTE, CUE_NOTES, HEALTH, MARK, MARKS, STATE, STATE_SOURCES, STATES
from .soundcheck import SoundCheck
from .watch import Watch

_QUIET = (0, 0, 0)
_QUIET_LEVEL = (LEVEL_FLOOR_Q8, LEVEL_FLOOR_Q8)


def _ignore(name):
    """No light to confirm with."""


class Conversation:
    """One stream of judged hops.

    emit(layout, values): a record to log. show(kind, strength): a cue to render. confirm(name): a light of
    cues.CONFIRM. Attributes: guide, the exercise under way (guide.py); hop, hops since boot;
    in_call, paused, silent: flags; state: one of records.STATES;
    behind_hops: set by the caller, how much sound waits unjudged.
    """

    def __init__(self, settings, thresholds, emit, show, confirm=_ignore):
        self._settings = settings
        self._emit = emit
        self._show = show
        self.confirm = confirm
        self._detector = Detector(thresholds["on_q8"], thresholds["off_q8"])
        self._window = Window(settings)
        self._check = SoundCheck()
        self._hold = Hold()
        self._calls = Calls(settings)
        self._events = Events(settings, self._calls, self._hold, self._check, emit, self._withdraw)
        self._watch = Watch(
            settings, self._window, self._hold, self._calls.line, self._events, self._cue, self._escalate
        )
        self.budget = cues.Budget(settings)
        self.hop = 0
        self.behind_hops = 0
        self.paused = 0
        self.silent = 1
        self.state = "ready"
        self.cue_hop = None  # newest cue shown
        self.call_end = None  # last hop of the newest call
        self._blank_from = 0
        self._blank_until = 0
        self.guide = Guide()
        self._gestures = Gestures(settings, self)

    @property
    def agent(self):
        """1 while the agent speaks, by this hop's causal decision."""
        return self._detector.agent

    @property
    def customer(self):
        """1 while the customer speaks, by this hop's causal decision; never for hold music that is known as such."""
        return 0 if self._hold.masks else self._detector.customer

    @property
    def baseline(self):
        """What is usual for this agent (baseline.py); the clip keeps it from one run to the next."""
        return self._events.baseline

    def know(self, baseline):
        """Go on from what the clip knew of its agent before."""
        self._events.baseline = baseline

    @property
    def session(self):
        """The sums of the shift (session.py)."""
        return self._events.session

    @property
    def trouble(self):
        """Why the sound cannot be judged now: one of soundcheck.TROUBLES, "" while it can."""
        return self._check.trouble

    @property
    def in_call(self):
        return self._calls.established

    @property
    def share_pct(self):
        """Agent's talk share in the window, 0-100, 255 while unknown."""
        return self._watch.share_pct if self._calls.established else 255

    def step(self, logits, level, heard=None):
        """Judge one hop. logits: Q8 [agent, customer, both]; level: dBFS Q8 [mouth, ear].

        heard: the hop's sound, an object with `bands` (48 log powers Q8, mouth then ear), `level` and `peak`
        (2 each), as the feature kernels fill it; None where there is no sound but only somebody's word for who
        speaks: then nothing is said about hold or the microphones.
        """
        if self.guide.name:
            self._follow_guide()
        if not self.paused:
            if self.hop < self._blank_until:
                self._events.measures.blanked_hops += 1  # the motor runs: the last decisions stand
            else:
                self._detector.step(logits)
                if self.hop == self._blank_until:
                    self._window.retract(
                        self._blank_from, self.hop, self._detector.agent, self._detector.customer
                    )
                if heard is not None:
                    self._listen(heard)
            self._judge(logits, level)
        self.hop += 1

    def finish(self):
        """The sound ends here (pause, end of a recording, shutdown): settle all that is open."""
        window = self._window
        for ahead in range(window.lag):  # silence lets the newest hops settle; the clock does not move
            window.step(self.hop + ahead, 0, 0, _QUIET, _QUIET_LEVEL)
            if window.hop >= 0:
                self._events.step(window)
        self._hold.end()
        if self._calls.established:
            self._follow_hold()
        self.end_guide()
        self._events.finish()
        if self._calls.open:
            self._calls.close(BY_SOUND)
        if self._calls.ended:
            self._end_call()
        window.reset()
        self._check.reset()
        self._hold.reset()
        self._calls.reset()
        self._events.reset()
        self._detector.reset()
        self.silent = 1

    def follow(self, before):
        """Go on where the finished conversation `before` stopped: the settings changed between two calls."""
        self.hop = before.hop
        self.paused = before.paused
        self.state = before.state
        self.budget = before.budget
        self.cue_hop = before.cue_hop
        self.call_end = before.call_end
        self._blank_from = before._blank_from
        self._blank_until = before._blank_until
        self._calls.number = before._calls.number
        self._events.session = before._events.session
        self._events.baseline = before._events.baseline

    def press(self, gesture):
        """A gesture of the button (button.py)."""
        self._gestures.press(gesture)

    def begin_guide(self, name):
        """Start an exercise of guide.py; False during a call, when there is none to be had."""
        if self.in_call:
            return False
        self.guide.start(name)
        self.mark(name)
        return True

    def end_guide(self):
        """End the exercise under way, if any."""
        self.guide.stop()

    def _follow_guide(self):
        """The exercise's motor is not to be heard as somebody's voice."""
        if self.guide.pulse and cues.exercise_uses(self._settings.profile)[0]:
            self._blank(self.hop, HOP_MS)
        self.guide.step()

    def _blank(self, first, motor_ms):
        """The motor runs for so long from hop `first`: the last decisions stand until it is still again."""
        if self.hop >= self._blank_until:
            self._blank_from = first
        self._blank_until = max(self._blank_until, first + hops_up(motor_ms + self._settings.motor_tail_ms))

    def _listen(self, heard):
        self._check.step(heard)
        if self._check.changed:
            self._emit(HEALTH, self._check.values(self.hop))
        if self._check.trouble:
            self._events.measures.blanked_hops += 1
        self._hold.step(self.hop, heard, self._detector.agent, self._detector.customer)
        self._events.measures.pace.step(heard.bands, self._detector.agent)
        self._calls.listen(heard, self._detector.agent or self._detector.customer or self._hold.sure)

    def _judge(self, logits, level):
        window = self._window
        window.step(self.hop, self._detector.agent, self.customer, logits, level)
        self._calls.step(window, self._hold, self.hop)
        if self._calls.opened:
            self.end_guide()
            self._hold.new_call()
            self.budget.new_call()
            self._events.begin()
            self._watch.reset()
        if self._calls.began:
            self.set_state("talk", self._calls.start)
        if self._calls.retracted:
            self.set_state("ready", self.hop)
        if self._calls.established and (self._hold.began or self._hold.ended):
            self._follow_hold()
        if window.hop >= 0:
            self._events.step(window)
        if self._calls.ended:
            self._end_call()
        elif self._calls.established:
            self._watch.step(self.hop)
        self.silent = 1 if self.hop - window.silent_since() >= window.lag else 0

    def _follow_hold(self):
        hold = self._hold
        if hold.began:
            self.set_state("hold", max(hold.start, self._calls.start))
        elif hold.ended and self.state == "hold":
            self._events.measures.hold_hops += hold.last + 1 - max(hold.start, self._calls.start)
            self.set_state("talk", hold.last + 1)

    def _end_call(self):
        self._events.end_call()
        self.call_end = self._calls.end
        self._calls.ended = 0
        self.set_state("ready", self.call_end + 1)

    # -- cues --------------------------------------------------------------------------------------------------------

    def _cue(self, kind, onset):
        """Decide on a cue now, log it, show it if the budget allows. Returns the hop of the decision."""
        suppressed = self.budget.judge(kind, self.hop, self.behind_hops, self._check.trouble)
        values = {
            "call": self._calls.number,
            "at_hop": self.hop,
            "kind": kind,
            "strength": cues.SOFT,
            "suppressed": suppressed,
            "reason_hop": NONE_U32 if onset is None else onset,
        }
        self._emit(CUE, values)
        if suppressed == cues.SHOWN:
            self._events.measures.cues += 1
            self._render(kind, cues.SOFT)
            self.cue_hop = self.hop
        return self.hop

    def _escalate(self, cue_hop):
        """A dead-air cue grows firm: the same cue, free of spacing, counted once. A suppressed one stays so."""
        if cue_hop is not None and cue_hop == self.cue_hop:
            self.note(cue_hop, "firm")
            self._render(cues.DEAD_AIR, cues.FIRM)

    def _render(self, kind, strength):
        pattern = cues.HAPTIC[kind][strength]
        if pattern and cues.haptic_allowed(self._settings.profile):
            self._blank(self.hop + 1, cues.pattern_ms(pattern))
        self._show(kind, strength)

    def _withdraw(self, cue_hop):
        self.note(cue_hop, "withdrawn")

    def note(self, cue_hop, note):
        self._emit(CUE_NOTE, {"at_hop": self.hop, "cue_hop": cue_hop, "note": CUE_NOTES.index(note)})

    # -- state -------------------------------------------------------------------------------------------------------

    def mark(self, name):
        known = self.in_call or self.call_end is not None
        call = self._calls.number if known else NONE_U16
        self._emit(MARK, {"hop": self.hop, "call": call, "mark": MARKS.index(name)})
        self.confirm(name)

    def set_state(self, state, hop, source="sound"):
        self.state = state
        self._emit(STATE, {"hop": hop, "state": STATES.index(state), "source": STATE_SOURCES.index(source)})
