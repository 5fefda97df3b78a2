# From logits to "speaks / does not", with hysteresis. Thresholds travel with the weights (manifest).


class Detector:
    """Causal decisions of one hop: `agent` and `customer` are 0 or 1.

    on_q8, off_q8: logit thresholds (Q8) of [agent, customer]; a side starts at or above `on`, stops below `off`.
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
        self.agent = 1 if logits[0] >= (self._off[0] if self.agent else self._on[0]) else 0
        self.customer = 1 if logits[1] >= (self._off[1] if self.customer else self._on[1]) else 0

    def reset(self):
        self.agent = 0
        self.customer = 0
