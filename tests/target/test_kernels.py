"""Every kernel that a chip can run equals the committed vectors on it, to the bit, and allocates nothing."""

from pathlib import Path

import pytest
from targetbench import machine, volume

TESTS = Path(__file__).parent.parent
KERNELS = {"m33": ("thumb", "viper"), "v6m": ("v6m_thumb", "viper")}


def vectors():
    """The committed vectors by their path on the volume."""
    files = [path for room in ("features", "network") for path in (TESTS / "vectors" / room).rglob("*")]
    return {path.relative_to(TESTS).as_posix(): path.read_bytes() for path in files if path.is_file()}


def scripts(chip):
    """tests/kernels' own comparing scripts, compiled."""
    names = ("check_features", "check_network", "check_select")
    sources = {name: (TESTS / "kernels" / f"{name}.py").read_text("utf-8") for name in names}
    return {f"{name}.mpy": volume.compiled(text, chip.arch, f"{name}.py") for name, text in sources.items()}


def expected(kernel):
    lines = []
    for room, end in (("features", "*.pcm"), ("network", "*.bands")):
        names = sorted(path.stem for path in (TESTS / "vectors" / room).glob(end))
        assert len(names) >= 5
        lines += [f"{room} {kernel}", *(f"{name} ok" for name in names), "allocated 0"]
    return lines


def test_kernels_equal_the_vectors(chip):
    names = KERNELS[chip.name]
    data = {**vectors(), **scripts(chip), "kernels.txt": " ".join(names).encode()}
    lines = machine.lines_of(chip, volume.image(chip, "kernels.py", data))
    assert lines == [line for name in names for line in expected(name)]


@pytest.mark.parametrize(("name", "best"), [("m33", "thumb"), ("v6m", "v6m_thumb")])
def test_the_assembler_kernel_is_chosen(request, name, best):
    chip = request.getfixturevalue(name)
    lines = machine.lines_of(chip, volume.image(chip, "choice.py", scripts(chip)))
    assert lines[0] == f"chosen {best} Features Network True"
    assert len({line.split()[1] for line in lines[1:]}) == 1, (
        lines
    )  # every candidate gives the probe's numbers
    assert [line.split()[0] for line in lines[1:]] == [best, "viper"]


def test_without_assembler_the_next_kernel_is_chosen(m33):
    gone = ("allears_clip/kernels/features_thumb.mpy",)
    lines = machine.lines_of(m33, volume.image(m33, "choice.py", scripts(m33), without=gone))
    assert lines[:2] == ["chosen viper Features Network True", "thumb absent"]
