# From hop decisions to bursts: own gaps up to bridge_ms are bridged, bursts under min_burst_ms dropped.
# Whether a hop belongs to a burst is final `lag` hops later; until then the ring holds the best guess.
from array import array

from .compat import const
from .params import hops, hops_up

_SIZE = const(64)  # ring length in hops: a power of two above the largest lag that settings allow
_MASK = const(63)
NEVER = -(1 << 28)  # a hop long before any other


class Bursts:
    """One side's activity with its bridged and dropped hops.

    settled: 0 or 1 for the hop `lag` hops ago, final; tail: active hops among the `lag` newest, provisional;
    confirmed_last: last hop of the newest burst long enough to count, -1 before any;
    pending: 1 while a burst is running that is not yet long enough to count.
    """

    def __init__(self, settings):
        self._bridge = hops(settings.bridge_ms)
        self._least = hops_up(settings.min_burst_ms)
        self.lag = self._bridge + self._least
        self._ring = bytearray(_SIZE)
        self.reset()

    def reset(self):
        for i in range(_SIZE):
            self._ring[i] = 0
        self._open = 0
        self._counts = 0  # 1 while a burst is running that is long enough
        self._start = 0
        self._last = 0
        self.confirmed_last = -1
        self.confirmed_start = -1
        self.pending = 0
        self.settled = 0
        self.tail = 0

    def active_at(self, hop):
        """Best knowledge, 0 or 1, about one of the newest 64 hops."""
        return self._ring[hop & _MASK]

    def begins_at(self, hop):
        """1 while the newest hop, `hop`, belongs to a burst that is not yet long enough to count."""
        return self.pending and self._ring[hop & _MASK]

    def next_active(self, first, hop):
        """First active hop from `first` to `hop`, one past `hop` if there is none; by the best knowledge now."""
        ring = self._ring
        while first <= hop and not ring[first & _MASK]:
            first += 1
        return first

    def joint(self, other, first, hop):
        """How many hops from `first` to `hop` are active here and in `other`; by the best knowledge now."""
        mine = self._ring
        theirs = other._ring
        count = 0
        while first <= hop:
            at = first & _MASK
            if mine[at] and theirs[at]:
                count += 1
            first += 1
        return count

    def step(self, hop, active):
        """Take the decision for `hop`; hops come one after another. Returns `settled`."""
        ring = self._ring
        if active:
            if self._counts and self._last == hop - 1:
                ring[hop & _MASK] = 1  # by far the most frequent case
                self.tail += 1
                self._last = self.confirmed_last = hop
            else:
                self._speak(hop)
        else:
            ring[hop & _MASK] = 0
            if self._open and hop - self._last > self._bridge:
                self._close()
        settled = self.settled = ring[(hop - self.lag) & _MASK]
        if settled:
            self.tail -= 1
        return settled

    def retract(self, first, hop):
        """Take back speech that was only supposed, from `first` to just before `hop`, as far as it has not settled.

        What makes the running burst long enough to count stays. Call before step(hop).
        """
        if not self._open:
            return
        first = max(first, hop - self.lag, self._start + self._least)
        if self._last < first:
            return
        for k in range(first, hop):
            self.tail -= self._ring[k & _MASK]
            self._ring[k & _MASK] = 0
        self._last = self.confirmed_last = first - 1

    def _speak(self, hop):
        ring = self._ring
        if self._open:
            for gap in range(self._last + 1, hop):
                ring[gap & _MASK] = 1
                self.tail += 1
        else:
            self._open = 1
            self._start = hop
        ring[hop & _MASK] = 1
        self.tail += 1
        self._last = hop
        if hop - self._start + 1 >= self._least:
            self._counts = 1
            self.confirmed_last = hop
            self.confirmed_start = self._start
        self.pending = 1 - self._counts

    def _close(self):
        if not self._counts:
            for hop in range(self._start, self._last + 1):
                self._ring[hop & _MASK] = 0
                self.tail -= 1
        self._open = 0
        self._counts = 0
        self.pending = 0


class Window:
    """Both sides' bursts with the levels and logits that belong to the settled hop.

    After step(): hop = the settled hop's number (negative while the window fills), agent and customer = its final
    activity, agent_level / customer_level in dBFS Q8, agent_logit / customer_logit in Q8; spoken = newest hop before it
    with speech; silent_from = first hop of the joint silence now running, which bursts too short to count do not end.
    """

    def __init__(self, settings):
        self.agent_bursts = Bursts(settings)
        self.customer_bursts = Bursts(settings)
        self.lag = self.agent_bursts.lag
        # A method that runs at every hop is bound once: the chip looks for it in the instance first, in vain.
        self._step_agent = self.agent_bursts.step
        self._step_customer = self.customer_bursts.step
        self._agent_levels = array("h", bytes(2 * _SIZE))
        self._customer_levels = array("h", bytes(2 * _SIZE))
        self._agent_logits = array("h", bytes(2 * _SIZE))
        self._customer_logits = array("h", bytes(2 * _SIZE))
        self.reset()

    def reset(self):
        self.agent_bursts.reset()
        self.customer_bursts.reset()
        self.hop = -1
        self.spoken = NEVER
        self.silent_from = 0
        self.agent = 0
        self.customer = 0
        self.agent_level = 0
        self.customer_level = 0
        self.agent_logit = 0
        self.customer_logit = 0

    def step(self, hop, agent, customer, logits, level):
        """Take the newest hop's decisions, logits (Q8) and levels (dBFS Q8)."""
        at = hop & _MASK
        self._agent_levels[at] = level[0]
        self._customer_levels[at] = level[1]
        self._agent_logits[at] = logits[0]
        self._customer_logits[at] = logits[1]
        if self.agent or self.customer:
            self.spoken = self.hop
        self.agent = self._step_agent(hop, agent)
        self.customer = self._step_customer(hop, customer)
        hop -= self.lag
        self.hop = hop
        at = hop & _MASK
        self.agent_level = self._agent_levels[at]
        self.customer_level = self._customer_levels[at]
        self.agent_logit = self._agent_logits[at]
        self.customer_logit = self._customer_logits[at]
        agent = self.agent_bursts.confirmed_last
        customer = self.customer_bursts.confirmed_last
        self.silent_from = (agent if agent > customer else customer) + 1

    def retract(self, first, hop, agent, customer):
        """Nothing was heard from `first` to just before `hop`: a side that is silent now fell silent then."""
        if not agent:
            self.agent_bursts.retract(first, hop)
        if not customer:
            self.customer_bursts.retract(first, hop)

    def joint_tail(self, first, hop):
        """Hops of joint speech from max(first, settled + 1) to `hop`, by the best knowledge now."""
        return self.agent_bursts.joint(self.customer_bursts, max(first, self.hop + 1), hop)
