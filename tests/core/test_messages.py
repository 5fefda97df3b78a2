from allears_core import messages
from support import Lcg, raises


def sample(random, layout):
    values = {}
    for name, code, _, _ in layout.fields:
        if code == "*":
            values[name] = random.bytes(random.below(40))
        elif code[0] == "b":
            values[name] = random.bytes(int(code[1:]))
        else:
            values[name] = random.below(128)
    return values


def test_every_message_comes_back():
    random = Lcg(14)
    for layout in messages.LAYOUTS:
        values = sample(random, layout)
        found, tag, read = messages.unpack(messages.pack(layout, 77, **values))
        assert (found.name, tag, read) == (layout.name, 77, values)


def test_codes_are_unique_requests_even_replies_odd():
    assert len(messages.BY_CODE) == len(messages.LAYOUTS)
    assert len({layout.name for layout in messages.LAYOUTS}) == len(messages.LAYOUTS)
    replies = ("DONE", "FAILED", "LOG_DATA", "LOG_END", "MONITOR_STATE", "MONITOR_RECORD")
    for layout in messages.LAYOUTS:
        odd = layout.name.endswith("_REPLY") or layout.name in replies
        assert layout.code & 1 == odd, layout.name


def test_every_request_says_who_may_send_it():
    asked = [layout.name for layout in messages.LAYOUTS if layout.code % 2 == 0]
    assert sorted(messages.ROLES) == sorted(asked)
    anybody = sorted([name for name, mask in messages.ROLES.items() if mask == messages.ANYBODY])
    assert anybody == ["AUTHENTICATE", "CHALLENGE", "HELLO", "IDENTIFY"]


def test_a_stream_narrows_who_may_ask_for_it():
    for layout in (messages.LOG_RANGE, messages.PULL, messages.LOG_ACK):
        events = messages.roles(layout, {"stream": 0})
        assert events == messages.ROLE_AGENT | messages.ROLE_IT
        assert messages.roles(layout, {"stream": 1}) == events | messages.ROLE_LEAD
        assert messages.roles(layout, {"stream": 9}) == messages.ROLES[layout.name]
    assert messages.role_words(events) == "agent or IT"


def test_what_brings_a_clip_to_another_protocol_stays_as_it_was_first():
    """Whoever changes one of these strands every clip in the field that speaks the other version."""
    known = {
        "HELLO": "u8",
        "CHALLENGE": "",
        "AUTHENTICATE": "u8 b16 b32",
        "FILE_HASH": "*",
        "UPDATE_BEGIN": "u32",
        "UPDATE_DATA": "u32 *",
        "UPDATE_COPY": "u32 b32",
        "UPDATE_END": "u8 b32",
        "SLOTS": "",
        "REBOOT": "u8",
    }
    found = {
        layout.name: " ".join([field[1] for field in layout.fields])
        for layout in messages.LAYOUTS
        if layout.name in messages.STABLE
    }
    assert found == known


def test_capabilities_are_single_bits():
    bits = [value for name, value in messages.__dict__.items() if name.startswith("CAP_")]
    assert sum(bits) == (1 << len(bits)) - 1


def test_an_unknown_type_is_told_apart_from_a_malformed_one():
    assert messages.unpack(b"\xee\x05rest") == (None, 5, {})
    raises(ValueError, messages.unpack, b"")
    raises(ValueError, messages.unpack, b"\x10")
    raises(ValueError, messages.unpack, bytes((messages.PULL.code, 1, 0, 9)))


def test_a_settings_pair_is_as_long_as_it_says():
    assert len(messages.PAIR.pack(setting=1, value=-1)) == messages.PAIR_BYTES


def test_only_the_same_protocol_is_understood():
    assert messages.same_protocol(messages.PROTOCOL)
    assert not messages.same_protocol(messages.PROTOCOL + 1)
