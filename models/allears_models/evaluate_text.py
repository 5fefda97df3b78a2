"""The report of `evaluate` as text: detectors by condition, hard negatives, costs."""

from __future__ import annotations

from typing import Any

HEADS = ("agent", "customer", "both")


def table(result: dict[str, Any]) -> str:
    """The report as text, one line a detector and condition."""
    head = f"{'detector':22} {'condition':24} " + " ".join(
        f"{'AUC ' + name[:5]:>9} {'F1':>5}" for name in HEADS
    )
    lines = [head]
    for name, entry in result.items():
        for condition, row in {"overall": entry["overall"], **entry["conditions"]}.items():
            cells = " ".join(f"{row['auc_' + h]:9.4f} {row['f1_' + h]:5.3f}" for h in HEADS)
            lines.append(f"{name:22} {condition:24} {cells}")
    for name, entry in result.items():
        facts = {**entry["false_alarms"], **entry["timing"]}
        lines.append(f"{name:22} " + " ".join(f"{key}={value:.3f}" for key, value in facts.items()))
    return "\n".join(lines)


def negatives_table(result: dict[str, dict[str, list[float]]]) -> str:
    """False decisions in percent of hops, agent/customer, a line a sound and a column a detector."""
    if not result:
        return "hard negatives left out: name the audio with --data"
    names = list(next(iter(result.values())))
    lines = [f"{'sound (agent/customer %)':24} " + " ".join(f"{name:>17}" for name in names)]
    for kind, row in result.items():
        cells = (f"{100 * row[name][0]:.1f}/{100 * row[name][1]:.1f}" for name in names)
        lines.append(f"{kind:24} " + " ".join(f"{cell:>17}" for cell in cells))
    return "\n".join(lines)


def costs_table(costs: dict[str, dict[str, float]]) -> str:
    """One line a detector: what its model and code weigh and take; "-" where that cannot be told."""
    lines = [
        f"{'cost':24} {'parameters':>11} {'bytes':>9} {'MAC/s':>12} {'CPU ms/s':>9}  (two channels; time: here)"
    ]
    for name, row in costs.items():
        cells = [f"{row[key]:.0f}" if key in row else "-" for key in ("parameters", "bytes", "macs_per_s")]
        spent = f"{row['cpu_ms_per_s']:.2f}" if "cpu_ms_per_s" in row else "-"
        lines.append(f"{name:24} {cells[0]:>11} {cells[1]:>9} {cells[2]:>12} {spent:>9}")
    return "\n".join(lines)


def whole_table(result: dict[str, Any]) -> str:
    """Everything of :func:`compare` as text."""
    return "\n\n".join(
        [table(result["detectors"]), negatives_table(result["hard_negatives"]), costs_table(result["costs"])]
    )
