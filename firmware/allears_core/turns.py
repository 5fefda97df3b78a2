# Turns, the floor, and what became of every time the agent began to speak. Works on settled hops (bursts.py).
# Definitions: docs/conversation.md; sources there.
from .bursts import NEVER
from .params import hops, hops_up
from .records import EVENT_KINDS, FLOORS, SUBTYPES

SIMULTANEOUS = EVENT_KINDS.index("simultaneous-start")
ACKNOWLEDGEMENT = EVENT_KINDS.index("acknowledgement")
EARLY_ANSWER = EVENT_KINDS.index("early-answer")
TALK_OVER = EVENT_KINDS.index("talk-over")
OVERLAP_OTHER = EVENT_KINDS.index("overlap-other")
DEAD_AIR = EVENT_KINDS.index("dead-air")
MONOLOGUE = EVENT_KINDS.index("monologue")
LOUD_CUSTOMER = EVENT_KINDS.index("loud-customer")
MUTUAL = SUBTYPES.index("mutual")
FLOOR_TAKEN = SUBTYPES.index("floor-taken")
ATTEMPT = SUBTYPES.index("attempt")
FLOOR_NONE = FLOORS.index("none")
FLOOR_CUSTOMER = FLOORS.index("customer")

_FOR_EVER = 1 << 28  # a hop long after any other
_WAIT = -1  # the class cannot be known yet


class Turn:
    """One side's turn: bursts with own gaps shorter than turn_gap_ms.

    gap: hops of silence that end it; open: 1 from the first active hop until the gap has lasted; start, last: first and
    newest active hop; opened, closed: 1 on the hop at which it began or was known to be over;
    end: last hop of the turn before this one; bursts: how many so far; quiet_before: hops of joint silence before it.
    """

    def __init__(self, gap_hops):
        self.gap = gap_hops
        self.reset()

    def reset(self):
        self.open = 0
        self.start = NEVER
        self.last = NEVER
        self.end = NEVER
        self.bursts = 0
        self.quiet_before = 0
        self.opened = 0
        self.closed = 0

    def speak(self, hop, spoken):
        """A settled hop with speech; `spoken`: the newest one before it in which either side spoke."""
        if not self.open:
            self.open = self.opened = 1
            self.start = hop
            self.bursts = 1
            self.quiet_before = hop - 1 - spoken
        elif hop - self.last > 1:
            self.bursts += 1
        self.last = hop

    def close(self):
        """End the turn now, at its newest active hop."""
        self.open = 0
        self.closed = 1
        self.end = self.last

    def reaches(self, hop):
        """True if speech at `hop`, the next after `last`, would still belong to this turn."""
        return hop - self.last <= self.gap

    def hops(self):
        """Length so far, hops."""
        return self.last - self.start + 1


class Onset:
    """An agent turn's beginning and all that is needed to say later what it was.

    t0: its hop; overlapping: 1 if the customer was active within the last 0.2 s; floor_hops: how long the customer
    had held the floor; overlap: hops of joint speech since t0; agent_end, customer_end: None while the turn is open.
    Used again for a later one when settled: the clip asks nothing of the heap for a word of the agent's.
    """

    def __init__(self, customer):
        self.begin(NEVER, customer, NEVER)

    def begin(self, t0, customer, answered):
        """Start anew; customer: their turn."""
        self.t0 = t0
        self.customer_start = customer.start if customer.open else NEVER
        self.floor_hops = 0
        self.overlapping = 0
        self.simultaneous = 0
        self.answered = answered  # last hop of the customer turn that this onset may be answering, or NEVER
        self.in_floor = 0
        self.overlap = 0
        self.agent_end = None
        self.agent_hops = 0
        self.agent_bursts = 0
        self.customer_last = customer.last
        self.customer_end = None if customer.open else customer.last
        self.cued = None  # hop at which a cue was decided on
        self.agent_level = 0
        self.customer_level = 0
        self.logit = 0

    def meet(self, window):
        """A settled hop of joint speech."""
        self.overlap += 1
        self.agent_level += window.agent_level
        self.customer_level += window.customer_level
        self.logit += min(window.agent_logit, window.customer_logit)

    def ended(self):
        return self.agent_end is not None or self.customer_end is not None

    def duration(self):
        """Hops from t0 to the earlier end of the two turns."""
        ends = [end for end in (self.agent_end, self.customer_end) if end is not None]
        return max(0, min(ends) - self.t0 + 1)

    def mean(self, total, otherwise):
        """A sum over the joint hops as a mean; `otherwise` when there were none."""
        return total // self.overlap if self.overlap else otherwise


