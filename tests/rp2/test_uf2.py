"""UF2 files: what the boot ROM will read, block by block."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rp2build import uf2

PAGE = uf2.PAGE_BYTES
FAMILIES = st.sampled_from([uf2.RP2040, uf2.RP2350_ARM_S])


@given(
    st.dictionaries(st.integers(0, 15), st.binary(min_size=1, max_size=4 * PAGE), min_size=1, max_size=4),
    FAMILIES,
)
def test_what_is_written_is_read(regions: dict[int, bytes], family: int) -> None:
    starts = {uf2.FLASH + number * 4 * PAGE: content for number, content in regions.items()}
    found, pages = uf2.decode(uf2.encode(starts.items(), family))
    assert found == family
    for start, content in starts.items():
        length = -(-len(content) // PAGE)
        joined = b"".join(pages.pop(start + number * PAGE) for number in range(length))
        assert joined == content.ljust(length * PAGE, b"\xff")
    assert not pages


def test_blocks_are_numbered_in_the_order_of_addresses() -> None:
    file = uf2.encode([(uf2.FLASH + 4 * PAGE, b"b"), (uf2.FLASH, b"a" * (PAGE + 1))], uf2.RP2040)
    blocks = [struct.unpack_from("<8I", file, at) for at in range(0, len(file), 512)]
    assert [(address - uf2.FLASH, number, total) for _, _, _, address, _, number, total, _ in blocks] == [
        (0, 0, 3),
        (PAGE, 1, 3),
        (4 * PAGE, 2, 3),
    ]
    assert {(flags, family) for _, _, flags, _, _, _, _, family in blocks} == {(0x2000, uf2.RP2040)}


def test_rp2350_has_the_block_against_e10_first_and_rp2040_has_not() -> None:
    first = struct.unpack_from("<8I", uf2.encode([(uf2.FLASH, b"a")], uf2.RP2350_ARM_S))
    assert first == (0x0A324655, 0x9E5D5157, 0xA000, 0x10FFFF00, 256, 0, 2, 0xE48BFF57)
    assert len(uf2.encode([(uf2.FLASH, b"a")], uf2.RP2350_ARM_S)) == 1024
    assert len(uf2.encode([(uf2.FLASH, b"a")], uf2.RP2040)) == 512


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        ([(uf2.FLASH, bytes(PAGE + 1)), (uf2.FLASH + PAGE, b"x")], "share"),
        ([(uf2.FLASH + 1, b"x")], "start of a page"),
    ],
)
def test_overlap_and_odd_addresses_are_refused(regions: list[tuple[int, bytes]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        uf2.encode(regions, uf2.RP2040)


@given(st.data(), FAMILIES)
def test_a_torn_or_foreign_file_is_refused(data: st.DataObject, family: int) -> None:
    file = uf2.encode([(uf2.FLASH, bytes(3 * PAGE))], family)
    kept = data.draw(st.integers(0, len(file) - 1))
    with pytest.raises(ValueError):
        uf2.decode(file[:kept])
    with pytest.raises(ValueError):
        uf2.decode(file.replace(b"UF2\n", b"UF3\n"))
