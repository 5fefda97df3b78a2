from allears_core import errors, frame, link, messages
from support import Lcg


class Wire:
    """A server and a client with nothing but bytes between them."""

    def __init__(self, handlers):
        self.to_host = []
        self.server = link.Server(handlers, self.to_host.append)
        self.client = link.Client()

    def ask(self, layout, piece=0, **values):
        tag, data = self.client.request(layout, **values)
        for at in range(0, len(data), piece or len(data)):
            self.server.receive(data[at : at + (piece or len(data))])
        return tag, self.arrived()

    def arrived(self):
        data = b"".join(self.to_host)
        self.to_host.clear()
        return self.client.receive(data)

    def raw(self, payload):
        """A payload that no client would send; the failure's code and text, or None."""
        self.server.receive(frame.to_cells(frame.encode(payload)))
        found = self.arrived()
        return (found[0][2]["error"], found[0][2]["detail"]) if found else None


def nothing(values, reply):
    reply(messages.DONE)


def test_request_and_reply_in_any_pieces():
    seen = []

    def clock(values, reply):
        seen.append(values)
        reply(messages.DONE)

    for piece in (1, 7, 64, 0):
        wire = Wire({"SET_CLOCK": clock})
        tag, found = wire.ask(messages.SET_CLOCK, piece, utc_s=1767225600, utc_ms=250)
        assert [(layout.name, got) for layout, got, _ in found] == [("DONE", tag)]
    assert seen == [{"utc_s": 1767225600, "utc_ms": 250}] * 4


def test_many_replies_carry_the_tag_of_their_request():
    def pull(values, reply):
        for k in range(3):
            reply(messages.LOG_DATA, stream=values["stream"], data=bytes([k]))
        reply(messages.LOG_END, stream=values["stream"], next_seq=3, more=0, corrupt=0)

    wire = Wire({"PULL": pull})
    tag, found = wire.ask(messages.PULL, stream=1, from_seq=0, max_bytes=100)
    assert [layout.name for layout, _, _ in found] == ["LOG_DATA"] * 3 + ["LOG_END"]
    assert {got for _, got, _ in found} == {tag}


def test_tags_go_round_without_zero():
    client = link.Client()
    tags = [client.request(messages.STATUS)[0] for _ in range(300)]
    assert tags[:255] == list(range(1, 256))
    assert tags[255] == 1
    assert messages.UNSOLICITED_TAG not in tags


def test_what_nobody_asked_for_has_tag_zero():
    wire = Wire({})
    wire.server.push(messages.MONITOR_RECORD, record=b"abc")
    assert [(layout.name, tag, values) for layout, tag, values in wire.arrived()] == [
        ("MONITOR_RECORD", 0, {"record": b"abc"})
    ]


def test_a_message_without_a_handler_is_unknown():
    wire = Wire({"STATUS": nothing})
    assert wire.raw(bytes((0xEE, 9)))[0] == errors.UNKNOWN_MESSAGE
    assert wire.raw(bytes((messages.HELLO.code, 9, 1)))[0] == errors.UNKNOWN_MESSAGE


def test_a_malformed_payload_is_a_bad_request():
    wire = Wire({"PULL": nothing})
    whole = messages.pack(messages.PULL, 5, stream=0, from_seq=1, max_bytes=2)
    for size in range(2, len(whole)):
        code, text = wire.raw(whole[:size])
        assert code == errors.BAD_REQUEST
        assert text
    wire.server.receive(frame.encode(whole))
    assert [layout.name for layout, _, _ in wire.arrived()] == ["DONE"]
    assert wire.raw(b"\x1a") is None  # without a tag there is nobody to answer


def test_a_longer_payload_of_a_newer_host_is_taken():
    wire = Wire({"HELLO": nothing})
    wire.server.receive(frame.encode(messages.pack(messages.HELLO, 1, protocol=1) + b"more"))
    assert [layout.name for layout, _, _ in wire.arrived()] == ["DONE"]


def test_what_a_handler_refuses_arrives_as_its_code_and_sentence():
    def refuse(values, reply):
        raise errors.CoreError(errors.BUSY, "a call is running")

    def stumble(values, reply):
        raise ValueError("profile must be small")

    wire = Wire({"COMMIT": refuse, "REBOOT": stumble})
    _, found = wire.ask(messages.COMMIT, settings_crc=1)
    assert found[0][2] == {"error": errors.BUSY, "detail": b"a call is running"}
    _, found = wire.ask(messages.REBOOT, mode=1)
    assert found[0][2] == {"error": errors.BAD_REQUEST, "detail": b"profile must be small"}


def test_a_fault_of_the_program_is_not_hidden():
    def broken(values, reply):
        return values["no such field"]

    wire = Wire({"STATUS": broken})
    try:
        wire.ask(messages.STATUS)
    except KeyError:
        return
    raise AssertionError("the fault was swallowed")


def test_damaged_frames_are_dropped_and_counted_at_both_ends():
    wire = Wire({"STATUS": nothing})
    _, data = wire.client.request(messages.STATUS)
    broken = bytearray(data)
    broken[1] ^= 0x10
    wire.server.receive(bytes(broken))
    assert wire.to_host == []
    assert wire.server.bad_frames == 1
    assert wire.client.receive(bytes(broken)) == []
    assert wire.client.bad_frames == 1
    wire.server.receive(data)
    assert len(wire.arrived()) == 1


def test_the_client_leaves_out_what_it_cannot_read():
    client = link.Client()
    payloads = (bytes((0xEF, 1)), b"\x11", bytes((messages.LOG_END.code, 1, 0, 9)))
    strange = b"".join([frame.encode(payload) for payload in payloads])
    done = frame.encode(messages.pack(messages.DONE, 1))
    assert [layout.name for layout, _, _ in client.receive(strange + done)] == ["DONE"]


def test_noise_never_raises_and_never_silences_the_link():
    random = Lcg(15)
    wire = Wire({"STATUS": nothing})
    for _ in range(40):
        wire.server.receive(random.bytes(64))
        wire.client.receive(random.bytes(random.below(100)))
    wire.to_host.clear()
    wire.server.receive(b"\x00")
    wire.client.receive(b"\x00")
    wire.to_host.clear()
    tag, found = wire.ask(messages.STATUS)
    assert [(layout.name, got) for layout, got, _ in found] == [("DONE", tag)]
