from allears_core import proof
from support import Lcg

KEY = bytes(range(32))
SAID = proof.statement(b"unit-one", b"log-id-1", 1, bytes(16), bytes(range(16)))


def test_both_sides_sign_the_same_statement_differently():
    random = Lcg(61)
    proofs = [proof.sign(KEY, side, SAID) for side in (proof.OF_HOST, proof.OF_CLIP)]
    proofs.append(proof.session_key(KEY, SAID))
    assert len(set(proofs)) == 3 and min(map(len, proofs)) == 32
    for at in range(len(SAID)):
        other = bytearray(SAID)
        other[at] ^= 1 << random.below(8)
        assert proof.sign(KEY, proof.OF_HOST, bytes(other)) != proofs[0], at


def test_a_sealed_request_opens_once():
    sealer, opener = proof.Sealer(KEY), proof.Opener(KEY)
    for payload in (b"\x16\x01", b"\x1a\x02" + bytes(range(256))):
        sealed = sealer.seal(payload)
        assert len(sealed) == len(payload) + proof.SEAL_BYTES
        assert opener.unseal(sealed) == payload
        assert opener.unseal(sealed) is None


def test_a_request_that_was_lost_stops_nothing_but_may_not_come_late():
    sealer, opener = proof.Sealer(KEY), proof.Opener(KEY)
    first, second, third = [sealer.seal(b"\x16" + bytes((tag,))) for tag in (1, 2, 3)]
    assert opener.unseal(second) == b"\x16\x02"
    assert opener.unseal(first) is None
    assert opener.unseal(third) == b"\x16\x03"


def test_every_flipped_bit_is_refused():
    sealed = proof.Sealer(KEY).seal(b"\x38\x01\x00")
    opener = proof.Opener(KEY)
    for bit in range(len(sealed) * 8):
        broken = bytearray(sealed)
        broken[bit // 8] ^= 1 << bit % 8
        assert opener.unseal(bytes(broken)) is None, bit
    for size in range(len(sealed)):
        assert opener.unseal(sealed[:size]) is None
    assert opener.unseal(sealed) == b"\x38\x01\x00"


def test_another_sessions_seal_is_refused():
    assert proof.Opener(bytes(32)).unseal(proof.Sealer(KEY).seal(b"\x16\x01")) is None


def test_a_session_ends_before_its_counter_wraps():
    sealer, opener = proof.Sealer(KEY), proof.Opener(KEY)
    sealer._count = proof.MOST_REQUESTS - 1
    assert opener.unseal(sealer.seal(b"\x16\x01")) == b"\x16\x01"
    assert opener.unseal(sealer.seal(b"\x16\x02")) is None
