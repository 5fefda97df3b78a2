"""What the exposure charts cost and give: false signals where nothing changes, days to notice where something does.

People, absences, correlations and shapes are those of allears.exposure.simulate, all seeded.
`python benchmarks/exposure.py --json` prints figures and `reach`; --full counts four times as many agent-months.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict

from allears.exposure import budget
from allears.exposure.limits import BUDGET_PER_MONTH

SEED = 7
MONTHS = {False: 10_000, True: 40_000}
AGENTS = {False: 300, True: 2_000}  # of each delay
# What moves: (spreads, days until all of it is there).
CHANGES = {
    "1 spread at once": (1.0, 1),
    "2 spreads at once": (2.0, 1),
    "3 spreads at once": (3.0, 1),
    "2 spreads over 20 days": (2.0, 20),
}
KNOWN = "2 spreads at once"
DELAY_BOUND_DAYS = 10.0  # two working weeks
HARSHER = (0.3, 0.7)


def measure(full: bool) -> dict[str, object]:
    """All figures and `reach`."""
    begun = time.perf_counter()
    nothing = budget.false_signals(SEED, MONTHS[full])
    harsher = budget.false_signals(SEED + 1, MONTHS[full] // 10, memory=HARSHER)
    delays = {
        name: budget.delay(SEED + 2, AGENTS[full], size, ramp) for name, (size, ramp) in CHANGES.items()
    }
    known = delays[KNOWN]
    return {
        "seed": SEED,
        "full": full,
        "false_signals": asdict(nothing),
        "false_signals_with_stronger_memory": {"memory": HARSHER, **asdict(harsher)},
        "delays": {name: _written(found) for name, found in delays.items()},
        "seconds": round(time.perf_counter() - begun, 1),
        "reach": {
            "false signals an agent-month, upper end of the 95 % interval": _reach(
                nothing.high, BUDGET_PER_MONTH
            ),
            "the same with a stronger memory from day to day": _reach(harsher.rate, BUDGET_PER_MONTH),
            "agent-months simulated": {
                "value": round(nothing.months),
                "bound": MONTHS[False],
                "met": nothing.months >= MONTHS[False],
            },
            f"median days to notice {KNOWN}": _reach(known.median_days, DELAY_BOUND_DAYS),
        },
    }


def _written(found: budget.Delay) -> dict[str, object]:
    """For JSON, which knows no infinity: None where half of the charts never signal."""
    median = None if found.median_days == float("inf") else found.median_days
    return {"median_days": median, "found": found.found}


def _reach(value: float, most: float) -> dict[str, object]:
    return {"value": round(value, 3), "bound": most, "met": value <= most}


def show(found: dict[str, object]) -> None:
    """The figures for people."""
    nothing, delays = found["false_signals"], found["delays"]
    assert isinstance(nothing, dict) and isinstance(delays, dict)
    print(f"{nothing['months']:,.0f} agent-months without any change, seed {found['seed']}")
    print(
        f"false signals an agent-month: {nothing['rate']:.2f} (95 % {nothing['low']:.2f} to {nothing['high']:.2f}), "
        f"first month {nothing['first']:.2f}, from the third on {nothing['later']:.2f}; budget {BUDGET_PER_MONTH:g}"
    )
    print("by rule: " + ", ".join(f"{name} {rate:.2f}" for name, rate in nothing["by_rule"].items()))
    print("by measure: " + ", ".join(f"{name} {rate:.3f}" for name, rate in nothing["by_measure"].items()))
    harsher = found["false_signals_with_stronger_memory"]
    assert isinstance(harsher, dict)
    print(f"with a day-to-day correlation of {HARSHER[0]} to {HARSHER[1]}: {harsher['rate']:.2f}")
    for name, row in delays.items():
        median = row["median_days"]
        said = (
            "never noticed by half of the charts"
            if median is None
            else f"noticed after {median:g} days (median)"
        )
        print(f"{name}: {said}, {row['found']:.0%} within a month")
    print(f"{found['seconds']} s")


def main() -> int:
    """Exit code 1 if something within `reach` is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--full", action="store_true", help="four times as many agent-months")
    arguments = parser.parse_args()
    found = measure(arguments.full)
    if arguments.json:
        print(json.dumps(found, indent=2, allow_nan=False))
    else:
        show(found)
    reach = found["reach"]
    assert isinstance(reach, dict)
    return 0 if all(row["met"] for row in reach.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
