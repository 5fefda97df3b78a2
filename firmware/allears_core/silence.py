# Dead air: joint silence inside a call. One event a silence, from its first silent hop.
from .params import hops_up


class DeadAir:
    """The joint silence on settled hops.

    start: its first hop; hops: how long it has lasted; doubt: 1 if there were signs of hold in it, too few to say so.
    """

    def __init__(self, settings):
        self.soft = hops_up(settings.dead_air_soft_ms)
        self.firm = hops_up(settings.dead_air_firm_ms)
        self.reset()

    def reset(self):
        self.start = 0
        self.hops = 0
        self.logit = 0
        self.doubt = 0
        self._judged = 0
        self._spoken = -1

    def step(self, window, hold):
        """One settled hop. True if a silence long enough to count ended just before this hop: read it, then clear()."""
        hop = window.hop
        if window.agent or window.customer:
            self._spoken = hop
            return self.hops >= self.soft
        if hold.sure:
            # Known only now: the silence ended where the hold began.
            self.hops = min(self.hops, max(0, hold.start - self.start))
            ended = self.hops >= self.soft
            if not ended:
                self.clear()
            return ended
        if self.hops == 0:
            self.start = max(self._spoken, hold.last) + 1
        self.hops = max(0, hop + 1 - self.start)
        self.doubt |= hold.doubt
        self._judged += 1
        self.logit += max(window.agent_logit, window.customer_logit)
        return False

    def mean_logit(self):
        return self.logit // self._judged if self._judged else 0

    def clear(self):
        """Forget the silence: speech or hold has come."""
        self.hops = 0
        self.logit = 0
        self.doubt = 0
        self._judged = 0
