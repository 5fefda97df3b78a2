"""The few statistics that indicators need: exact Poisson limits and quantiles, in plain Python."""

import functools
import math
from collections.abc import Callable, Sequence

_TINY = 1e-15  # relative size of a term that no longer matters
_STEPS = 200  # halvings of a bracket: more than a double can tell apart


@functools.lru_cache(maxsize=4096)
def poisson_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact (Garwood) limits of a Poisson mean of which `count` events were seen.

    Source: Garwood, Biometrika 28 (1936) 437; the limits are those of the chi-squared distribution.
    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("a count cannot be negative")
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _solve(lambda mean: 1 - _at_most(count - 1, mean), tail, count + 1.0)
    high = _solve(lambda mean: 1 - _at_most(count, mean), 1 - tail, count + 1.0)
    return low, high


def _at_most(count: int, mean: float) -> float:
    """P(X <= count) of a Poisson variable: the upper regularised incomplete gamma function Q(count + 1, mean).

    By its series below count + 2 and by Lentz's continued fraction above (Press et al., Numerical Recipes, 6.2).
    """
    if mean <= 0:
        return 1.0
    a = count + 1.0
    front = math.exp(a * math.log(mean) - mean - math.lgamma(a))
    return 1 - front * _series(a, mean) if mean < a + 1 else front * _fraction(a, mean)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    while term > total * _TINY:
        a += 1
        term *= x / a
        total += term
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = math.inf, 1 / b
    result, n = d, 0
    while True:
        n += 1
        step = -n * (n - a)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        result *= c * d
        if abs(c * d - 1) < _TINY:
            return result


def _solve(rising: Callable[[float], float], target: float, guess: float) -> float:
    """x >= 0 at which `rising`(x) reaches `target`."""
    low, high = 0.0, guess
    while rising(high) < target:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2


def quantile(values: Sequence[float], part: float) -> float:
    """Quantile by linear interpolation between order statistics (Hyndman and Fan's type 7); ValueError if empty."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    at = (len(ordered) - 1) * part
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """Smallest value at which half of the total weight is reached; ValueError if there is no weight."""
    total = math.fsum(weights)
    if total <= 0:
        raise ValueError("no weight")
    ordered = sorted(zip(values, weights, strict=True))
    reached = 0.0
    for value, weight in ordered:
        reached += weight
        if reached >= total / 2:
            return value
    return ordered[-1][0]  # rounding kept the sum just under its half
