"""Erlang B, C and A: how many calls wait, how long, and how busy the agents are. Plain Python, exact to rounding.

Load is in Erlangs: calls that would be in hand at once, call rate times handle time.
Sources: Erlang 1917; Palm 1957 and Mandelbaum and Zeltyn 2005 ("The Palm/Erlang-A Queue") for impatient callers;
Baccelli and Hebuterne 1981 for the wait that a patient caller would have.
"""

import math

_TINY = 1e-16
_LARGE = 1e250


def blocked(load: float, agents: int) -> float:
    """Erlang B: probability that all of `agents` are busy when nobody waits. load >= 0, agents >= 0.

    Raises ValueError outside these ranges.
    """
    if agents < 0 or not load >= 0:
        raise ValueError("load and agents cannot be negative")
    probability = 1.0
    for n in range(1, agents + 1):
        probability = load * probability / (n + load * probability)
    return probability


def waiting(load: float, agents: int) -> float:
    """Erlang C: probability that a call waits when all callers are patient; 1 where agents <= load."""
    if agents <= load:
        blocked(load, agents)  # for its checks
        return 1.0
    b = blocked(load, agents)
    return b / (1 - load / agents * (1 - b))


def within(load: float, agents: int, seconds: float, aht_s: float) -> float:
    """Erlang C: part of the calls that are answered within `seconds`; aht_s: mean handle time in s."""
    if agents <= load:
        return 0.0
    return 1 - waiting(load, agents) * math.exp(-(agents - load) * seconds / aht_s)


def mean_wait_s(load: float, agents: int, aht_s: float) -> float:
    """Erlang C: mean wait of all calls in s; infinite where agents <= load."""
    if agents <= load:
        return math.inf
    return waiting(load, agents) * aht_s / (agents - load)


class Impatient:
    """Erlang A (M/M/n+M): callers hang up after an exponential patience of mean `patience_s`.

    load: Erlangs offered, > 0. agents: >= 1. aht_s, patience_s: > 0. Raises ValueError outside these ranges.
    wait: probability that a call waits. abandons: part of the calls that hang up. mean_wait_s: of all calls.
    """

    def __init__(self, load: float, agents: int, aht_s: float, patience_s: float):
        if not (load > 0 and agents >= 1 and aht_s > 0 and patience_s > 0):
            raise ValueError("load, agents, handle time and patience must be above 0")
        self._rate = load / aht_s  # calls a second
        self._served = agents / aht_s  # ends of calls a second while all are busy
        self._patience_s = patience_s
        self._x, self._y = self._served * patience_s, self._rate * patience_s
        self._log_a = _log_a(self._x, self._y)
        inverse = math.exp(-self._log_a)
        b = blocked(load, agents)
        self.wait = b / ((1 - b) * inverse + b)
        use = load / agents
        self.abandons_waiting = inverse / use + 1 - 1 / use
        self.abandons = self.wait * max(self.abandons_waiting, 0.0)
        self.mean_wait_s = self.abandons * patience_s
        self.occupancy = min(use * (1 - self.abandons), 1.0)

    def within(self, seconds: float) -> float:
        """Part of all calls that are answered, and within `seconds`."""
        y = self._y * math.exp(-seconds / self._patience_s)
        fall = self._y - y - self._served * seconds
        # What the wait's density starts from and has fallen to, and its integral up to `seconds`.
        start = self._served * math.exp(-self._log_a)
        now = self._served * math.exp(fall - self._log_a)
        passed = 1 - math.exp(fall + _log_a(self._x, y) - self._log_a)
        answered = (now - start + self._served * passed) / self._rate
        return min(max(1 - self.wait + self.wait * answered, 0.0), 1.0)  # not a rounding below nothing


def _log_a(x: float, y: float) -> float:
    """Logarithm of A(x, y) = 1 + sum over j of y^j / ((x + 1) ... (x + j)), Palm's function; x > 0, y >= 0."""
    term = total = 1.0
    scale = 0.0
    j = 0
    while term > total * _TINY or j < y - x:
        j += 1
        term *= y / (x + j)
        total += term
        if total > _LARGE:
            term, total, scale = term / _LARGE, total / _LARGE, scale + math.log(_LARGE)
    return math.log(total) + scale
