"""Every byte of a bundle and of a sealed segment changed once: all must be refused."""

import tempfile
from pathlib import Path
from typing import Any

from allears import sim
from allears.device import open_clip
from allears.errors import AllEarsError
from allears.fleet import signing
from allears.fleet.bundle import load_bundle
from allears.keys import KeyStore, Opener
from allears.keys.opener import split
from allears_core import records, sealed
from allears_core.compat import crc32

_CRC_BYTES = 4
_SEGMENT_BYTES = 16_320  # what the clip puts into one file


def bundle(stride: int) -> dict[str, Any]:
    """Each `stride`-th byte of the virtual clip's signed bundle changed; taken: how many were believed."""
    with tempfile.TemporaryDirectory(prefix="allears-safe-") as folder:
        key = Path(folder, "key.pem")
        public = signing.private_key(key)
        content = signing.sign(load_bundle("x64", "sim"), key)
    if not signing.read(content, {public}).files:
        raise RuntimeError("the bundle itself is refused")
    changed, taken, tried = bytearray(content), 0, 0
    for at in range(0, len(content), stride):
        changed[at] ^= 1 << at % 8
        try:
            signing.read(bytes(changed), {public})
            taken += 1
        except AllEarsError:
            tried += 1
        changed[at] = content[at]
    return {"bytes": len(content), "flipped": tried + taken, "taken": taken}


def segment(stride: int) -> dict[str, Any]:
    """Each `stride`-th byte of a segment's worth of sealed blocks changed, with the CRC that goes with the change, as
    somebody would who wants it believed."""
    blocks, opener = _blocks()
    opened = [opener.open(block) for block in blocks]
    if not all(opened):
        raise RuntimeError("a block as the clip sealed it is refused")
    flipped = taken = 0
    for block in blocks:
        for at in range(0, len(block) - _CRC_BYTES, stride):
            forged = bytearray(block)
            forged[at] ^= 1 << at % 8
            crc = crc32(forged[:-_CRC_BYTES])
            forged[-_CRC_BYTES:] = crc.to_bytes(_CRC_BYTES, "little")
            flipped += 1
            taken += _believed(bytes(forged), opener)
        for at in range(len(block) - _CRC_BYTES, len(block)):
            torn = bytearray(block)
            torn[at] ^= 1
            flipped += 1
            taken += bool(split(bytes(torn))[0])
    return {"bytes": sum(map(len, blocks)), "flipped": flipped, "taken": taken}


def _believed(forged: bytes, opener: Opener) -> bool:
    """True if some of it is opened: a header that claims another length makes another block of it."""
    for block in split(forged)[0]:
        try:
            if opener.open(block) is not None:
                return True
        except AllEarsError:
            continue
    return False


def _blocks() -> tuple[list[bytes], Opener]:
    with sim.start(fast=True) as virtual, open_clip(virtual.port) as clip:
        for second in range(600):
            clip.set_clock(1_700_000_000 + second)
        held = clip.range(records.EVENTS)
        parts = clip.pull(records.EVENTS, held.first_seq, 1 << 20)
        raw = b"".join(part for part in parts if isinstance(part, bytes))
        opener = Opener(KeyStore(), clip.hello.unit, records.EVENTS)
        blocks, size = [], 0
        for block in split(raw)[0]:
            if size + len(block) <= _SEGMENT_BYTES:
                blocks.append(block)
                size += len(block)
        assert sealed.header(blocks[0])["first_seq"] == held.first_seq
        return blocks, opener
