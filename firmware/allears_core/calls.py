# When a call runs, from sound alone: it opens with the first burst, counts once the customer has spoken,
# and is over when both sides have been silent for call_end_ms.
from .params import hops_up


class Calls:
    """State of the call.

    open: 1 from the first burst; established: 1 once the customer has been heard in it; number: counts up from 1
    (a call that was never established gives its number back);
    start, end: hops of its first and last speech. opened / began (established) / ended: 1 on the hop at which that
    became known.
    """

    def __init__(self, settings):
        self._silence = hops_up(settings.call_end_ms)
        self.number = 0
        self.reset()

    def reset(self):
        self.open = 0
        self.established = 0
        self.start = 0
        self.end = 0
        self.opened = 0
        self.began = 0
        self.ended = 0

    def step(self, window, hold, hop):
        """One hop; `window` and `hold` have been stepped. Hold is part of the call, and silent only in between."""
        self.opened = 0
        self.began = 0
        self.ended = 0
        agent = window.agent_bursts
        customer = window.customer_bursts
        if not self.open:
            self._try_open(agent, customer, hop)
        if not self.open:
            return
        self.end = window.silent_since() - 1
        if not self.established and customer.confirmed_last >= self.start:
            self.established = 1
            self.began = 1
        if hop - max(self.end, hold.last) >= self._silence and not (agent.pending or customer.pending):
            self.close()

    def close(self):
        """The call is over; `ended` only if it was one that counts."""
        self.ended = self.established
        if not self.established:
            self.number -= 1
        self.open = 0
        self.established = 0

    def _try_open(self, agent, customer, hop):
        starts = [side.confirmed_start for side in (agent, customer) if side.confirmed_last == hop]
        if starts:
            self.open = 1
            self.opened = 1
            self.number += 1
            self.start = min(starts)
