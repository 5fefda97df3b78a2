"""The virtual clip's board against the contract, inside MicroPython."""

from sim_support import app, ask, listening

from allears import sim
from allears.sim import volume
from allears_core import messages, records


def test_the_board_lacks_nothing(echo: sim.VirtualClip):
    assert ask(echo.port, "from boards import contract\nprint(contract.missing(parts))") == "[]"


def test_the_contract_notices_what_a_board_lacks(echo: sim.VirtualClip):
    code = "from boards import contract\nparts.clock = None\nprint(contract.missing(parts))"
    assert ask(echo.port, code) == "['clock.ticks_ms', 'clock.idle']"


def test_the_board_says_who_it_is(echo: sim.VirtualClip):
    facts = ask(
        echo.port, "print(parts.unit_id.hex(), parts.capabilities, parts.reset_cause, parts.flash_root)"
    )
    unit, capabilities, cause, root = facts.split()
    assert unit == echo.unit_id.hex()
    assert int(capabilities) & messages.CAP_VIRTUAL
    assert records.RESET_CAUSES[int(cause)] == "power-on"
    assert root == "/"


def test_a_button_held_at_boot_is_safe_mode():
    with sim.start(options=sim.Options(fast=True, safe_mode=True, files=app("echo"))) as clip:
        listening(clip)
        assert ask(clip.port, "print(parts.safe_mode)") == "True"


def test_memory_is_capped_at_twice_the_reference_boards(echo: sim.VirtualClip):
    code = "import gc\ntry:\n bytearray(1000000)\n print('had it')\nexcept MemoryError:\n print('refused')"
    assert ask(echo.port, code) == "refused"
    total = int(ask(echo.port, "import gc\nprint(gc.mem_free() + gc.mem_alloc())"))
    assert 900_000 < total < 1_010_000


def test_the_vault_is_flash_that_the_file_system_does_not_reach(echo: sim.VirtualClip):
    code = """
import os
page = bytearray(512)
for sector in (0, 1):
    parts.vault.erase(sector)
    parts.vault.program(sector, bytes([sector + 1]) * 256)
for sector in (0, 1):
    parts.vault.read(sector, page)
    print(set(page[:256]), set(page[256:]))
parts.vault.erase(0)
parts.vault.read(0, page)
print(set(page), os.statvfs('/')[2])
"""
    assert ask(echo.port, code).splitlines() == ["{1} {255}", "{2} {255}", f"{{255}} {volume.BLOCKS}"]
    echo.cut_power()
    echo.power_on()
    listening(echo, 2)
    assert (
        ask(echo.port, "page = bytearray(2)\nparts.vault.read(1, page)\nprint(page)")
        == "bytearray(b'\\x02\\x02')"
    )