class Turns:
    """Feeds settled hops to both turns and settles every agent onset into one class, in the order of the design.

    report(onset, kind, subtype): called when an onset is classified; kind is None for a turn without any overlap.
    grace: hops of overlap that an early answer may take.
    """

    def __init__(self, settings, report):
        self._report = report
        self._same = hops(settings.same_onset_ms)
        self._quiet_needed = hops_up(settings.same_onset_ms)
        self._ack = hops(settings.ack_max_ms)
        self.grace = hops(settings.early_answer_ms + settings.network_delay_ms)
        self._floor_min = hops_up(settings.floor_min_ms)
        self._long_turn = hops(settings.ack_max_ms)
        self._mutual = hops(settings.mutual_ms)
        gap = hops_up(settings.turn_gap_ms)
        self.agent = Turn(gap)
        self.customer = Turn(gap)
        self._news = False
        self.pending = []
        self._spare = [Onset(self.customer), Onset(self.customer)]

    def reset(self):
        self.agent.reset()
        self.customer.reset()
        self._news = False  # a turn opened, went on after a gap, or closed with the newest hop
        while self.pending:
            self._spare.append(self.pending.pop())

    def step(self, window):
        """One settled hop of `window`. True if a turn ended with it."""
        if self._news:
            self._forget_news()
        customer = self.customer
        hop = window.hop
        if window.customer:
            if customer.last == hop - 1 and customer.open:
                customer.last = hop  # by far the most frequent case
            else:
                customer.speak(hop, window.spoken)
                self._news = True
        elif customer.open and hop - customer.last >= customer.gap:
            customer.close()
            self._news = True
        agent = self.agent
        if window.agent:
            if agent.last == hop - 1 and agent.open:
                agent.last = hop
            else:
                agent.speak(hop, window.spoken)
                self._news = True
                if agent.opened:
                    self.pending.append(self._onset(hop))
        elif agent.open and hop - agent.last >= agent.gap:
            agent.close()
            self._news = True
        if self.pending:
            self._follow(window)
            self._settle(hop)
        return self._news and (agent.closed or customer.closed)

    def _forget_news(self):
        self._news = False
        self.agent.opened = self.agent.closed = 0
        self.customer.opened = self.customer.closed = 0

    def finish(self):
        """No more sound: both turns end where they stand and every onset is settled."""
        self._forget_news()
        for turn in (self.agent, self.customer):
            if turn.open:
                turn.close()
        for onset in self.pending:
            self._note_ends(onset)
        self._settle(_FOR_EVER)

    def floor_start(self):
        """First hop of the customer's floor, if they hold it: start of their turn, or end of the agent's last turn."""
        return max(self.customer.start, self.agent.end + 1)

    def _onset(self, hop):
        customer = self.customer
        answered = customer.last if customer.last > self.agent.end else NEVER
        onset = self._spare.pop() if self._spare else Onset(customer)
        onset.begin(hop, customer, answered)
        if customer.open:
            self._meets(onset, hop)
        return onset

    def _meets(self, onset, hop):
        """The agent's turn begins in the customer's: how far into it, and together with it?"""
        customer = self.customer
        onset.overlapping = 1 if hop - customer.last - 1 <= self._same else 0  # silent for 0.2 s at most
        onset.floor_hops = max(0, hop - self.floor_start())
        together = hop - customer.start <= self._same and customer.quiet_before >= self._quiet_needed
        onset.simultaneous = 1 if together else 0

    def _follow(self, window):
        if self.customer.opened:
            self._together(window.hop)
        for onset in self.pending:
            if onset.customer_start == self.customer.start and window.customer:
                onset.customer_last = window.hop
                onset.in_floor = 1
            if window.agent and window.customer and not onset.ended():
                onset.meet(window)
            self._note_ends(onset)

    def _together(self, hop):
        """The customer's turn begins: together with the agent's newest one?"""
        newest = self.pending[-1]
        customer = self.customer
        if newest.t0 < hop <= newest.t0 + self._same and newest.agent_end is None:
            if self.agent.quiet_before >= self._quiet_needed and not newest.overlapping:
                newest.simultaneous = 1
                newest.floor_hops = 0  # an earlier turn may still have seemed open: it was over
                newest.customer_start = customer.start
                newest.customer_end = None

    def _note_ends(self, onset):
        if onset.agent_end is None:
            onset.agent_hops = self.agent.hops()
            onset.agent_bursts = self.agent.bursts
            if self.agent.closed:
                onset.agent_end = self.agent.end
        if (
            onset.customer_end is None
            and self.customer.closed
            and onset.customer_start == self.customer.start
        ):
            onset.customer_end = self.customer.end

    def _settle(self, hop):
        at = 0
        while at < len(self.pending):
            onset = self.pending[at]
            kind = self._class_of(onset, hop)
            if kind == _WAIT:
                at += 1
            else:
                subtype = self._subtype(onset) if kind == TALK_OVER else 0
                self._report(onset, kind, subtype)
                self._spare.append(self.pending.pop(at))

    def _class_of(self, onset, hop):
        """The class, None for an onset that met nobody, or _WAIT while it cannot be known."""
        if onset.simultaneous:
            return SIMULTANEOUS if onset.ended() else _WAIT
        acknowledged = self._acknowledgement(onset)
        if acknowledged:
            return acknowledged
        if not onset.overlapping:
            # In silence: nothing, once the customer can no longer begin together with it.
            return _WAIT if hop - onset.t0 < self._same else None
        if onset.customer_last - onset.t0 < self.grace:
            return _WAIT if onset.customer_end is None else EARLY_ANSWER
        if not onset.ended():
            return _WAIT
        if onset.floor_hops < self._floor_min or onset.overlap <= self.grace:
            return OVERLAP_OTHER
        if onset.agent_hops > self._long_turn:
            return TALK_OVER
        return OVERLAP_OTHER if onset.agent_end is not None else _WAIT

    def _acknowledgement(self, onset):
        """ACKNOWLEDGEMENT, _WAIT, or 0 when it cannot be one."""
        if onset.agent_bursts > 1 or onset.agent_hops > self._ack or onset.customer_start == NEVER:
            return 0
        if onset.agent_end is None:
            return _WAIT
        if onset.in_floor:
            return ACKNOWLEDGEMENT
        return _WAIT if onset.customer_end is None else 0

    def _subtype(self, onset):
        if onset.overlap > self._mutual:
            return MUTUAL
        if onset.agent_end is None:
            return FLOOR_TAKEN
        if onset.customer_end is not None and onset.customer_end < onset.agent_end:
            return FLOOR_TAKEN
        return ATTEMPT
