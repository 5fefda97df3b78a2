# The formats and the judgement are those of the golden vectors. Written by tools/make_core_vectors.py only.
from binascii import hexlify, unhexlify

from allears_core import frame, messages, records
from support import Player
from vectors import fields, load, plain


def hexed(data):
    return hexlify(data).decode()


def test_every_message_is_packed_as_before():
    rows = load("wire/messages.json")
    assert [row["name"] for row in rows] == [layout.name for layout in messages.LAYOUTS]
    for row, layout in zip(rows, messages.LAYOUTS):  # noqa: B905  MicroPython's zip knows no strict
        payload = messages.pack(layout, row["tag"], **fields(layout, row["values"]))
        assert hexed(payload) == row["payload"], row["name"]
        assert hexed(frame.encode(payload)) == row["frame"], row["name"]
        if "cells" in row:
            assert hexed(frame.to_cells(frame.encode(payload))) == row["cells"], row["name"]


def test_every_message_is_read_as_before():
    for row in load("wire/messages.json"):
        payloads = frame.Decoder().feed(unhexlify(row["frame"]))
        assert [hexed(payload) for payload in payloads] == [row["payload"]]
        layout, tag, values = messages.unpack(payloads[0])
        assert (layout.name, tag, plain(values)) == (row["name"], row["tag"], row["values"])


def test_every_record_is_packed_and_read_as_before():
    rows = load("records/records.json")
    assert [row["name"] for row in rows] == [layout.name for layout in records.LAYOUTS]
    for row, layout in zip(rows, records.LAYOUTS):  # noqa: B905
        raw = records.pack(layout, row["boot"], row["seq"], row["ms"], fields(layout, row["values"]))
        assert hexed(raw) == row["raw"], row["name"]
        record = records.parse(raw)
        assert (record.name, plain(record.values)) == (row["name"], row["values"])
        assert (record.boot, record.seq, record.ms) == (row["boot"], row["seq"], row["ms"])


def test_a_damaged_log_is_read_as_before():
    vector = load("records/damaged.json")
    log = unhexlify(vector["log"])
    for size in (1, 40, len(log)):
        reader = records.Reader()
        found = []
        for at in range(0, len(log), size):
            found += reader.feed(log[at : at + size])
        found += reader.feed(b"", True)
        assert [[record.name, record.seq] for record, _ in found] == vector["read"]
        counted = (reader.corrupt, reader.skipped_bytes, reader.unknown)
        assert counted == (vector["corrupt"], vector["skipped_bytes"], vector["unknown"])


def test_every_scene_is_judged_as_before():
    for row in load("turns/scenes.json"):
        player = Player(**row["settings"]).play(row["agent"], row["customer"], row["hops"]).finish()
        found = [[name, plain(values, ("settings_id",))] for name, values in player.records]
        assert found == row["records"], row["name"]
