"""What an indicator is: a definition people can read, and a result that says what it rests on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Definition:
    """The words beside a number: formula, unit, least data before it is shown, and where the rule comes from."""

    key: str
    title: str
    unit: str
    formula: str
    minimum: str
    source: str


@dataclass(frozen=True)
class Result:
    """One indicator's value, or why there is none.

    value: in the definition's unit, None when `missing` says what lacks. n: how much it rests on, in `n_unit`.
    low, high: 95 % interval where one is defined. parts: the numbers that went in, by readable name and unit.
    needs: what `n` would have to be where a value lacks for want of data, else 0.
    """

    key: str
    value: float | None
    n: float
    n_unit: str
    missing: str = ""
    low: float | None = None
    high: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    needs: float = 0.0

    def document(self) -> dict[str, object]:
        """For `--json`: plain types, keys in a fixed order."""
        return {
            "key": self.key,
            "value": self.value,
            "n": self.n,
            "n_unit": self.n_unit,
            "low": self.low,
            "high": self.high,
            "missing": self.missing or None,
            "parts": dict(self.parts),
        }


def not_enough(
    key: str, has: float, needs: float, unit: str, parts: Mapping[str, float] | None = None
) -> Result:
    """The result "not enough data": how much there is and how much it takes."""
    text = f"not enough data: {_short(has)} of {_short(needs)} {unit}"
    return Result(key, None, has, unit, text, parts=parts or {}, needs=needs)


def _short(number: float) -> str:
    """At most one decimal, rounded down: what is missing must not look complete."""
    return f"{math.floor(number * 10) / 10:g}"
