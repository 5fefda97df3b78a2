"""The serial line with binary traffic."""

import random
import threading

import pytest
import serial
from sim_support import SOON_S, FramedLine

from allears import sim
from allears.sim import status

PAYLOAD_BYTES = 1000


def test_200_kb_of_every_byte_come_back_framed(echo: sim.VirtualClip):
    draw = random.Random(1)
    payloads = [bytes(range(256)) * 3 + draw.randbytes(PAYLOAD_BYTES - 768) for _ in range(200)]
    with FramedLine(echo.port) as line:
        sender = threading.Thread(target=lambda: [line.send(payload) for payload in payloads])
        sender.start()
        received = line.receive(len(payloads))
        sender.join()
    assert received == payloads
    assert echo.now.runs == 1


@pytest.mark.parametrize("byte", [0x11, 0x13, 0x15, 0x16, 0x17, 0x1A, 0x1C, 0x7F, 0xFF])
def test_no_byte_of_a_frame_is_a_terminal_command(echo: sim.VirtualClip, byte: int):
    payload = bytes([byte]) * 64
    with FramedLine(echo.port) as line:
        line.send(payload)
        assert line.receive(1) == [payload]
    assert (echo.now.phase, echo.now.runs) == (status.RUNNING, 1)


def test_one_program_after_the_other_may_open_the_port(echo: sim.VirtualClip):
    for number in range(5):
        with FramedLine(echo.port) as line:
            line.send(bytes([number]))
            assert line.receive(1) == [bytes([number])]


def test_a_reader_that_stops_reading_does_not_stop_the_clip(echo: sim.VirtualClip):
    """What nobody takes is lost after a while, as on USB, and the line goes on."""
    with FramedLine(echo.port) as line:
        for _ in range(300):
            line.send(bytes(PAYLOAD_BYTES))
        echo.wait(lambda now: now.feeds > 0, SOON_S)
    with FramedLine(echo.port) as line:
        line.send(b"still there?")
        while b"still there?" not in line.receive(1):  # after what was still on its way
            assert echo.now.runs == 1


def test_the_port_can_be_locked_by_one_program(echo: sim.VirtualClip):
    with serial.Serial(echo.port, exclusive=True), pytest.raises(serial.SerialException):
        serial.Serial(echo.port, exclusive=True)
