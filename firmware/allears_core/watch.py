# The newest hop: what must be decided at once. Asks for cues; whether one is given is the budget's business.
from . import cues
from .compat import const
from .params import hops_up

_SHARE_CLEAR_PCT = const(5)  # the share has to fall so far below its limit before it can rise above it again


class Watch:
    """Compares the running conversation with the cue rules.

    cue(kind, onset_hop or None) -> at_hop asks for a cue; escalate(at_hop) makes a dead-air cue firm.
    share_pct: the agent's talk share, 255 while unknown.
    """

    def __init__(self, settings, window, hold, line, events, cue, escalate):
        self._window = window
        self._hold = hold
        self._line = line
        self._events = events
        self._cue = cue
        self._escalate = escalate
        self._joint_need = hops_up(
            max(settings.talk_over_cue_ms, settings.early_answer_ms + settings.network_delay_ms)
        )
        # What has not settled cannot add more than its own length: most onsets need no closer look yet.
        self._settled_need = self._joint_need - window.lag
        self._floor_need = hops_up(settings.floor_min_ms)
        self._turn_gap = hops_up(settings.turn_gap_ms)
        self._long_turn = hops_up(settings.positive_turn_ms)
        self._positive_turns = settings.positive_turns
        self._share_limit = settings.share_limit_pct
        self._soft = events.dead_air.soft
        self._firm = events.dead_air.firm
        self.reset()

    def reset(self):
        """A call begins."""
        self.share_pct = 255
        self._share_above = False
        self._positive_given = False
        self._silence_start = -1
        self._silence_cue = None
        self._silence_firm = False

    def step(self, hop):
        """One hop inside a call; window and events have been stepped."""
        events = self._events
        if events.turns.pending:
            self._overlap(hop)
        if hop + 1 - self._window.silent_from >= self._soft:
            self._silence(hop)
        talk = events.monologue
        if talk.open and hop + 1 - talk.start >= talk.limit:
            self._monologue(hop, talk)
        if hop & 3 == 0:
            self._share()
        if not self._positive_given and events.left_whole + 1 >= self._positive_turns:
            self._positive(hop)

    def _overlap(self, hop):
        for onset in self._events.turns.pending:
            if (
                onset.overlap >= self._settled_need
                and onset.cued is None
                and onset.overlapping
                and not onset.simultaneous
            ):
                if onset.floor_hops >= self._floor_need and not onset.ended():
                    self._talked_over(onset, hop)

    def _talked_over(self, onset, hop):
        overlap = onset.overlap
        if self._turns_go_on(hop):
            overlap += self._window.joint_tail(onset.t0, hop)
        if overlap >= self._joint_need:
            onset.cued = self._cue(cues.TALK_OVER, onset.t0)

    def _turns_go_on(self, hop):
        """False if speech that has not settled follows a pause that ended its side's turn: it belongs to the next."""
        turns = self._events.turns
        window = self._window
        first = window.hop + 1
        return turns.agent.reaches(window.agent_bursts.next_active(first, hop)) and turns.customer.reaches(
            window.customer_bursts.next_active(first, hop)
        )

    def _silence(self, hop):
        window = self._window
        if window.agent_bursts.begins_at(hop) or window.customer_bursts.begins_at(hop):
            return  # perhaps a burst: known in a moment
        if self._hold.sure or self._line.closed:
            return  # somebody is looked for, or gone
        start = max(window.silent_from, self._hold.last + 1)
        if start != self._silence_start:
            self._silence_start = start
            self._silence_cue = None
            self._silence_firm = False
        silence = hop + 1 - start
        # While there are signs of hold the soft cue waits: the firm one's time is early enough for a doubtful case.
        least = self._firm if self._hold.doubt else self._soft
        if silence >= least and self._silence_cue is None:
            self._silence_cue = self._cue(cues.DEAD_AIR, start)
        elif silence >= self._firm and not self._silence_firm:
            self._silence_firm = True
            self._escalate(self._silence_cue)

    def _monologue(self, hop, talk):
        if talk.cued is None and self._window.agent_bursts.active_at(hop) and talk.goes_on(self._window, hop):
            talk.cued = self._cue(cues.MONOLOGUE, talk.start)

    def _share(self):
        window = self._window
        self.share_pct = self._events.share.percent(window.agent_bursts.tail, window.customer_bursts.tail)
        limit = self._share_limit
        if self.share_pct == 255:
            return
        if self.share_pct > limit:
            if not self._share_above:
                self._cue(cues.TALK_SHARE, None)
            self._share_above = True
        elif self.share_pct <= limit - _SHARE_CLEAR_PCT:
            self._share_above = False

    def _positive(self, hop):
        if self._events.left_whole >= self._positive_turns or self._left_whole(hop):
            self._positive_given = True
            self._cue(cues.POSITIVE, None)

    def _left_whole(self, hop):
        """True from the hop that ends a long turn of the customer left whole, before that has settled."""
        turn = self._events.turns.customer
        bursts = self._window.customer_bursts
        ended = turn.open and bursts.confirmed_last == turn.last and hop - turn.last >= self._turn_gap
        if not ended or bursts.pending or turn.hops() < self._long_turn:
            return False
        return not self._events.harmed(turn.start)
