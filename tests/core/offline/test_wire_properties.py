"""Frames, messages and records against any bytes, any pieces and any damage."""

from hypothesis import assume, given
from hypothesis import strategies as st

from allears_core import frame, messages, records
from allears_core.link import Client, Server

_BITS = {"u8": 8, "i8": 8, "u16": 16, "i16": 16, "u32": 32, "i32": 32}


def field_values(layout, text_bytes):
    """A strategy for the values of every field of a layout."""
    found = {}
    for name, code, _, _ in layout.fields:
        if code == "*":
            found[name] = st.binary(max_size=text_bytes)
        elif code[0] == "b":
            found[name] = st.binary(min_size=int(code[1:]), max_size=int(code[1:]))
        else:
            bits = _BITS[code]
            low = -(1 << (bits - 1)) if code[0] == "i" else 0
            found[name] = st.integers(low, low + (1 << bits) - 1)
    return st.fixed_dictionaries(found)


def of_any(layouts, text_bytes):
    """(layout, values) of any of the layouts."""
    return st.sampled_from(layouts).flatmap(
        lambda layout: st.tuples(st.just(layout), field_values(layout, text_bytes))
    )


@st.composite
def in_pieces(draw, data):
    """`data` cut anywhere."""
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    edges = [0, *cuts, len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:], strict=False)]


@st.composite
def logs(draw):
    """The packed records of a log."""
    drawn = draw(st.lists(of_any(records.LAYOUTS, 60), min_size=1, max_size=12))
    return [records.pack(layout, 2, seq, seq * 16, values) for seq, (layout, values) in enumerate(drawn)]


@given(st.lists(st.binary(max_size=300), max_size=6), st.data())
def test_payloads_survive_the_line_however_it_is_cut(payloads, data):
    line = b"".join(frame.to_cells(frame.encode(payload)) for payload in payloads)
    decoder = frame.Decoder()
    found = [payload for piece in data.draw(in_pieces(line)) for payload in decoder.feed(piece)]
    assert found == payloads
    assert (decoder.bad_crc, decoder.overlong) == (0, 0)


@given(st.binary(max_size=1024))
def test_no_byte_of_a_frame_belongs_to_the_terminal(payload):
    encoded = frame.encode(payload)
    assert encoded[-1] == 0
    assert all(byte > 5 for byte in encoded[:-1])


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_noise_leaves_the_decoder_bounded_and_ready(pieces):
    decoder = frame.Decoder(max_payload=50)
    for piece in pieces:
        decoder.feed(piece)
        assert len(decoder._partial) <= 2 * (50 + frame.CRC_BYTES)
    decoder.feed(b"\x00")
    assert decoder.feed(frame.encode(b"ready")) == [b"ready"]


@given(of_any(messages.LAYOUTS, 200), st.integers(0, 255))
def test_any_message_comes_back(drawn, tag):
    layout, values = drawn
    assert messages.unpack(messages.pack(layout, tag, **values)) == (layout, tag, values)


@given(st.lists(st.binary(max_size=80), max_size=10))
def test_no_payload_breaks_either_end_of_the_link(payloads):
    sent = []
    handlers = {layout.name: lambda values, reply: reply(messages.DONE) for layout in messages.LAYOUTS}
    server, client = Server(handlers, sent.append), Client()
    for payload in payloads:
        server.receive(frame.encode(payload))
        client.receive(frame.encode(payload))
    answerable = [payload for payload in payloads if len(payload) >= 2]
    assert len(sent) == len(answerable)
    tags = [tag for data in sent for _, tag, _ in client.receive(data)]
    assert tags == [payload[1] for payload in answerable]


@given(logs(), st.data())
def test_a_whole_log_is_read_whole_however_it_is_cut(raws, data):
    reader = records.Reader()
    found = [raw for piece in data.draw(in_pieces(b"".join(raws))) for _, raw in reader.feed(piece)]
    found += [raw for _, raw in reader.feed(b"", True)]
    assert found == raws
    assert (reader.corrupt, reader.skipped_bytes) == (0, 0)


@given(logs(), st.data())
def test_damage_costs_only_the_records_it_touches(raws, data):
    whole = bytearray(b"".join(raws))
    first = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.binary(min_size=1, max_size=40))
    end = min(len(whole), first + len(damage))
    before = bytes(whole[first:end])
    whole[first:end] = damage[: end - first]
    assume(bytes(whole[first:end]) != before)

    untouched, at = [], 0
    for raw in raws:
        if at + len(raw) <= first or at >= end:
            untouched.append(raw)
        at += len(raw)
    reader = records.Reader()
    found = [raw for piece in data.draw(in_pieces(bytes(whole))) for _, raw in reader.feed(piece)]
    found += [raw for _, raw in reader.feed(b"", True)]
    assert [raw for raw in found if raw in untouched] == untouched
    assert reader.corrupt >= 1 or len(found) >= len(untouched)


@given(logs(), st.data())
def test_bytes_put_in_or_lost_cost_only_the_records_they_touch(raws, data):
    where = data.draw(st.integers(0, len(raws)))
    noise = data.draw(st.binary(max_size=60))
    torn = data.draw(st.integers(0, len(raws[where - 1]))) if where else 0
    before = raws[: where - 1] + [raws[where - 1][:torn]] if where else []
    line = b"".join(before) + noise + b"".join(raws[where:])
    untouched = raws[: max(0, where - 1)] + raws[where:]
    reader = records.Reader()
    found = [raw for _, raw in reader.feed(line, True)]
    assert [raw for raw in found if raw in untouched] == untouched


@given(st.binary(max_size=600), st.data())
def test_any_bytes_are_read_without_fault_and_all_accounted_for(noise, data):
    reader = records.Reader()
    found = [raw for piece in data.draw(in_pieces(noise)) for _, raw in reader.feed(piece)]
    found += [raw for _, raw in reader.feed(b"", True)]
    assert reader.unknown or reader.skipped_bytes + sum(map(len, found)) == len(noise)
