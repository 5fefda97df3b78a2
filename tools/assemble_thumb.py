"""Check that the assembler kernels say what they do: python tools/assemble_thumb.py [--write] [FILE...]

MicroPython's inline assembler lacks most instructions, so a kernel gives their numbers, data(2, 0xfb23, 0x3104), with
the instruction in a comment behind them. GNU as assembles each comment; a number that differs fails the check, or is
put right with --write. The assembler is told the chip, so that what another one lacks fails as well.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KERNELS = Path(__file__).resolve().parent.parent / "firmware" / "allears_clip" / "kernels"
# By how a kernel's name ends: what it may use
CPUS = {"v6m_thumb.py": "cortex-m0plus", "_thumb.py": "cortex-m4"}  # the M33's DSP instructions are the M4's
LINE = re.compile(r"^(?P<indent> +)data\((?P<data>[^)]*)\)(?P<rest> *# *(?P<text>.*))?$")
CONDITIONAL = re.compile(r"(?:mov|add)(lt|gt|mi|pl)\b")
IT = re.compile(r"it(e?) (lt|gt|mi)$")
OPPOSITE = {"lt": "ge", "gt": "le", "mi": "pl"}
SLOT_BYTES = 8


def assembled(instructions: list[str], cpu: str) -> list[tuple[int, ...]]:
    """Halfwords of each instruction. Raises ValueError naming those that the chip lacks."""
    lines = [".syntax unified", ".thumb", f".cpu {cpu}", ".text"]
    for text in instructions:
        # Each stands in a slot of its own: an IT needs something to make conditional, and a conditional one its IT.
        condition = CONDITIONAL.match(text)
        before = f"it {condition[1]}; " if condition else ""
        after = _conditional_nops(text) if IT.match(text) else ""
        lines.append(f".balign {SLOT_BYTES}, 0; {before}{text}{after}")
    with tempfile.TemporaryDirectory() as folder:
        source, object_file, binary = (Path(folder, f"kernel.{end}") for end in ("s", "o", "bin"))
        source.write_text("\n".join(lines) + "\n")
        command = ["arm-none-eabi-as", "-mimplicit-it=never", "-o", str(object_file), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            wrong = {
                int(line.split(":")[1]) - len(lines) + len(instructions)
                for line in done.stderr.splitlines()[1:]
            }
            raise ValueError(", ".join(instructions[at - 1] for at in sorted(wrong)))
        subprocess.run(
            ["arm-none-eabi-objcopy", "-O", "binary", "-j", ".text", str(object_file), str(binary)],
            check=True,
        )
        code = binary.read_bytes()
    return [
        _halfwords(code[SLOT_BYTES * i : SLOT_BYTES * (i + 1)].ljust(SLOT_BYTES, b"\0"), text)
        for i, text in enumerate(instructions)
    ]


def _conditional_nops(text: str) -> str:
    """What an IT instruction governs, so that the assembler takes it."""
    match = IT.match(text)
    return f"; nop{match[2]}" + (f"; nop{OPPOSITE[match[2]]}" if match[1] else "")


def _halfwords(slot: bytes, text: str) -> tuple[int, ...]:
    halves = [slot[i] | slot[i + 1] << 8 for i in range(0, SLOT_BYTES, 2)]
    if CONDITIONAL.match(text):
        halves = halves[1:]  # less the IT before it
    return tuple(halves[:2] if halves[0] >= 0xE800 else halves[:1])


def corrected(text: str, cpu: str) -> tuple[str, list[str]]:
    """The file's text with all numbers right, and a line for each that was not."""
    lines = text.splitlines()
    places = [(i, LINE.match(line)) for i, line in enumerate(lines)]
    found = [(i, match) for i, match in places if match]
    wrong = [f"{i + 1}: data() without its instruction" for i, match in found if not match["text"]]
    found = [(i, match) for i, match in found if match["text"]]
    for (i, match), halves in zip(found, assembled([match["text"] for _, match in found], cpu), strict=True):
        data = ", ".join(["2", *(f"0x{half:04X}" for half in halves)])
        if match["data"] != data:
            wrong.append(f"{i + 1}: {match['text']} is data({data}), not data({match['data']})")
            lines[i] = f"{match['indent']}data({data})  # {match['text']}"
    return "\n".join(lines) + "\n", wrong


def check(path: Path, write: bool) -> list[str]:
    """What is wrong in one kernel file; put right if `write`."""
    text = path.read_text("utf-8")
    cpu = next(cpu for end, cpu in CPUS.items() if path.name.endswith(end))
    try:
        right, wrong = corrected(text, cpu)
    except ValueError as refusal:
        return [f" {cpu} cannot: {refusal}"]
    if write:
        path.write_text(right, "utf-8")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="put the numbers right")
    parser.add_argument("files", nargs="*", type=Path, default=sorted(KERNELS.glob("*_thumb.py")))
    options = parser.parse_args()
    if shutil.which("arm-none-eabi-as") is None:
        print("arm-none-eabi-as is missing: install binutils-arm-none-eabi", file=sys.stderr)
        return 2
    failed = False
    for path in options.files:
        for line in check(path, options.write):
            print(f"{path.name}:{line}", file=sys.stderr)
            failed = not options.write
    return failed


if __name__ == "__main__":
    sys.exit(main())
