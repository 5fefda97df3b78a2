"""The runtime and the file to drag: which bytes, where, and the same ones every time."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(3600)
BOARDS = ("xiao_rp2350", "pico2", "pico")


@pytest.fixture(params=BOARDS)
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
    context = UserContext(board.volume_bytes)
    context.buffer = bytearray(b"".join(whole[address] for address in sorted(whole)))
    assert len(context.buffer) == board.volume_bytes
    held = LittleFS(
        context=context,
        block_size=volume.BLOCK_BYTES,
        block_count=board.volume_bytes // volume.BLOCK_BYTES,
        mount=True,
    )
    for path, content in product.files.items():
        with held.open(path, "rb") as file:
            assert file.read() == content, path


def test_the_runtime_has_aes_and_names_neither_this_machine_nor_this_repository(product) -> None:
    assert b"cryptolib" in product.image
    assert str(Path(__file__).resolve().parents[2]).encode() not in product.image
    assert b"v1.25.0 on 2025-01-01" in product.image


def test_built_twice_in_different_folders_the_bytes_are_the_same(build, tmp_path) -> None:
    first, second = build(BOARDS[0]), build(BOARDS[0], work=tmp_path / "elsewhere")
    assert first.runtime_uf2 == second.runtime_uf2
    assert first.whole_uf2 == second.whole_uf2
