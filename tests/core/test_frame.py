from allears_core import frame
from support import Lcg, raises


def all_of(decoder, data, size):
    found = []
    for at in range(0, len(data), size):
        found += decoder.feed(data[at : at + size])
    return found


def test_every_byte_value_travels():
    payload = bytes(range(256))
    for data in (payload, payload * 4, bytes(1024), b"\x06" * 1024, b"", b"\x05\x46\x06\x40\x00"):
        assert frame.Decoder().feed(frame.encode(data)) == [data]


def test_every_pair_of_bytes_around_the_stuffed_ones_travels():
    risky = list(range(8)) + [0x3F, 0x40, 0x41, 0x45, 0x46, 0x47]
    for first in risky:
        for second in risky:
            for third in (6, 0x40, 0x46):
                data = bytes((first, second, third))
                assert frame.Decoder().feed(frame.encode(data)) == [data]


def test_no_low_byte_inside_a_frame():
    random = Lcg(3)
    for size in (0, 1, 5, 64, 300):
        encoded = frame.encode(random.bytes(size))
        assert encoded[-1] == 0
        assert min(encoded[:-1]) > 5


def test_cells_are_whole_and_padding_is_nothing():
    random = Lcg(4)
    for size in (0, 1, 54, 55, 59, 60, 200):
        payload = random.bytes(size)
        cells = frame.to_cells(frame.encode(payload))
        assert len(cells) % frame.CELL_BYTES == 0
        assert len(cells) < len(frame.encode(payload)) + frame.CELL_BYTES
        assert frame.Decoder().feed(cells) == [payload]


def test_feeds_may_be_cut_anywhere():
    random = Lcg(5)
    payloads = [random.bytes(random.below(90)) for _ in range(12)]
    stream = b"".join([frame.to_cells(frame.encode(payload)) for payload in payloads])
    for size in (1, 2, 3, 7, 63, 64, 65, len(stream)):
        assert all_of(frame.Decoder(), stream, size) == payloads


def test_every_flipped_bit_is_noticed():
    payload = b"\x00\x06mm-hm\xff"
    encoded = frame.encode(payload)
    good = frame.encode(b"next")
    for at in range(len(encoded) - 1):
        for bit in range(8):
            broken = bytearray(encoded)
            broken[at] ^= 1 << bit
            decoder = frame.Decoder()
            assert decoder.feed(bytes(broken) + good) == [b"next"]
            assert decoder.bad_crc >= 1 or broken[at] == 0


def test_a_frame_joined_with_the_next_costs_both_and_no_more():
    one = frame.encode(b"one")
    decoder = frame.Decoder()
    assert decoder.feed(one[:-1] + one + frame.encode(b"three")) == [b"three"]
    assert decoder.bad_crc == 1


def test_a_piece_too_short_for_a_crc_is_damage():
    decoder = frame.Decoder()
    assert decoder.feed(b"abc\x00") == []
    assert decoder.bad_crc == 1


def test_too_long_a_payload_is_refused():
    frame.encode(bytes(frame.MAX_PAYLOAD))
    raises(ValueError, frame.encode, bytes(frame.MAX_PAYLOAD + 1))


def test_noise_without_end_stays_bounded_and_counts_once():
    for size in (1, 61, 500, 5000):
        decoder = frame.Decoder(max_payload=60)
        noise = b"x" * 5000
        assert all_of(decoder, noise, size) == []
        assert len(decoder._partial) <= 2 * (60 + frame.CRC_BYTES)
        assert decoder.feed(b"\x00") == []
        assert decoder.overlong == 1
        assert decoder.feed(frame.encode(b"after")) == [b"after"]


def test_the_longest_frame_is_taken_however_much_of_it_is_stuffed():
    decoder = frame.Decoder(max_payload=60)
    for payload in (bytes(60), b"\xff" * 60, b"\x06" * 60):
        assert decoder.feed(frame.encode(payload)) == [payload]
    assert decoder.overlong == 0


def test_random_noise_never_raises():
    random = Lcg(6)
    decoder = frame.Decoder()
    for _ in range(60):
        decoder.feed(random.bytes(random.below(120)))
    assert decoder.feed(b"\x00" + frame.encode(b"still here"))[-1:] == [b"still here"]
