"""UF2: the file that the boot ROM of RP2040 and RP2350 takes by drag and drop. Written, and read back to check it.

Format: Microsoft's UF2 specification; family numbers and the block against erratum RP2350-E10 as in the chips'
data sheets and Raspberry Pi's picotool.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

RP2040 = 0xE48BFF56
RP2350_ARM_S = 0xE48BFF59
ABSOLUTE = 0xE48BFF57
FLASH = 0x10000000  # where flash begins in the address space of both chips
PAGE_BYTES = 256
BLOCK_BYTES = 512
_MAGIC = (0x0A324655, 0x9E5D5157)
_MAGIC_END = 0x0AB16F30
_HAS_FAMILY = 0x2000
_HAS_EXTENSION = 0x8000
_IGNORE_THIS_BLOCK = 0x9957E304
_E10_ADDRESS = 0x10FFFF00
_HEADER = struct.Struct("<8I")


def encode(regions: Iterable[tuple[int, bytes]], family: int) -> bytes:
    """A UF2 file of (address, content) for the chip of `family`; content is padded with 0xFF to whole pages.

    For RP2350 the block against erratum E10 comes first. Raises ValueError if an address is not a page's, or if two
    regions share one.
    """
    pages: dict[int, bytes] = {}
    for start, content in regions:
        if start % PAGE_BYTES:
            raise ValueError(f"{start:#x} is not the start of a page of {PAGE_BYTES} bytes")
        for offset in range(0, len(content), PAGE_BYTES):
            if start + offset in pages:
                raise ValueError(f"two regions share the page at {start + offset:#x}")
            pages[start + offset] = content[offset : offset + PAGE_BYTES].ljust(PAGE_BYTES, b"\xff")
    blocks = [
        _block(_HAS_FAMILY, address, number, len(pages), family, pages[address])
        for number, address in enumerate(sorted(pages))
    ]
    return (_against_e10() if family == RP2350_ARM_S else b"") + b"".join(blocks)


def decode(file: bytes) -> tuple[int, dict[int, bytes]]:
    """(family, content by page address) of a file of encode(). Raises ValueError where it is none."""
    if len(file) % BLOCK_BYTES:
        raise ValueError(f"a UF2 file has whole blocks of {BLOCK_BYTES} bytes")
    pages: dict[int, bytes] = {}
    families: set[int] = set()
    totals: set[int] = set()
    for at in range(0, len(file), BLOCK_BYTES):
        block = file[at : at + BLOCK_BYTES]
        first, second, flags, address, size, number, total, family = _HEADER.unpack_from(block)
        if (first, second) != _MAGIC or struct.unpack_from("<I", block, BLOCK_BYTES - 4)[0] != _MAGIC_END:
            raise ValueError(f"the block at byte {at} has no magic numbers")
        if flags & _HAS_EXTENSION and block == _against_e10():
            continue
        if number != len(pages) or address in pages or size != PAGE_BYTES:
            raise ValueError(f"the block at byte {at} is out of order")
        pages[address] = block[_HEADER.size : _HEADER.size + size]
        families.add(family)
        totals.add(total)
    if len(families) != 1 or totals != {len(pages)}:
        raise ValueError("the blocks do not belong together")
    return families.pop(), pages


def _block(flags: int, address: int, number: int, total: int, family: int, data: bytes) -> bytes:
    header = _HEADER.pack(*_MAGIC, flags, address, PAGE_BYTES, number, total, family)
    return (header + data).ljust(BLOCK_BYTES - 4, b"\0") + struct.pack("<I", _MAGIC_END)


def _against_e10() -> bytes:
    """The boot ROM of RP2350's first steppings may lose the first block of a file; it may lose this one."""
    data = b"\xef" * PAGE_BYTES + struct.pack("<I", _IGNORE_THIS_BLOCK)
    return _block(_HAS_FAMILY | _HAS_EXTENSION, _E10_ADDRESS, 0, 2, ABSOLUTE, data)
