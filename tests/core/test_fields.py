from allears_core.fields import Layout, saturate
from support import Lcg, raises

ALL = Layout(
    9,
    "ALL",
    (
        ("a", "u8", "", 1),
        ("b", "i8", "", 1),
        ("c", "u16", "", 1),
        ("d", "i16", "", 1),
        ("e", "u32", "", 1),
        ("f", "i32", "", 1),
        ("g", "b3", "", 1),
        ("rest", "*", "", 1),
    ),
)
LIMITS = {
    "u8": (0, 255),
    "i8": (-128, 127),
    "u16": (0, 65535),
    "i16": (-32768, 32767),
    "u32": (0, 4294967295),
    "i32": (-2147483648, 2147483647),
}


def packed(**changed):
    values = {"a": 1, "b": -2, "c": 3, "d": -4, "e": 5, "f": -6, "g": b"xyz", "rest": b"!"}
    values.update(changed)
    return ALL.pack(**values)


def test_bytes_are_little_endian_without_padding():
    assert packed() == b"\x01\xfe\x03\x00\xfc\xff\x05\x00\x00\x00\xfa\xff\xff\xffxyz!"


def test_saturation_at_and_beyond_both_ends():
    for code, (low, high) in LIMITS.items():
        assert [saturate(code, value) for value in (low - 1, low, high, high + 1)] == [low, low, high, high]
        layout = Layout(1, "ONE", (("x", code, "", 1),))
        for value, kept in ((low - 1, low), (low, low), (high, high), (high + 1, high), (1 << 40, high)):
            assert layout.unpack(layout.pack(x=value)) == {"x": kept}


def test_any_values_come_back():
    random = Lcg(2)
    for _ in range(200):
        values = {"g": random.bytes(3), "rest": random.bytes(random.below(20))}
        for name, code, _, _ in ALL.fields[:6]:
            low, high = LIMITS[code]
            values[name] = low + (high - low) * random.below(1001) // 1000
        assert ALL.unpack(ALL.pack(**values)) == values


def test_every_field_must_be_given_and_no_other():
    raises(ValueError, ALL.pack, a=1)
    raises(ValueError, packed, more=1)
    one = Layout(1, "ONE", (("x", "u8", "", 1),))
    raises(KeyError, one.pack, y=1)


def test_raw_fields_have_their_length():
    raises(ValueError, packed, g=b"xy")
    raises(ValueError, packed, g=b"wxyz")


def test_a_shorter_payload_of_an_older_writer_leaves_none():
    whole = packed()
    read = ALL.unpack(whole[:4])
    assert [read[name] for name in ALL.names] == [1, -2, 3, None, None, None, None, b""]
    assert ALL.unpack(b"")["a"] is None


def test_a_longer_payload_of_a_newer_writer_is_read():
    one = Layout(1, "ONE", (("x", "u8", "", 1),))
    assert one.unpack(b"\x07\x08\x09") == {"x": 7}


def test_a_payload_that_ends_inside_a_field_is_refused():
    whole = packed()
    edges = (0, 1, 2, 4, 6, 10, 14, 17)
    for size in range(17):
        if size in edges:
            ALL.unpack(whole[:size])
        else:
            assert "ends inside" in str(raises(ValueError, ALL.unpack, whole[:size]))
