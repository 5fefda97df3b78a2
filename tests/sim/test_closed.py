"""No prompt opens on a clip that still holds keys, whoever asks and however."""

from collections.abc import Iterator

import pytest
import serial
from sim_support import SOON_S, ask

from allears import sim
from allears.device import Clip, open_clip
from allears.device.pulling import read_all
from allears.errors import DeviceError, MissingKey
from allears.fleet import flash
from allears.keys import KeyStore, UnitSecrets
from allears.sim import home, status, volume
from allears_core import messages, records, sealed

NAME = "closed"
HELLO_S = 20.0
KEYS_OF_THE_PROMPT = b"\x03\x03\r\x01\x02\x04\x03"


class Only(KeyStore):
    """A machine that holds one role's secret of every unit that the real one knows."""

    def __init__(self, role: int):
        super().__init__()
        self._role = role

    def find(self, unit: str) -> UnitSecrets | None:
        known = super().find(unit)
        return known.only([self._role]) if known else None


@pytest.fixture
def virtual() -> Iterator[sim.VirtualClip]:
    with sim.start(NAME, fast=True) as clip:
        Clip(clip.port, HELLO_S).close()
        yield clip


def keys_and_log_left(virtual: sim.VirtualClip) -> tuple[bool, int]:
    """(the vault holds something, sealed blocks that stand anywhere on the flash)."""
    virtual.cut_power()
    image = home.Home(NAME).image.read_bytes()
    vault = image[-volume.VAULT_BLOCKS * volume.BLOCK_BYTES :]
    blocks = sum(sealed.size_at(image, at) > 0 for at in range(len(image)) if image[at] == sealed.MAGIC)
    return vault.strip(b"\xff") != b"", blocks


def test_ctrl_c_is_a_byte_like_others(virtual: sim.VirtualClip) -> None:
    with serial.Serial(virtual.port, timeout=SOON_S) as line:
        line.write(KEYS_OF_THE_PROMPT * 200)
    with Clip(virtual.port, HELLO_S) as clip:
        assert clip.status()["exceptions"] == 0
    assert (virtual.now.phase, virtual.now.runs) == (status.RUNNING, 1)


def test_not_even_at_the_start(virtual: sim.VirtualClip) -> None:
    """Whatever waits on the line while the start files run is read by the application, if at all."""
    with serial.Serial(virtual.port, timeout=SOON_S) as line:
        for _ in range(3):
            virtual.cut_power()
            line.write(KEYS_OF_THE_PROMPT * 100)
            virtual.power_on()
            line.write(KEYS_OF_THE_PROMPT * 100)
    Clip(virtual.port, HELLO_S).close()
    assert (virtual.now.phase, virtual.now.runs) == (status.RUNNING, 4)


def test_a_clip_without_keys_lets_ctrl_c_in() -> None:
    with sim.start(options=sim.Options(fast=True, keys=False)) as factory:
        Clip(factory.port, HELLO_S).close()
        assert ask(factory.port, "print(6 * 7)") == "42"


def test_keys_close_the_prompt_at_once() -> None:
    with sim.start(options=sim.Options(fast=True, keys=False)) as factory:
        with open_clip(factory.port, HELLO_S) as clip:
            clip.set_keys({role: bytes((role,)) * 32 for role in messages.ROLE_WORDS})
        with serial.Serial(factory.port, timeout=SOON_S) as line:
            line.write(KEYS_OF_THE_PROMPT * 20)
        Clip(factory.port, HELLO_S).close()
        assert (factory.now.phase, factory.now.runs) == (status.RUNNING, 1)


def test_a_fault_at_the_start_opens_no_prompt() -> None:
    broken = {"allears_clip/app.mpy": b"this is no module"}
    with sim.start(options=sim.Options(fast=True, files=broken)) as virtual:
        seen = virtual.wait(lambda now: now.runs > 2 or now.phase == status.PROMPT, SOON_S)
    assert seen.phase != status.PROMPT


@pytest.mark.parametrize("role", [messages.ROLE_AGENT, messages.ROLE_LEAD])
def test_only_it_may_ask_for_a_prompt(virtual: sim.VirtualClip, role: int) -> None:
    with Clip(virtual.port, HELLO_S, keys=Only(role)) as clip, pytest.raises(MissingKey, match="IT key"):
        clip.reboot(messages.REBOOT_REPL)


def test_before_its_prompt_the_keys_and_the_log_are_erased(virtual: sim.VirtualClip) -> None:
    with Clip(virtual.port, HELLO_S, keys=Only(messages.ROLE_AGENT)) as clip:
        assert read_all(clip, records.EVENTS)
    with Clip(virtual.port, HELLO_S, keys=Only(messages.ROLE_IT)) as clip:
        clip.reboot(messages.REBOOT_REPL)
    virtual.wait(lambda now: now.phase == status.PROMPT, SOON_S)
    assert ask(virtual.port, "print(6 * 7)") == "42"
    assert keys_and_log_left(virtual) == (False, 0)


def test_the_button_held_at_the_start_erases_before_it_opens(virtual: sim.VirtualClip) -> None:
    assert keys_and_log_left(virtual)[0]
    virtual.power_on(safe_mode=True)
    virtual.wait(lambda now: now.light != (0, 0, 0), SOON_S)
    assert virtual.now.phase == status.RUNNING, "it warns first"
    virtual.wait(lambda now: now.phase == status.PROMPT, SOON_S)
    assert keys_and_log_left(virtual) == (False, 0)


def test_flash_by_the_prompt_says_what_stands_in_the_way(virtual: sim.VirtualClip) -> None:
    class Watcher:
        def planned(self, plan: flash.Plan) -> None:
            pass

        def sent(self, size_bytes: int) -> None:
            pass

    with pytest.raises(DeviceError, match="holds keys"):
        flash.update(virtual.port, "repl", None, True, Watcher())
    Clip(virtual.port, HELLO_S).close()
