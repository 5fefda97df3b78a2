"""Choosing a port. What the operating system lists is the one thing stood in for here."""

import pytest
from serial.tools.list_ports_common import ListPortInfo

from allears.device import ports
from allears.errors import NoDevice


def listed(path: str, vid: int | None, pid: int | None, serial: str | None) -> ListPortInfo:
    info = ListPortInfo(path, skip_link_detection=True)
    info.vid, info.pid, info.serial_number = vid, pid, serial
    return info


CLIP = listed("/dev/ttyACM1", 0x2E8A, 0x0005, "e661")
OTHER_CLIP = listed("/dev/ttyACM0", 0x303A, 0x4001, "7c2f")
STRANGERS = [
    listed("/dev/ttyS0", None, None, None),
    listed("/dev/ttyACM8", 0x2E8A, 0x0003, "boot"),  # the same chip's boot loader
    listed("/dev/ttyACM9", 0x2E8A, 0x0005, None),  # tells no serial number, so it cannot be told apart
    listed("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001"),
]


@pytest.fixture
def plugged(monkeypatch):
    def plug(*infos):
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [*STRANGERS, *infos])

    return plug


def test_the_only_clip_is_taken(plugged):
    plugged(CLIP)
    assert ports.the_only(ports.found()) == "/dev/ttyACM1"


def test_between_two_clips_nothing_is_guessed(plugged):
    plugged(CLIP, OTHER_CLIP)
    with pytest.raises(NoDevice) as caught:
        ports.the_only(ports.found())
    assert "/dev/ttyACM0 (xiao_esp32s3 7c2f), /dev/ttyACM1 (xiao_rp2350 e661)" in str(caught.value)
    assert "--port" in str(caught.value)


def test_strangers_are_no_clips(plugged):
    plugged()
    assert ports.found() == []
