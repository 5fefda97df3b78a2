"""The firmware on emulated chips, every instruction counted: by stage, by turn of the loop, heap and bytes.

    python benchmarks/chip.py [--json] [--full] [--write-budget]

Counts are the same on every machine. Cycles are not counted by the emulator: 1.3 an instruction on the Cortex-M33 and
1.41 on ARMv6-M stand for them. --full: the whole counts on both chips.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "target"))

from targetbench import figures, runtime, source  # noqa: E402  the path comes first

QUICK_TURNS = 3000
STATED = ("turns_without_record",)  # figures that are no limits
HOP_S = 0.016
HZ = {"m33": 150e6, "v6m": 133e6}
CYCLES_AN_INSN = {"m33": 1.3, "v6m": 1.41}  # M33: an estimate; ARMv6-M: from an emulator's model of the M0+
MACS = 18_792
BOUNDS: dict[str, tuple[str, float]] = {
    "front_end_insns": ("<=", 26_000),
    "frame_median_insns": ("<=", 110_000),
    "frame_p99_insns": ("<=", 250_000),
    "frame_median_pct_of_hop": ("<=", 6),
    "frame_p99_pct_of_hop": ("<=", 14),
    "rp2040_median_pct_of_hop": ("<=", 45),
    "boot_to_first_frame_s": ("<=", 1.5),
    "mpy_bytes": ("<=", 120 * 1024),
    "state_bytes": ("<=", 96 * 1024),
    "code_and_state_bytes": ("<=", 320 * 1024),
    "rp2040_code_and_state_bytes": ("<=", 215 * 1024),
    "bytes_asked_of_the_heap": ("<=", 0),  # in all the turns that write no record
    "network_insns_a_mac": ("<=", 2.1),
    "bench_s": ("<=", 300),
}


def seconds(chip: str, insns: float) -> float:
    """Time that so many instructions take on the real chip."""
    return insns * CYCLES_AN_INSN[chip] / HZ[chip]


def percent_of_hop(chip: str, insns: float) -> float:
    return round(100 * seconds(chip, insns) / HOP_S, 2)


def measure(name: str, turns: int) -> dict[str, int]:
    """All figures of one chip."""
    chip = runtime.CHIPS[name]
    parts: list[Callable[[], dict[str, int]]] = [
        lambda: figures.kernels(chip),
        lambda: figures.stages(chip),
        lambda: figures.turns(chip, turns),
        lambda: figures.sizes(chip),
    ]
    found: dict[str, int] = {}
    for part in parts:
        found.update(part())
    return found


def reach(m33: dict[str, int], v6m: dict[str, int], bench_s: float) -> dict[str, dict[str, Any]]:
    """{name: value, bound, met} for every bound."""
    values = {
        "front_end_insns": m33["insns_features"],
        "frame_median_insns": m33["insns_turn_median"],
        "frame_p99_insns": m33["insns_turn_p99"],
        "frame_median_pct_of_hop": percent_of_hop("m33", m33["insns_turn_median"]),
        "frame_p99_pct_of_hop": percent_of_hop("m33", m33["insns_turn_p99"]),
        "rp2040_median_pct_of_hop": percent_of_hop("v6m", v6m["insns_turn_median"]),
        "boot_to_first_frame_s": round(seconds("m33", m33["insns_boot_to_first_frame"]), 2),
        "mpy_bytes": m33["bytes_mpy"],
        "state_bytes": m33["bytes_heap_state"],
        "code_and_state_bytes": m33["bytes_heap_code"] + m33["bytes_heap_state"],
        "rp2040_code_and_state_bytes": v6m["bytes_heap_code"] + v6m["bytes_heap_state"],
        "bytes_asked_of_the_heap": m33["bytes_asked_without_record"],
        "network_insns_a_mac": round(m33["insns_network"] / MACS, 2),
        "bench_s": round(bench_s),
    }
    return {
        name: {"value": values[name], "bound": f"{sign} {bound:g}", "met": values[name] <= bound}
        for name, (sign, bound) in BOUNDS.items()
    }


def write_budget(found: dict[str, dict[str, int]]) -> None:
    """firmware/budget.toml from what was measured."""
    lines = [
        "# What the firmware costs on the emulated chips, as measured. tests/target fails when a figure is passed by",
        "# more than 2 %.",
        "# Written by: python benchmarks/chip.py --full --write-budget",
    ]
    for chip, values in found.items():
        lines += ["", f"[chips.{chip}]"]
        lines += [f"{name} = {value}" for name, value in values.items() if name not in STATED]
    figures.BUDGET.write_text("\n".join(lines) + "\n", "utf-8")


def table(found: dict[str, dict[str, int]], goals: dict[str, dict[str, Any]]) -> str:
    """Both as text."""
    names = list(dict.fromkeys(name for values in found.values() for name in values))
    lines = [f"{'':36}" + "".join(f"{chip:>14}" for chip in found)]
    for name in names:
        lines.append(f"{name:36}" + "".join(f"{values.get(name, ''):>14}" for values in found.values()))
    lines.append("")
    for name, goal in goals.items():
        lines.append(
            f"{name:36}{goal['value']:>14} {goal['bound']:>12}  {'met' if goal['met'] else 'NOT MET'}"
        )
    return "\n".join(lines)


@click.command(help=__doc__)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--full", is_flag=True, help="10,000 turns on each chip instead of 3,000.")
@click.option("--write-budget", "writes", is_flag=True, help="Write firmware/budget.toml (takes --full).")
def main(as_json: bool, full: bool, writes: bool) -> None:
    began = time.monotonic()
    turns = figures.TURNS if full or writes else QUICK_TURNS
    try:
        found = {name: measure(name, turns) for name in runtime.CHIPS}
    except source.Unavailable as reason:
        raise click.ClickException(f"{reason}; the target bench needs a Debian machine") from None
    goals = reach(found["m33"], found["v6m"], time.monotonic() - began)
    if writes:
        write_budget(found)
    if as_json:
        click.echo(json.dumps({"turns": turns, "chips": found, "reach": goals}, indent=1))
    else:
        click.echo(table(found, goals))


if __name__ == "__main__":
    main()
