"""The numbers in the assembler kernels are the instructions in their comments, and the check of it is one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "assemble_thumb.py"
KERNELS = ROOT / "firmware" / "allears_clip" / "kernels"

pytestmark = pytest.mark.skipif(
    shutil.which("arm-none-eabi-as") is None, reason="no arm-none-eabi-as (Debian: binutils-arm-none-eabi)"
)


def checked(*arguments):
    done = subprocess.run(
        [sys.executable, str(TOOL), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr.splitlines()


def test_every_number_is_its_instruction():
    assert len(list(KERNELS.glob("*_thumb.py"))) == 4
    assert checked() == (0, [])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            "    data(2, 0xFB23, 0x3105)  # smlad r1, r3, r4, r3",
            "1: smlad r1, r3, r4, r3 is data(2, 0xFB23, 0x3104)",
        ),
        ("    data(2, 0x1234)", "1: data() without its instruction"),
    ],
)
def test_a_wrong_number_is_found_and_put_right(tmp_path, line, complaint):
    kernel = tmp_path / "made_up_thumb.py"
    kernel.write_text(line + "\n")
    status, lines = checked(kernel)
    assert status == 1 and len(lines) == 1
    assert complaint in lines[0]
    if "#" in line:
        assert checked("--write", kernel)[0] == 0
        assert checked(kernel) == (0, [])
        assert kernel.read_text() == "    data(2, 0xFB23, 0x3104)  # smlad r1, r3, r4, r3\n"


def test_an_instruction_that_the_chip_lacks_is_found(tmp_path):
    kernel = tmp_path / "made_up_v6m_thumb.py"
    kernel.write_text("    data(2, 0xFB23, 0x3104)  # smlad r1, r3, r4, r3\n")
    status, lines = checked(kernel)
    assert status == 1
    assert "smlad" in lines[0]
