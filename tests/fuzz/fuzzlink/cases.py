"""Bytes that no well-meaning peer would send: noise, damaged frames, and whole frames with anything inside."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from allears_core import frame, messages, proof
from allears_core.fields import Layout

REQUESTS = [layout for layout in messages.LAYOUTS if layout.code % 2 == 0]
REPLIES = [layout for layout in messages.LAYOUTS if layout.code % 2]
PROMPT_KEYS = b"\x01\x02\x03\x04\x05\r\n\x03\x04\x01"  # raw mode, friendly mode, interrupt, soft reset, paste
_EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_PATHS = (b"main.py", b"weights/x.bin", b"../main.py", b"log/0", b"", b"/", b"boot.py\0", b"config.json")


def fields(draw: random.Random, layout: Layout) -> dict[str, object]:
    """Values for a message that packs: edges, anything, and paths where there is room for text."""
    values: dict[str, object] = {}
    for name, code, _, _ in layout.fields:
        if code == "*":
            some = draw.randbytes(draw.choice((0, 1, 5, 40, 200)))
            values[name] = draw.choice((*_PATHS, some, some))
        elif code[0] == "b":
            values[name] = draw.randbytes(int(code[1:]))
        else:
            small = draw.randrange(4)  # streams, roles, switches: the values that lead somewhere
            values[name] = draw.choice((small, small, draw.choice(_EDGES), draw.getrandbits(32)))
    return values


def payload(draw: random.Random, layouts: list[Layout]) -> bytes:
    """One message of these, as often damaged as whole."""
    layout = draw.choice(layouts)
    whole = bytearray(messages.pack(layout, draw.randrange(256), **fields(draw, layout)))
    kind = draw.randrange(6)
    if kind == 0:
        del whole[draw.randrange(len(whole)) :]
    elif kind == 1:
        whole[draw.randrange(len(whole))] = draw.randrange(256)
    elif kind == 2:
        whole += draw.randbytes(draw.randrange(60))
    return bytes(whole[: frame.MAX_PAYLOAD])


def _noise(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randrange(1, 300))


def _endless(draw: random.Random) -> bytes:
    """More than a frame may hold, and no end to it."""
    return draw.randbytes(draw.randrange(2000, 5000)).replace(b"\0", b"\1")


def _keys(draw: random.Random) -> bytes:
    return bytes(draw.choice(PROMPT_KEYS) for _ in range(draw.randrange(1, 80)))


def _sealed(draw: random.Random) -> bytes:
    """A request with a seal that nobody made."""
    count = draw.choice((0, 1, 2, 0x3FFFFFFF, 0xFFFFFFFF, draw.getrandbits(32)))
    seal = proof.SEAL.pack(count=count, mac=draw.randbytes(8))
    return frame.encode((payload(draw, REQUESTS) + seal)[: frame.MAX_PAYLOAD])


def _damaged(draw: random.Random) -> bytes:
    whole = bytearray(frame.encode(payload(draw, REQUESTS)))
    for _ in range(draw.randrange(1, 5)):
        whole[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
    return bytes(whole)


def _login(draw: random.Random) -> bytes:
    """A challenge and an answer to it that is no proof."""
    asked = messages.pack(messages.CHALLENGE, draw.randrange(256))
    answer = messages.pack(
        messages.AUTHENTICATE,
        draw.randrange(256),
        role=draw.choice((0, 1, 2, 3, 4, 7, 255)),
        nonce=draw.randbytes(16),
        proof=draw.randbytes(32),
    )
    return frame.encode(asked) + frame.encode(answer)


def _whole(draw: random.Random) -> bytes:
    return frame.encode(payload(draw, REQUESTS))


def _answer(draw: random.Random) -> bytes:
    return frame.encode(payload(draw, REPLIES))


def _unknown(draw: random.Random) -> bytes:
    return frame.encode(draw.randbytes(draw.randrange(40)))


_OFTEN: tuple[Callable[[random.Random], bytes], ...] = (
    _whole, _whole, _whole, _sealed, _sealed, _damaged, _damaged, _login, _noise, _answer, _unknown, _keys,
)  # fmt: skip
_KINDS = (*_OFTEN * 20, _endless)  # it is as long as a hundred others


def for_clip(seed: int, size_bytes: int) -> Iterator[bytes]:
    """Pieces of at least `size_bytes` in all, sent to a clip by somebody who holds no key."""
    draw = random.Random(seed)
    sent = 0
    while sent < size_bytes:
        piece = draw.choice(_KINDS)(draw)
        if draw.randrange(3):
            piece = bytes(frame.to_cells(piece))
        sent += len(piece)
        yield piece


def sealed_requests(seed: int, size_bytes: int) -> Iterator[tuple[int, bytes]]:
    """(role, message) of at least `size_bytes` in all, to be sealed and sent by somebody who does hold the key."""
    draw = random.Random(seed)
    sent = 0
    while sent < size_bytes:
        role = draw.choice((*messages.ROLE_WORDS, messages.ROLE_IT))
        message = payload(draw, REQUESTS)[: frame.MAX_PAYLOAD - proof.SEAL_BYTES]
        sent += len(message) + proof.SEAL_BYTES
        if len(message) >= 2:
            yield role, message


def answers(draw: random.Random, tag: int) -> bytes:
    """What a hostile clip may send when it was asked with `tag`: answers that fit, do not fit, or are none."""
    pieces = []
    for _ in range(draw.randrange(1, 4)):
        kind = draw.randrange(8)
        if kind < 5:
            layout = draw.choice(REPLIES)
            message = bytearray(messages.pack(layout, tag, **fields(draw, layout)))
            if kind == 0:
                del message[draw.randrange(2, len(message) + 1) :]
            pieces.append(frame.encode(bytes(message[: frame.MAX_PAYLOAD])))
        else:
            pieces.append(draw.choice(_KINDS)(draw))
    return b"".join(pieces)
