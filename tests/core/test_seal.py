# Known answers of the standards, and what the key schedule promises. Runs on both interpreters.
from binascii import unhexlify
from hashlib import sha256

from allears_core import seal

# RFC 4231, sections 4.2 to 4.8 (4.6 compares truncated output): key, data, HMAC-SHA-256.
RFC_4231 = (
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
)
# FIPS 180-4, examples of NIST's "SHA256" paper: message, digest.
FIPS_180 = (
    (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
)
# SP 800-38A, F.2.5 and F.2.6: CBC-AES256.
KEY = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
START = "000102030405060708090a0b0c0d0e0f"
PLAIN = (
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
SEALED = (
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
)


def test_sha256_gives_the_answers_of_fips_180_4():
    for message, digest in FIPS_180:
        assert sha256(message).digest() == unhexlify(digest)


def test_hmac_gives_the_answers_of_rfc_4231():
    for key, data, tag in RFC_4231:
        assert seal.hmac_sha256(key, data) == unhexlify(tag)
        for cut in (1, len(data) // 2):
            assert seal.hmac_sha256(key, data[:cut], data[cut:]) == unhexlify(tag)


def test_aes_gives_the_answers_of_sp_800_38a():
    key, start = unhexlify(KEY), unhexlify(START)
    assert seal.available()
    assert seal.encrypt(key, start, unhexlify(PLAIN)) == unhexlify(SEALED)
    assert seal.decrypt(key, start, unhexlify(SEALED)) == unhexlify(PLAIN)


def test_what_is_decrypted_is_what_was_encrypted():
    key, start = bytes(range(32)), bytes(range(16))
    for blocks in (1, 2, 57):
        data = bytes([at * 7 & 0xFF for at in range(16 * blocks)])
        assert seal.decrypt(key, start, seal.encrypt(key, start, data)) == data


def test_equal_is_equality():
    assert seal.equal(b"", b"")
    assert seal.equal(bytes(range(32)), bytearray(range(32)))
    assert not seal.equal(b"abc", b"abcd")
    for at in range(32):
        for bit in (1, 128):
            other = bytearray(range(32))
            other[at] ^= bit
            assert not seal.equal(bytes(range(32)), other)


def test_every_label_gives_another_key():
    labels = [b"", b"a", b"b", b"ab", b"a" * 100]
    keys = [seal.derive(b"\x01" * 32, label) for label in labels]
    assert len(set(keys)) == len(labels)
    assert {len(key) for key in keys} == {seal.KEY_BYTES}
    assert seal.derive(b"\x02" * 32, b"a") != keys[1]
