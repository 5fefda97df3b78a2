"""The genuine RP2040 image in an emulator: prompt, flash, PIO and DMA, AES, and the application answering a host."""

import pytest

pytestmark = pytest.mark.timeout(3600)
STATE_BYTES = 96 * 1024
ALL_BYTES = 215 * 1024
# 64 bytes 0 to 63, key 0 to 15, start 16 to 31, AES-128-CBC: by `openssl enc -aes-128-cbc -nopad`.
SEALED = (
    "954f64f2e4e86e9eee82d20216684899a93b9ddb22e8ab104c61e728831d6d5a"
    "1f51afc19343249ef3b4495be12dc4f3e0b296f5c91be273a66c1216a66da5fd"
)


@pytest.fixture(scope="module")
def product(build):
    pytest.importorskip(
        "rp2040py", reason="the emulator rp2040py is not installed: .ci/run --full installs it"
    )
    return build("pico")


@pytest.fixture(scope="module")
def prompt(product, tmp_path_factory):
    """A chip with the application and nothing that starts it."""
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
    assert prompt.run("print(open('/kept.txt').read(), 'unkept' in globals())").split() == [
        "still",
        "here",
        "False",
    ]


def test_the_vault_is_flash_behind_the_file_system(prompt) -> None:
    """Two sectors that the board offers, that a file system full to its end leaves alone, and that a reset keeps."""
    prompt.run(
        """
import os, rp2
from allears_clip.drivers.sectors import behind
vault = behind(rp2.Flash(), "/")
for sector in (0, 1):
    vault.erase(sector)
    vault.program(sector, bytes([sector + 1]) * 256)
"""
    )
    prompt.reset()
    said = prompt.run(
        """
import os, rp2
from allears_clip.drivers.sectors import behind
device = rp2.Flash()
vault = behind(device, "/")
page = bytearray(512)
for sector in (0, 1):
    vault.read(sector, page)
    print(set(page[:256]), set(page[256:]))
print(device.ioctl(4, 0) - os.statvfs("/")[2], behind(rp2.Flash(start=0, len=4096 * os.statvfs("/")[2]), "/"))
"""
    )
    assert said.split("\r\n")[:3] == ["{1} {255}", "{2} {255}", "2 None"]


def test_sound_reaches_memory_while_interrupts_are_off(prompt) -> None:
    """Three hops, 48 ms: as long as a flash erase keeps them off. The data line is held high: every sample is -1."""
    prompt.drive(4, True)
    said = prompt.run(
        """
import machine
from allears_clip.drivers.i2s_pio import Mic
hop = bytearray(512)
mic = Mic(0, 2, 4)
mic.start()
was = machine.disable_irq()
for tries in range(100000):
    if mic.waiting() == 3:
        break
machine.enable_irq(was)
mic.stop()
print(mic.waiting(), mic.overruns)
while mic.readinto(hop):
    print(set(hop))
"""
    )
    assert said.split("\r\n") == ["3 0", "{255}", "{255}", "{255}", ""]


def test_the_working_state_fits(prompt) -> None:
    """Ring, buffers, weights and objects, beyond what importing took; and all of it together."""
    prompt.reset()
    said = prompt.run(
        """
import gc
def used():
    gc.collect()
    return gc.mem_alloc()
taken = [used()]
import board
taken.append(used())
made = board.make()
taken.append(used())
from allears_clip.app import Clip
taken.append(used())
clip = Clip(made)
taken.append(used())
print(*taken, gc.mem_free(), clip.kernels)
"""
    )
    *figures, kernels = said.split()
    start, boards, ring, imported, running, free = map(int, figures)
    state = ring - boards + running - imported
    print(
        f"RP2040: {running - start:,} bytes in use, {state:,} of them working state; {free:,} free ({kernels})"
    )
    assert kernels == "v6m_thumb"
    assert state <= STATE_BYTES
    assert running - start <= ALL_BYTES


def test_the_application_boots_answers_hello_and_keeps_its_log_over_a_reset(product, tmp_path) -> None:
    from emulated import Line

    from allears.device import hello
    from allears_core import link, messages, version

    image = tmp_path / "whole.uf2"
    image.write_bytes(product.whole_uf2)
    host = link.Client()
    tag, cells = host.request(messages.HELLO, protocol=version.PROTOCOL)

    def reply(news: bytes) -> hello.Hello | None:
        assert b"Traceback" not in news, news.decode(errors="replace")
        for layout, answered, values in host.receive(news):
            if layout is messages.HELLO_REPLY and answered == tag:
                return hello.from_values(values)
        return None

    with Line(image) as chip:
        chip.send(cells)
        first = chip.until(reply)
        print(f"HELLO answered {chip.seconds:.2f} s after power-on, by the chip's clock")
        chip.reset()
        chip.send(cells)
        again = chip.until(reply)
    assert first.board == "xiao-rp2350"
    assert first.firmware == version.VERSION
    assert first.reset_cause == "power-on"
    assert "v6m" in first.kernels
    assert "microphones" in first.can
    # What the application wrote to flash in its first run it finds in the second.
    assert (again.boot, again.log_id) == (first.boot + 1, first.log_id)


def test_ctrl_c_interrupts_no_file_before_it_is_let_in(product, tmp_path) -> None:
    """boot.py and main.py run undisturbed though they do nothing about it; main.py opens the line at its end."""
    from emulated import Line
    from rp2build import uf2, volume

    board = product.board
    main = b"""
import micropython, sys, time
print('begun')
for k in range(40):
    time.sleep_ms(5)
waiting = sys.stdin.read(3)
print('undisturbed', [ord(c) for c in waiting])
micropython.kbd_intr(3)
while True:
    time.sleep_ms(5)
"""
    regions = [(uf2.FLASH, product.image)]
    regions.append((uf2.FLASH + board.volume_offset, volume.image(board, {"main.py": main})))
    image = tmp_path / "closed.uf2"
    image.write_bytes(uf2.encode(regions, board.family))
    heard = bytearray()

    def told(word: bytes):
        def found(news: bytes) -> bool:
            heard.extend(news)
            return word in heard

        return found

    with Line(image) as chip:
        chip.send(b"\x03" * 3)
        chip.until(told(b"undisturbed [3, 3, 3]"))
        assert b"KeyboardInterrupt" not in heard
        chip.send(b"\x03")
        chip.until(told(b"KeyboardInterrupt"))
