# Dead air: joint silence inside a call. One event a silence, from its first silent hop.
from .params import hops_up


class DeadAir:
    """The joint silence on settled hops.

    start: its first hop; hops: how long it has lasted; logit: sum over its hops of the louder side's logit.
    """

    def __init__(self, settings):
        self.soft = hops_up(settings.dead_air_soft_ms)
        self.firm = hops_up(settings.dead_air_firm_ms)
        self.reset()

    def reset(self):
        self.start = 0
        self.hops = 0
        self.logit = 0

    def step(self, window):
        """One settled hop. True if a silence long enough to count ended just before this hop: read start, hops."""
        if window.agent or window.customer:
            return self.hops >= self.soft
        if self.hops == 0:
            self.start = window.hop
            self.logit = 0
        self.hops += 1
        self.logit += max(window.agent_logit, window.customer_logit)
        return False

    def clear(self):
        """Forget the silence: speech has come."""
        self.hops = 0
