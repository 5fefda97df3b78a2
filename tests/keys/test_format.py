"""docs/sealing.md read by somebody else: the same bytes from Python's hmac and the `cryptography` library alone."""

import hashlib
import hmac
import struct
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from allears_core import keys, messages, sealed

KEY = st.binary(min_size=32, max_size=32)
UNIT = st.binary(min_size=8, max_size=8)


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


@given(KEY, UNIT, st.integers(0, 1), st.integers(0, 20))
def test_the_key_schedule_is_that_of_the_page(secret, unit, stream, step):
    name = ("events", "summaries")[stream].encode()
    seed = mac(secret, b"allears log " + name + b" " + unit)
    assert keys.stream_seed(secret, unit, stream) == seed
    assert keys.key_id(seed) == mac(seed, b"allears id")[:4]
    for role in messages.ROLE_WORDS:
        assert keys.auth_key(secret, unit, role) == mac(secret, b"allears auth " + bytes([role]) + unit)
    assert keys.update_key(secret, unit) == mac(secret, b"allears update " + unit)
    assert keys.wrapping_key(secret) == mac(secret, b"allears wrap")
    state = ours = seed
    for _ in range(step):
        state, ours = mac(state, b"allears next"), keys.following(ours)
    assert ours == state
    assert keys.session_keys(ours) == tuple(
        mac(state, b"allears " + use) for use in (b"cipher", b"tag", b"start")
    )


@given(KEY, st.binary(max_size=944), st.integers(0, 255), st.integers(0, 65535), st.integers(0, 2**32 - 1))
def test_a_block_is_that_of_the_page(state, content, count, boot, number):
    cipher, tag, start = (mac(state, b"allears " + use) for use in (b"cipher", b"tag", b"start"))
    key = b"\x01\x02\x03\x04"
    head = struct.pack("<BBBBHHII4s", 0xB7, 1, 1, count, boot, len(content), number, 7, key)
    padded = content + bytes(-len(content) % 16)
    aes = Cipher(algorithms.AES(cipher), modes.CBC(mac(start, head)[:16])).encryptor()
    body = head + aes.update(padded) + aes.finalize()
    body += mac(tag, body)
    block = body + struct.pack("<I", zlib.crc32(body))
    values = {"stream": 1, "count": count, "boot": boot, "first_seq": number, "step": 7, "key": key}
    assert sealed.seal_block(keys.session_keys(state), values, content) == block
    assert sealed.open_block(keys.session_keys(state), block) == content


@given(st.tuples(KEY, KEY, KEY), UNIT, st.integers(1, 2**32 - 1))
def test_a_vault_is_that_of_the_page(secrets, unit, count):
    agent, lead, it = secrets
    given_keys = keys.for_clip(dict(zip(sorted(messages.ROLE_WORDS), secrets, strict=True)), unit)
    page = keys.pack_vault({**keys.give(None, keys.ALL_ROLES, given_keys), "count": count})
    events, summaries = keys.stream_seed(agent, unit, 0), keys.stream_seed(lead, unit, 1)
    expected = b"AEv1" + struct.pack("<I", count)
    expected += b"".join(
        mac(secret, b"allears auth " + bytes([role]) + unit)
        for role, secret in ((1, agent), (2, lead), (4, it))
    )
    expected += mac(it, b"allears update " + unit)
    for seed in (events, summaries):
        expected += mac(seed, b"allears id")[:4] + bytes(4) + seed
    assert len(expected) == 216
    assert page == (expected + struct.pack("<I", zlib.crc32(expected))).ljust(256, b"\xff")
