"""The PIO programs, executed step by step: what the microphones and the light see on their pins."""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[2] / "firmware" / "allears_clip" / "drivers" / "pio_programs.py"
Step = tuple[int, int, int]  # side-set value, steps it lasts, bits sampled


class Instruction:
    """One instruction as the assembler's words leave it: name, arguments, side-set, delay."""

    def __init__(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.name = name
        self.arguments = arguments
        self.side_value = 0
        self.delay = 0

    def side(self, value: int) -> Instruction:
        self.side_value = value
        return self

    def __getitem__(self, delay: int) -> Instruction:
        self.delay = delay
        return self


class Program:
    """Instructions and labels of one program."""

    def __init__(self, body: Callable[[], None], names: dict[str, Any]) -> None:
        self.instructions: list[Instruction] = []
        self.labels: dict[str, int] = {}
        self.start = 0
        words = {name: self._word(name) for name in ("set", "nop", "in_", "out", "jmp")}
        words |= {"label": self._label, "wrap_target": self._wrap_target, "wrap": lambda: None}
        names.update(words, x="x", pins="pins", x_dec="x_dec", not_x="not_x")
        body()
        for name in words:
            del names[name]

    def _word(self, name: str) -> Callable[..., Instruction]:
        def word(*arguments: Any) -> Instruction:
            self.instructions.append(Instruction(name, arguments))
            return self.instructions[-1]

        return word

    def _label(self, name: str) -> None:
        self.labels[name] = len(self.instructions)

    def _wrap_target(self) -> None:
        self.start = len(self.instructions)

    def run(self, steps: int, bits: str = "") -> list[Step]:
        """What `steps` steps put on the side-set pins; `bits` is what out() takes."""
        seen: list[Step] = []
        at, x, waiting = self.start, 0, list(bits)
        while len(seen) < steps:
            instruction = self.instructions[at]
            if instruction.name == "out" and not waiting:
                break  # it stalls here, its side-set already applied
            sampled = 1 if instruction.name == "in_" else 0
            seen += [(instruction.side_value, 1, sampled)] + [
                (instruction.side_value, 1, 0)
            ] * instruction.delay
            at += 1
            if instruction.name == "set":
                x = instruction.arguments[1]
            elif instruction.name == "out":
                x = int(waiting.pop(0))
            elif instruction.name == "jmp":
                at, x = self._jump(instruction.arguments, at, x)
            if at == len(self.instructions):
                at = self.start
        return seen

    def _jump(self, arguments: tuple[Any, ...], following: int, x: int) -> tuple[int, int]:
        target = self.labels[arguments[-1]]
        if arguments[0] == "x_dec":
            return (target if x else following), (x - 1) & 0xFFFFFFFF
        if arguments[0] == "not_x":
            return (following if x else target), x
        return target, x


def programs() -> dict[str, Program]:
    """Every program of the file by name."""
    found: dict[str, Program] = {}
    names: dict[str, Any] = {}

    def asm_pio(**_: Any) -> Callable[[Callable[[], None]], None]:
        return lambda body: found.update({body.__name__: Program(body, names)})

    pio = types.SimpleNamespace(OUT_LOW=0, SHIFT_LEFT=0, JOIN_RX=2)
    text = SOURCE.read_text(encoding="utf-8").replace("import rp2\n", "")
    names["rp2"] = types.SimpleNamespace(asm_pio=asm_pio, PIO=pio)
    exec(compile(text, str(SOURCE), "exec"), names)
    return found


FRAME_STEPS = 2 * 64


def test_a_frame_is_64_clocks_and_repeats() -> None:
    seen = programs()["two_microphones"].run(3 * FRAME_STEPS)
    assert seen[:FRAME_STEPS] == seen[FRAME_STEPS : 2 * FRAME_STEPS] == seen[2 * FRAME_STEPS :]
    clocks = [side & 1 for side, _, _ in seen[:FRAME_STEPS]]
    assert clocks == [0, 1] * 64, "the clock is even: low, high, 64 times"


def test_word_select_changes_with_the_falling_clock_every_32() -> None:
    seen = programs()["two_microphones"].run(FRAME_STEPS)
    words = [side >> 1 for side, _, _ in seen]
    assert words == [1] * 64 + [0] * 64, "ear first, then mouth, each from a step with the clock low"


def test_the_top_16_bits_of_each_slot_are_sampled_one_clock_late() -> None:
    """I2S: the first rising edge after word select changed belongs to the slot before."""
    seen = programs()["two_microphones"].run(FRAME_STEPS)
    edges = [sampled for side, _, sampled in seen if side & 1]
    slot = [0] + [1] * 16 + [0] * 15
    assert edges == slot + slot
    assert not any(sampled for side, _, sampled in seen if not side & 1)


def test_the_program_fits_beside_another() -> None:
    assert len(programs()["two_microphones"].instructions) <= 16


def test_the_light_gets_its_bits_in_ten_steps_each() -> None:
    seen = programs()["ws2812"].run(1000, bits="10")
    levels = [side for side, _, _ in seen]
    # out() itself is low for 3 steps; a 1 is high for 7, a 0 for 3 and low for 4
    assert levels == [0] * 3 + [1] * 7 + [0] * 3 + [1] * 3 + [0] * 4
