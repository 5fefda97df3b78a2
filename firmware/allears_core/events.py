# Settled hops -> events and the call's measures. Nothing here hurries: watch.py decides what is said at once.
from . import turns
from .baseline import Baseline
from .loudness import LoudCustomer
from .measures import Measures
from .params import LEVEL_FLOOR_Q8, hops_up
from .records import CALL, DOUBTS, EVENT
from .session import Session
from .silence import DeadAir
from .talk import Monologue, TalkShare
from .turns import Turns

DOUBT_HOLD = 1 << DOUBTS.index("hold")
DOUBT_SOUND = 1 << DOUBTS.index("sound")


class Events:
    """Follows a conversation and emits EVENT and CALL records.

    hold: the line's state (hold.py); check: the sound's (soundcheck.py); emit(layout, values);
    withdraw(cue_hop): a cue given for what turned out to be good listening or an early answer;
    left_whole: customer turns of positive_turn_ms or more in this call that nobody talked over.
    """

    def __init__(self, settings, calls, hold, check, emit, withdraw):
        self._settings = settings
        self._calls = calls
        self._hold = hold
        self._check = check
        self._emit = emit
        self._withdraw = withdraw
        self._settings_id = settings.crc() & 0xFFFF
        self.turns = Turns(settings, self._classified)
        self.monologue = Monologue(settings)
        self.share = TalkShare(settings)
        self.dead_air = DeadAir(settings)
        self.measures = Measures()
        self.session = Session(emit)
        self.baseline = Baseline()
        self.left_whole = 0
        self._loud = LoudCustomer(settings)
        # A method that runs at every hop is bound once: the chip looks for it in the instance first, in vain.
        self._step_silence = self.dead_air.step
        self._step_turns = self.turns.step
        self._step_monologue = self.monologue.step
        self._step_loud = self._loud.step
        self._step_share = self.share.step
        self._step_measures = self.measures.step
        self._harmed = None  # start of the newest customer turn that was talked over

    def begin(self):
        """A call has opened."""
        self.measures.reset(self._calls.start)
        self.share.reset()
        self._loud.reset()
        self.left_whole = 0

    def step(self, window):
        """One settled hop."""
        agent = window.agent
        customer = window.customer
        if agent or customer:
            if self.dead_air.judged:
                self._speech_after_silence()
        elif self._step_silence(window, self._hold):
            self._silence_ended()
        if self._step_turns(window):
            self._closed_turns()
        if self._step_monologue(window):
            self._monologue_ended()
        if customer and not agent and self._step_loud(window):
            self._loud_ended()
        if self._calls.open:
            self._step_share(agent, customer)
            if agent or customer:
                self._step_measures(window)

    def finish(self):
        """The sound ends: what is open ends with it. A silence is no dead air: nothing tells that the call went on."""
        self.turns.finish()
        self._closed_turns()
        if self.monologue.open:
            self._monologue_ended()

    def end_call(self):
        """Emit what is left of the call and its CALL record."""
        if self._loud.close():
            self._loud_ended()
        self.measures.customer_start = self._loud.reference()
        values = self.measures.values(self._calls.number, self._calls.end)
        values["usual_level_q8"] = self.baseline.level_q8()
        values["usual_pace_q4"] = self.baseline.pace_q4()
        values["ended_by"] = self._calls.ended_by
        self._emit(CALL, values)
        self.session.add(values)
        self.baseline.add(values["agent_hops"], values["agent_level_q8"], values["pace_q4"])

    def reset(self):
        """Forget all but the settings; the next hop is the first."""
        self.turns.reset()
        self.monologue.reset()
        self.share.reset()
        self.dead_air.reset()
        self._loud.reset()
        self._harmed = None

    def _classified(self, onset, kind, subtype):
        self.measures.onset(onset, kind)
        if kind is not None:
            self._tell(onset, kind, subtype)

    def _tell(self, onset, kind, subtype):
        if kind == turns.TALK_OVER:
            self._harmed = onset.customer_start
        self._event(
            kind,
            onset.t0,
            onset.agent_hops if kind == turns.ACKNOWLEDGEMENT else onset.duration(),
            subtype=subtype,
            overlap=onset.overlap,
            floor_hops=onset.floor_hops,
            agent_level=onset.mean(onset.agent_level, LEVEL_FLOOR_Q8),
            customer_level=onset.mean(onset.customer_level, LEVEL_FLOOR_Q8),
            logit=onset.mean(onset.logit, 0),
        )
        if onset.cued is not None and kind in (turns.ACKNOWLEDGEMENT, turns.EARLY_ANSWER):
            self._withdraw(onset.cued)

    def _closed_turns(self):
        if self.turns.agent.closed:
            self.measures.agent_turns += 1
        turn = self.turns.customer
        if not turn.closed:
            return
        harmed = self.harmed(turn.start)
        self.measures.customer_turn(turn.hops(), not harmed)
        if not harmed and turn.hops() >= hops_up(self._settings.positive_turn_ms):
            self.left_whole += 1

    def harmed(self, start):
        """True if the customer's turn from `start` was talked over, or an onset not yet classified has already taken
        more of it than an early answer may."""
        if self._harmed == start:
            return True
        for onset in self.turns.pending:  # noqa: SIM110  the generator of any() would come from the heap, at every hop
            if onset.customer_start == start and onset.overlap > self.turns.grace:
                return True
        return False

    def _speech_after_silence(self):
        if self.dead_air.hops >= self.dead_air.soft:
            self._silence_ended()
        else:
            self.dead_air.clear()

    def _silence_ended(self):
        silence = self.dead_air
        if self._calls.established and silence.start > self._calls.start:
            self.measures.dead_air(silence.hops)
            self._event(
                turns.DEAD_AIR,
                silence.start,
                silence.hops,
                logit=-silence.mean_logit(),
                doubts=DOUBT_HOLD if silence.doubt else 0,
            )
        silence.clear()

    def _monologue_ended(self):
        length = self.monologue.hops()
        if self._calls.established:
            self.measures.talk(length, length >= self.monologue.limit)
            if length >= self.monologue.limit:
                self._monologue_was(self.monologue)

    def _monologue_was(self, talk):
        level = talk.level // talk.active
        logit = talk.logit // talk.active
        self._event(turns.MONOLOGUE, talk.start, talk.hops(), agent_level=level, logit=logit)

    def _loud_ended(self):
        loud = self._loud
        self.measures.counts[turns.LOUD_CUSTOMER] += 1
        self._event(turns.LOUD_CUSTOMER, loud.start, loud.last - loud.start + 1, customer_level=loud.level)

    def _event(
        self,
        kind,
        onset,
        duration,
        subtype=0,
        overlap=0,
        floor_hops=0,
        agent_level=LEVEL_FLOOR_Q8,
        customer_level=LEVEL_FLOOR_Q8,
        logit=0,
        doubts=0,
    ):
        values = {
            "call": self._calls.number,
            "kind": kind,
            "subtype": subtype,
            "onset_hop": onset,
            "duration_hops": duration,
            "overlap_hops": overlap,
            "floor": turns.FLOOR_CUSTOMER if floor_hops else turns.FLOOR_NONE,
            "floor_hops": floor_hops,
            "agent_level_q8": agent_level,
            "customer_level_q8": customer_level,
            "confidence": max(0, min(255, logit >> 3)),
            "settings_id": self._settings_id,
            "doubts": doubts | (DOUBT_SOUND if self._check.trouble else 0),
        }
        self.measures.doubts |= values["doubts"]
        self._emit(EVENT, values)
