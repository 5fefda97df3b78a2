# Who talks for how long: the agent's monologue and the rolling talk share.
from .params import HOP_MS, hops, hops_up

_SLOT_HOPS = 5  # the share's window is kept in slots of 80 ms, one byte each: two counts of 0-5


class Monologue:
    """The agent's talk that no pause and no answer has ended.

    open: 1 while it runs; start, last: its first and newest hop; logit: sum of agent logits over agent hops.
    """

    def __init__(self, settings):
        self._pause = hops_up(settings.monologue_pause_ms)
        self._answer = hops(settings.monologue_answer_ms)
        self.limit = hops_up(settings.monologue_ms)
        self.reset()

    def reset(self):
        self.open = 0
        self.start = 0
        self.last = 0
        self.active = 0
        self.level = 0
        self.logit = 0
        self.cued = None
        self._answer_hops = 0

    def hops(self):
        return self.last - self.start + 1

    def step(self, window):
        """One settled hop. True if the talk ended with this hop: read start, last, then go on; it reopens by itself."""
        if window.customer:
            self._answer_hops += 1
            if self.open and self._answer_hops > self._answer:
                self.open = 0
                return True
        elif self._answer_hops:
            self._answer_hops = 0
        if window.agent:
            if not self.open:
                if self._answer_hops > self._answer:
                    return False
                self._begin(window.hop)
            self.last = window.hop
            self.active += 1
            self.level += window.agent_level
            self.logit += window.agent_logit
        elif self.open and window.hop - self.last >= self._pause:
            self.open = 0
            return True
        return False

    def goes_on(self, window, hop):
        """True unless a pause or an answer among the hops that have not settled, up to `hop`, has ended the talk."""
        last = self.last
        answer = self._answer_hops
        for k in range(window.hop + 1, hop + 1):
            answer = answer + 1 if window.customer_bursts.active_at(k) else 0
            if answer > self._answer:
                return False
            if window.agent_bursts.active_at(k):
                last = k
            elif k - last >= self._pause:
                return False
        return True

    def _begin(self, hop):
        self.open = 1
        self.start = hop
        self.active = 0
        self.level = 0
        self.logit = 0
        self.cued = None


class TalkShare:
    """Agent's part of all speech in the last share_window_s; overlap counts for both sides."""

    def __init__(self, settings):
        self._slots = bytearray(settings.share_window_s * 1000 // (HOP_MS * _SLOT_HOPS))
        self._least = hops_up(settings.share_min_speech_s * 1000)
        self.reset()

    def reset(self):
        for i in range(len(self._slots)):
            self._slots[i] = 0
        self._at = 0
        self._in_slot = 0
        self._agent = 0
        self._customer = 0
        self._slot_agent = 0
        self._slot_customer = 0

    def step(self, agent, customer):
        """One settled hop's activity."""
        if agent:
            self._slot_agent += 1
        if customer:
            self._slot_customer += 1
        self._in_slot += 1
        if self._in_slot == _SLOT_HOPS:
            self._store()

    def _store(self):
        old = self._slots[self._at]
        self._slots[self._at] = self._slot_agent << 4 | self._slot_customer
        self._agent += self._slot_agent - (old >> 4)
        self._customer += self._slot_customer - (old & 15)
        self._at = (self._at + 1) % len(self._slots)
        self._in_slot = 0
        self._slot_agent = 0
        self._slot_customer = 0

    def percent(self, agent_tail, customer_tail):
        """Share in percent, rounded up (so "above 65 %" is "> 65"), with the newest, provisional hops added.

        255 while there is too little speech to say.
        """
        agent = self._agent + self._slot_agent + agent_tail
        speech = agent + self._customer + self._slot_customer + customer_tail
        return (agent * 100 + speech - 1) // speech if speech >= self._least else 255
