"""The runtime and the file to drag: which bytes, where, and the same ones every time."""

import struct
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(3600)
BOARDS = ("xiao_rp2350", "pico2", "pico")


@pytest.fixture(scope="module", params=BOARDS)
def product(request, build):
    return build(request.param)


def test_both_files_hold_the_runtime_and_one_the_application(product) -> None:
    from littlefs import LittleFS, UserContext
    from rp2build import uf2, volume

    board = product.board
    family, runtime = uf2.decode(product.runtime_uf2)
    assert family == board.family
    assert b"".join(runtime.values()).startswith(product.image)
    assert max(runtime) < uf2.FLASH + board.volume_offset

    family, whole = uf2.decode(product.whole_uf2)
    assert family == board.family
    assert {address: whole.pop(address) for address in runtime} == runtime
    assert min(whole) == uf2.FLASH + board.volume_offset
    held_bytes = board.volume_bytes - volume.VAULT_BLOCKS * volume.BLOCK_BYTES
    context = UserContext(held_bytes)
    context.buffer = bytearray(b"".join(whole[address] for address in sorted(whole)))
    assert len(context.buffer) == held_bytes, "the sectors for keys are no part of the file"
    held = LittleFS(
        context=context,
        block_size=volume.BLOCK_BYTES,
        block_count=held_bytes // volume.BLOCK_BYTES,
        mount=True,
    )
    assert "main.py" in product.files
    for path, content in product.files.items():
        with held.open(path, "rb") as file:
            assert file.read() == content, path


def test_the_boot_rom_will_take_the_runtime(product) -> None:
    """RP2040 checks the second stage's CRC; RP2350 looks for a block that says which processor the image is for."""
    from rp2build import uf2

    if product.board.family == uf2.RP2040:
        stage, crc = product.image[:252], struct.unpack_from("<I", product.image, 252)[0]
        assert crc32_of_boot_rom(stage) == crc
    else:
        # Data sheet of RP2350, 5.9.1: marker, then IMAGE_TYPE: executable, secure, Arm, RP2350.
        assert struct.pack("<II", 0xFFFFDED3, 0x10210142) in product.image[:4096]
        stack, reset = struct.unpack_from("<II", product.image)
        assert 0x20000000 < stack <= 0x20082000
        assert uf2.FLASH < reset < uf2.FLASH + len(product.image)


def crc32_of_boot_rom(data: bytes) -> int:
    """CRC-32 with the usual polynomial, neither reflected nor inverted at the end (RP2040's data sheet, 2.8.1.3.1)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def test_the_runtime_has_aes_and_names_neither_this_machine_nor_this_repository(product) -> None:
    assert b"cryptolib" in product.image
    assert str(Path(__file__).resolve().parents[2]).encode() not in product.image
    assert b"v1.25.0 on 2025-01-01" in product.image


def test_built_twice_in_different_folders_the_bytes_are_the_same(build, tmp_path) -> None:
    first, second = build(BOARDS[0]), build(BOARDS[0], work=tmp_path / "elsewhere")
    assert first.runtime_uf2 == second.runtime_uf2
    assert first.whole_uf2 == second.whole_uf2
