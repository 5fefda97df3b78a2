# Keys and sealing: HMAC-SHA-256, keys derived from keys one-way, AES-256-CBC. What a sealed block is stands in
# sealed.py, the keys of a unit in keys.py. Nothing here keeps a key longer than its call.
from hashlib import sha256

from .compat import aes_cbc

KEY_BYTES = 32
TAG_BYTES = 32
BLOCK_BYTES = 16  # of the cipher
_HASH_BLOCK_BYTES = 64  # SHA-256's


def hmac_sha256(key, *parts):
    """HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the concatenated `parts`: 32 bytes."""
    if len(key) > _HASH_BLOCK_BYTES:
        key = sha256(key).digest()
    key = bytes(key) + bytes(_HASH_BLOCK_BYTES - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]))
    for part in parts:
        inner.update(part)
    outer = sha256(bytes([byte ^ 0x5C for byte in key]))
    outer.update(inner.digest())
    return outer.digest()


def derive(secret, label):
    """A key of 32 bytes that tells nothing of `secret`; another one for every label (bytes)."""
    return hmac_sha256(secret, label)


def equal(left, right):
    """True if both byte strings are the same, in a time that depends on their lengths only."""
    if len(left) != len(right):
        return False
    differing = 0
    for at in range(len(left)):
        differing |= left[at] ^ right[at]
    return differing == 0


def available():
    """True if this runtime can encrypt."""
    return aes_cbc(bytes(KEY_BYTES), bytes(BLOCK_BYTES)) is not None


def encrypt(key, start, data):
    """`data`, whole blocks of 16 bytes, by AES-256-CBC. start: 16 bytes, never twice the same under one key."""
    return aes_cbc(key, start).encrypt(data)


def decrypt(key, start, data):
    """What `encrypt` was given. Check a tag over `data` before: this cannot fail."""
    return aes_cbc(key, start).decrypt(data)
