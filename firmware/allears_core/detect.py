# From logits to "speaks / does not", with hysteresis. Thresholds travel with the weights (manifest).
from .compat import const

# Under the agent's own voice the customer is missed far more often than invented (on simulated calls, at thresholds of
# 256 and 192: 34 % of the hops against 1 %), and music on the line, which the customer's threshold has to hold against,
# plays while the agent is silent. So there it takes this much less (Q8).
UNDER_AGENT_Q8 = const(128)


class Detector:
    """Causal decisions of one hop: `agent` and `customer` are 0 or 1.

    on_q8, off_q8: logit thresholds (Q8) of [agent, customer]; a side starts at or above `on`, stops below `off`. While
    the agent speaks both of the customer's are lower.
    """

    def __init__(self, on_q8, off_q8):
        if len(on_q8) != 2 or len(off_q8) != 2 or off_q8[0] > on_q8[0] or off_q8[1] > on_q8[1]:
            raise ValueError("thresholds are two pairs with off <= on")
        self._on = on_q8
        self._off = off_q8
        self.agent = 0
        self.customer = 0

    def step(self, logits):
        """One hop; logits: three small integers in Q8, [agent, customer, both]."""
        agent = 1 if logits[0] >= (self._off if self.agent else self._on)[0] else 0
        least = (self._off if self.customer else self._on)[1]
        if agent:
            least -= UNDER_AGENT_Q8
        self.agent = agent
        self.customer = 1 if logits[1] >= least else 0

    def reset(self):
        self.agent = 0
        self.customer = 0
