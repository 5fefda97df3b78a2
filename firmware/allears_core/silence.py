# Dead air: joint silence inside a call. One event a silence, from its first silent hop.
from .params import hops_up


class DeadAir:
    """The joint silence on settled hops.

    start: its first hop; hops: how long it has lasted; doubt: 1 if there were signs of hold in it, too few to say so;
    judged: how many of its hops were looked at.
    """

    def __init__(self, settings):
        self.soft = hops_up(settings.dead_air_soft_ms)
        self.firm = hops_up(settings.dead_air_firm_ms)
        self.reset()

    def reset(self):
        self.start = 0
        self.clear()

    def clear(self):
        """Forget the silence: speech or hold has come."""
        self.hops = 0
        self.logit = 0
        self.doubt = 0
        self.judged = 0

    def step(self, window, hold):
        """One settled hop without speech. True if a silence long enough to count ended just before this hop: read it,
        then clear(). Speech ends it as well, if it has lasted for `soft` hops."""
        if hold.sure:
            # Known only now: the silence ended where the hold began.
            self.hops = min(self.hops, max(0, hold.start - self.start))
            ended = self.hops >= self.soft
            if not ended:
                self.clear()
            return ended
        if self.hops == 0:
            self.start = max(window.spoken, hold.last) + 1
        self.hops = max(0, window.hop + 1 - self.start)
        if hold.doubt:
            self.doubt = 1
        self.judged += 1
        self.logit += max(window.agent_logit, window.customer_logit)
        return False

    def mean_logit(self):
        return self.logit // self.judged if self.judged else 0
