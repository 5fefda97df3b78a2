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
    cues.CONFIRM. Attributes: guide, the exercise under way (guide.py); hop, hops since boot; agent, customer: 1 while
    they speak, by the newest hop's causal decision (the customer never while hold music is known as such);
    in_call, paused, silent: flags; state: one of records.STATES; trouble: why the sound cannot be judged, one of
    soundcheck.TROUBLES, "" while it can; events: events.py's, with the shift's sums and what is usual for the agent;
    behind_hops: set by the caller, how much sound waits unjudged.
    """

    # No property here: on the chip a store to any attribute would then cost six times as much, and there are some at
    # every hop. A method that runs at every hop is bound once: it is looked for in the instance first, in vain; but
    # with more than four arguments a bound one takes room for them from the heap. So does a function that passes eleven
    # words of locals and stack, and the search for room costs more than all the rest.

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
        self.events = Events(settings, self._calls, self._hold, self._check, emit, self._withdraw)
        self._watch = Watch(
            settings, self._window, self._hold, self._calls.line, self.events, self._cue, self._escalate
        )
        self._bind()
        self.budget = cues.Budget(settings)
        self.hop = 0
        self.behind_hops = 0
        self.agent = 0
        self.customer = 0
        self.in_call = 0
        self.trouble = ""
        self.paused = 0
        self.silent = 1
        self.state = "ready"
        self.cue_hop = None  # newest cue shown
        self.call_end = None  # last hop of the newest call
        self._blank_from = 0
        self._blank_until = 0
        self.guide = Guide()
        self._gestures = Gestures(settings, self)

    def _bind(self):
        self._hear = self._listen
        self._follow = self._judge
        self._detect = self._detector.step
        self._step_check = self._check.step
        self._step_hold = self._hold.step
        self._step_pace = self.events.measures.pace.step
        self._step_line = self._calls.line.step
        self._step_calls = self._calls.step
        self._step_events = self.events.step
        self._step_watch = self._watch.step

    def know(self, baseline):
        """Go on from what the clip knew of its agent before."""
        self.events.baseline = baseline

    def share_pct(self):
        """Agent's talk share in the window, 0-100, 255 while unknown."""
        return self._watch.share_pct if self.in_call else 255

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
                self.events.measures.blanked_hops += 1  # the motor runs: the last decisions stand
            else:
                self._detect(logits)
                self.agent = self._detector.agent
                if self.hop == self._blank_until:
                    self._end_blank()
                if heard is not None:
                    self._hear(heard)
            self.customer = 0 if self._hold.masks else self._detector.customer
            self._window.step(self.hop, self.agent, self.customer, logits, level)
            self._follow()
        self.hop += 1

    def finish(self):
        """The sound ends here (pause, end of a recording, shutdown): settle all that is open."""
        window = self._window
        for ahead in range(window.lag):  # silence lets the newest hops settle; the clock does not move
            window.step(self.hop + ahead, 0, 0, _QUIET, _QUIET_LEVEL)
            if window.hop >= 0:
                self.events.step(window)
        self._hold.end()
        if self._calls.established:
            self._follow_hold()
        self.end_guide()
        self.events.finish()
        if self._calls.open:
            self._calls.close(BY_SOUND)
        if self._calls.ended:
            self._end_call()
        window.reset()
        self._check.reset()
        self._hold.reset()
        self._calls.reset()
        self.events.reset()
        self._detector.reset()
        self.agent = 0
        self.customer = 0
        self.trouble = ""
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
        self.events.session = before.events.session
        self.events.baseline = before.events.baseline

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

    def _end_blank(self):
        self._window.retract(self._blank_from, self.hop, self.agent, self._detector.customer)

    def _listen(self, heard):
        agent = self.agent
        customer = self._detector.customer
        self._step_check(heard)
        if self._check.changed:
            self._tell_trouble()
        if self.trouble:
            self.events.measures.blanked_hops += 1
        hold = self._hold
        self._step_hold(self.hop, heard, agent, customer)
        self._step_pace(heard.bands, agent)
        if self._calls.open:
            self._step_line(heard.level[1], heard.peak[1], agent or customer or hold.sure)

    def _tell_trouble(self):
        self.trouble = self._check.trouble
        self._emit(HEALTH, self._check.values(self.hop))

    def _judge(self):
        hop = self.hop
        window = self._window
        calls = self._calls
        self._step_calls(window, self._hold, hop)
        if calls.news:
            self._follow_call()
        if calls.established and (self._hold.began or self._hold.ended):
            self._follow_hold()
        if window.hop >= 0:
            self._step_events(window)
        if calls.established:
            self._step_watch(hop)
        elif calls.ended:
            self._end_call()
        self.silent = 1 if hop - window.silent_from >= window.lag else 0

    def _follow_call(self):
        calls = self._calls
        if calls.opened:
            self.end_guide()
            self._hold.new_call()
            self.budget.new_call()
            self.events.begin()
            self._watch.reset()
        if calls.began:
            self.in_call = 1
            self.set_state("talk", calls.start)
        if calls.retracted:
            self.in_call = 0
            self.set_state("ready", self.hop)

    def _follow_hold(self):
        hold = self._hold
        if hold.began:
            self.set_state("hold", max(hold.start, self._calls.start))
        elif hold.ended and self.state == "hold":
            self.events.measures.hold_hops += hold.last + 1 - max(hold.start, self._calls.start)
            self.set_state("talk", hold.last + 1)

    def _end_call(self):
        self.events.end_call()
        self.call_end = self._calls.end
        self.in_call = 0
        self._calls.ended = 0
        self.set_state("ready", self.call_end + 1)

    # -- cues --------------------------------------------------------------------------------------------------------

    def _cue(self, kind, onset):
        """Decide on a cue now, log it, show it if the budget allows. Returns the hop of the decision."""
        suppressed = self.budget.judge(kind, self.hop, self.behind_hops, self.trouble)
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
            self.events.measures.cues += 1
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
