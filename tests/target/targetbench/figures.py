"""The figures of the bench: instructions by stage and turn, heap, bytes. One name each, as in firmware/budget.toml."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

from allears.demo.call import render_call
from allears.fleet.bundle import load_bundle
from allears_core.image import Image

from . import machine, volume
from .runtime import Chip

BUDGET = Path(__file__).resolve().parents[3] / "firmware" / "budget.toml"
KERNEL = {"m33": "thumb", "v6m": "v6m_thumb"}
HOP_BYTES = 512
TURNS = 10_000
KERNEL_HOPS = 64


def sound(hops: int) -> bytes:
    """Hops of the demo call, over and over."""
    pcm: bytes = render_call()[0].astype("<i2").tobytes()
    return (pcm * (hops * HOP_BYTES // len(pcm) + 1))[: hops * HOP_BYTES]


def kernels(chip: Chip) -> dict[str, int]:
    """Median instructions a hop of features, network, and each of their assembler functions, on the demo call."""
    name = KERNEL[chip.name]
    image = volume.image(chip, "kernel_stages.py", {"kernels.txt": name.encode()}, sound(KERNEL_HOPS))
    found = {}
    for line in machine.lines_of(chip, image):
        _, stage, median, *_ = line.split()
        found["insns_" + stage] = int(median)
    return found


def turns(chip: Chip, count: int = TURNS) -> dict[str, int]:
    """The whole clip on the demo call, `count` hops: instructions of a turn, heap, start."""
    image = volume.image(chip, "frames.py", {"frames.txt": str(count).encode()}, sound(count))
    lines = machine.lines_of(chip, image, timeout_s=600)
    rows = [line.partition(" ") for line in lines]
    told = {name: rest for name, _, rest in rows}
    counts = sorted(int(number) for name, _, rest in rows if name == "counts" for number in rest.split())
    if told["kernels"] != KERNEL[chip.name] or int(told["frames"]) != count:
        raise AssertionError(f"{told['frames']} of {count} frames judged by {told['kernels']} kernels")
    heap_code, heap_state = map(int, told["heap"].split())
    quiet, quiet_asked, asking = map(int, told["quiet_turns"].split())
    busy, busy_kept = map(int, told["busy_turns"].split())
    return {
        "insns_boot_to_first_frame": int(told["boot"]),
        "insns_turn_median": _rank(counts, 500),
        "insns_turn_p90": _rank(counts, 900),
        "insns_turn_p99": _rank(counts, 990),
        "insns_turn_largest": counts[-1],
        "bytes_heap_code": heap_code,
        "bytes_heap_state": heap_state,
        "turns_without_record": quiet,
        "turns_without_record_that_ask": asking,
        "bytes_asked_without_record": quiet_asked,
        "bytes_kept_a_record_turn": busy_kept // max(busy, 1),
    }


def _rank(ordered: list[int], permille: int) -> int:
    """Nearest rank."""
    return ordered[max(0, (len(ordered) * permille + 999) // 1000 - 1)]


def stages(chip: Chip, count: int = 400) -> dict[str, int]:
    """Median instructions of the parts of a turn, timed where they are called."""
    image = volume.image(chip, "stages.py", {"frames.txt": str(count).encode()}, sound(count))
    rows = [line.split() for line in machine.lines_of(chip, image)]
    return {"insns_part_" + name.replace("-", "_"): int(median) for name, median, *_ in rows}


def sizes(chip: Chip) -> dict[str, int]:
    """Bytes of compiled code: all of it, as it lies in a slot of the clip (deflated), and the assembler kernels."""
    bundle = load_bundle(chip.arch, volume.BOARD)
    files = {path: len(content) for path, content in bundle.files.items() if path.endswith(".mpy")}
    rows = Image(io.BytesIO(bundle.image), None).rows
    return {
        "bytes_mpy": sum(files.values()),
        "bytes_mpy_in_slot": sum(stored for path, _, _, stored, _ in rows if path in files),
        "bytes_mpy_assembler": sum(size for path, size in files.items() if path.endswith("_thumb.mpy")),
    }


def budget() -> dict[str, dict[str, int]]:
    """firmware/budget.toml: chip -> name -> figure."""
    return tomllib.loads(BUDGET.read_text("utf-8"))["chips"]


def passed(measured: dict[str, int], allowed: dict[str, int], margin_pct: int) -> list[str]:
    """A line for each figure of the budget that is passed by more than the margin, or was not measured."""
    wrong = []
    for name, limit in allowed.items():
        if name not in measured:
            wrong.append(f"{name} was not measured")
        elif measured[name] > limit * (100 + margin_pct) / 100:
            wrong.append(f"{name} is {measured[name]}, the budget is {limit}")
    return wrong
