from allears_core import records
from support import Lcg, raises


def sample(random, layout):
    """Random values for every field of a layout."""
    values = {}
    for name, code, _, _ in layout.fields:
        if code == "*":
            values[name] = random.bytes(random.below(30))
        elif code[0] == "b":
            values[name] = random.bytes(int(code[1:]))
        else:
            values[name] = random.below(128)
    return values


def log(random, count):
    """`count` records of random types, as (bytes of each, values of each)."""
    raws = []
    for seq in range(count):
        layout = records.LAYOUTS[random.below(len(records.LAYOUTS))]
        raws.append(records.pack(layout, 3, seq, 16 * seq, sample(random, layout)))
    return raws


def read(data, size=0):
    reader = records.Reader()
    found = []
    for at in range(0, len(data), size or len(data) or 1):
        found += reader.feed(data[at : at + (size or len(data))])
    return reader, found + reader.feed(b"", True)


def test_every_type_comes_back():
    random = Lcg(7)
    for layout in records.LAYOUTS:
        values = sample(random, layout)
        raw = records.pack(layout, 0xFFFF, 0xFFFFFFFE, 1 << 30, values)
        assert records.size_at(raw, 0) == len(raw)
        record = records.parse(raw)
        assert (record.name, record.values) == (layout.name, values)
        assert (record.boot, record.seq, record.ms) == (0xFFFF, 0xFFFFFFFE, 1 << 30)


def test_types_and_names_are_unique_and_every_type_has_a_stream():
    assert len({layout.code for layout in records.LAYOUTS}) == len(records.LAYOUTS)
    assert sorted(layout.name for layout in records.LAYOUTS) == sorted(records.STREAMS_OF)
    lead = [name for name, streams in records.STREAMS_OF.items() if records.SUMMARIES in streams]
    assert not [name for name in lead if name in ("EVENT", "CUE", "CUE_NOTE", "MARK", "HEALTH", "SETTING")]


def test_the_header_is_as_long_as_it_says():
    zeros = dict.fromkeys(records.HEADER.names, 0)
    assert len(records.HEADER.pack(**zeros)) == records.HEADER_BYTES


def test_a_payload_that_is_too_long_is_refused():
    values = {"hop": 1, "code": 1, "count": 1, "detail": bytes(246)}
    records.pack(records.HEALTH, 1, 1, 1, values)
    values["detail"] = bytes(247)
    raises(ValueError, records.pack, records.HEALTH, 1, 1, 1, values)


def test_a_log_may_arrive_in_any_pieces():
    raws = log(Lcg(8), 25)
    data = b"".join(raws)
    for size in (1, 2, 13, 14, 15, 64, 1000, len(data)):
        reader, found = read(data, size)
        assert [raw for _, raw in found] == raws
        assert (reader.corrupt, reader.skipped_bytes, reader.unknown) == (0, 0, 0)


def test_damage_at_every_byte_costs_one_record():
    raws = log(Lcg(9), 7)
    data = b"".join(raws)
    start = len(b"".join(raws[:3]))
    for at in range(start, start + len(raws[3])):
        for flip in (0x01, 0x80, 0xFF, data[at]):  # the last makes it 0x00
            if not flip:
                continue
            broken = bytearray(data)
            broken[at] ^= flip
            reader, found = read(bytes(broken))
            assert [raw for _, raw in found] == raws[:3] + raws[4:]
            assert reader.corrupt == 1
            assert reader.skipped_bytes == len(raws[3])


def test_a_log_cut_off_at_every_byte_keeps_what_was_whole():
    raws = log(Lcg(10), 4)
    data = b"".join(raws)
    for size in range(len(data) + 1):
        reader, found = read(data[:size], 17)
        whole = 0
        while len(b"".join(raws[: whole + 1])) <= size and whole < len(raws):
            whole += 1
        assert [raw for _, raw in found] == raws[:whole]
        assert reader.skipped_bytes == size - len(b"".join(raws[:whole]))


def test_noise_between_records_is_skipped_and_counted_as_stretches():
    random = Lcg(11)
    raws = log(random, 6)
    for magic in (records.MAGIC, 0):
        noise = bytes([random.below(160), magic, 3, 20, 0, 9])
        data = noise + raws[0] + raws[1] + noise + noise + raws[2] + raws[3] + raws[4] + raws[5] + noise
        for size in (1, 5, 0):
            reader, found = read(data, size)
            assert [raw for _, raw in found] == raws
            assert (reader.corrupt, reader.skipped_bytes) == (3, 24)


def test_an_unknown_type_is_kept_apart_and_costs_nothing():
    raws = log(Lcg(12), 2)
    strange = records.HEADER.pack(magic=records.MAGIC, type=200, length=2, boot=1, seq=1, ms=1) + b"ab"
    strange += records.TRAILER.pack(crc=records.crc32(strange))
    reader, found = read(raws[0] + strange + raws[1])
    assert [raw for _, raw in found] == raws
    assert (reader.unknown, reader.corrupt) == (1, 0)


def test_a_payload_this_version_cannot_read_counts_as_unknown():
    short = (
        records.HEADER.pack(magic=records.MAGIC, type=records.CLOCK.code, length=3, boot=1, seq=1, ms=1)
        + b"abc"
    )
    short += records.TRAILER.pack(crc=records.crc32(short))
    reader, found = read(short)
    assert (found, reader.unknown) == ([], 1)


def test_a_record_of_an_older_writer_leaves_none():
    old = records.HEADER.pack(magic=records.MAGIC, type=records.CLOCK.code, length=4, boot=1, seq=1, ms=1)
    old += b"\x07\x00\x00\x00"
    old += records.TRAILER.pack(crc=records.crc32(old))
    reader, found = read(old)
    assert found[0][0].values == {"hop": 7, "utc_s": None, "utc_ms": None, "source": None}


def test_the_waiting_tail_stays_shorter_than_one_record():
    random = Lcg(13)
    reader = records.Reader()
    for _ in range(200):
        reader.feed(bytes([records.MAGIC]) + random.bytes(random.below(40)))
        assert len(reader._tail) < records.HEADER_BYTES + records.MAX_PAYLOAD + 4
