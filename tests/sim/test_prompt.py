"""The REPL on the virtual clip's port, as mpremote and people use it."""

import subprocess
import sys
from pathlib import Path

import serial
from mpremote.transport_serial import SerialTransport
from sim_support import APPS, SOON_S, ask, listening, repl

from allears import sim
from allears.sim import status
from allears_core import records

MPREMOTE = (sys.executable, "-m", "mpremote")


def mpremote(port: str, *arguments: str) -> str:
    done = subprocess.run(
        [*MPREMOTE, "connect", port, *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_mpremote_executes_while_the_application_runs(echo: sim.VirtualClip):
    assert mpremote(echo.port, "exec", "print(6 * 7)").strip() == "42"


def test_mpremote_copies_a_file_there_and_back(echo: sim.VirtualClip, tmp_path: Path):
    content = bytes(range(256)) * 20
    there, back = tmp_path / "there.bin", tmp_path / "back.bin"
    there.write_bytes(content)
    mpremote(echo.port, "fs", "cp", str(there), ":/there.bin")
    mpremote(echo.port, "resume", "fs", "cp", ":/there.bin", str(back))
    assert back.read_bytes() == content


def test_ctrl_c_interrupts_the_application_and_keeps_its_variables(echo: sim.VirtualClip):
    with serial.Serial(echo.port, timeout=SOON_S) as line:
        line.write(b"\x03")
        assert b"KeyboardInterrupt" in line.read_until(b">>> ")
        line.write(b"print('ends', ends)\r")
        assert line.read_until(b"ends 0\n").endswith(b"ends 0\n")
    assert echo.now.phase == status.PROMPT


def test_ctrl_d_at_the_friendly_prompt_starts_the_application_again(echo: sim.VirtualClip):
    with serial.Serial(echo.port, timeout=SOON_S) as line:
        line.write(b"\x03")
        line.read_until(b">>> ")
        line.write(b"\x04")
        assert line.read_until(b"soft reboot\r\n").endswith(b"MPY: soft reboot\r\n")
    assert records.RESET_CAUSES[listening(echo, 2).reset_cause] == "soft"
    assert ask(echo.port, "print(open('/boots').read(), parts.reset_cause)") == ".. 2"


def test_a_soft_reset_from_the_raw_prompt_starts_no_application(echo: sim.VirtualClip):
    with repl(echo.port) as transport:
        transport.exec("left_over = 1")
        transport.enter_raw_repl(soft_reset=True)
        assert (
            transport.exec("print('left_over' in globals(), 'parts' in globals())").split() == [b"False"] * 2
        )


def test_a_new_main_runs_after_a_soft_reset(echo: sim.VirtualClip):
    with repl(echo.port) as transport:
        transport.fs_writefile("/main.py", b"print('the new one')\n")
        transport.serial.write(b"\r\x02")
        transport.read_until(1, b">>> ")
        transport.serial.write(b"\x04")
        assert b"the new one" in transport.read_until(1, b"the new one")


def test_ctrl_c_waits_for_a_moment_when_the_application_waits(echo: sim.VirtualClip):
    """It writes to its flash most of the time: littlefs must not be interrupted half-way."""
    with repl(echo.port) as transport:
        transport.fs_writefile("/main.py", (APPS / "writer.py").read_bytes())
    for _ in range(15):
        with repl(echo.port) as transport:
            transport.serial.write(b"\r\x02")
            transport.read_until(1, b">>> ")
            transport.serial.write(b"\x04")
            transport.read_until(1, b"writing\n")
    assert ask(echo.port, "print(len(open('/busy', 'rb').read()))") == "5000"
    assert records.RESET_CAUSES[echo.now.reset_cause] == "soft"


def test_nobody_need_read_what_the_clip_prints(echo: sim.VirtualClip):
    transport = SerialTransport(echo.port, timeout=SOON_S)
    transport.enter_raw_repl(soft_reset=False)
    transport.exec_raw_no_follow("for i in range(20000): print('x' * 50)\nparts.light.set(1, 2, 3)")
    transport.close()
    echo.wait(lambda now: now.light == (1, 2, 3), SOON_S)
