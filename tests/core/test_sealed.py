# Keys and sealed blocks: those of the golden vectors, and that nothing altered ever opens. Runs on both interpreters.
from binascii import hexlify, unhexlify

from allears_core import keys, messages, records, seal, sealed
from vectors import load, plain


def schedule():
    vector = load("sealing/keys.json")
    secrets = {int(role): unhexlify(secret) for role, secret in vector["secrets"].items()}
    return vector, secrets, unhexlify(vector["unit"])


def sessions(stream):
    """Session keys of the vector's steps."""
    return [
        tuple([unhexlify(row[use]) for use in ("cipher", "tag", "start")])
        for row in load("sealing/keys.json")["streams"][stream]["sessions"]
    ]


def hexed(data):
    return hexlify(data).decode()


def test_what_a_clip_is_given_is_derived_as_before():
    vector, secrets, unit = schedule()
    given = keys.for_clip(secrets, unit)
    assert plain(given) == vector["given"]
    assert hexed(keys.wrapping_key(given["it"])) == vector["wrapping"]
    values = keys.give(None, keys.ALL_ROLES, given)
    values["count"] = 3
    assert hexed(keys.pack_vault(values)) == vector["vault"]
    assert keys.unpack_vault(unhexlify(vector["vault"])) == values


def test_sessions_follow_each_other_as_before():
    vector, secrets, unit = schedule()
    for row in vector["streams"]:
        state = keys.stream_seed(secrets[keys.STREAM_ROLE[row["stream"]]], unit, row["stream"])
        assert hexed(keys.key_id(state)) == row["key"]
        for session in row["sessions"]:
            assert hexed(state) == session["state"]
            found = [hexed(key) for key in keys.session_keys(state)]
            assert found == [session["cipher"], session["tag"], session["start"]]
            state = keys.following(state)


def test_blocks_are_sealed_and_opened_as_before():
    vector = load("sealing/keys.json")
    for row in load("sealing/blocks.json"):
        block, content = unhexlify(row["block"]), unhexlify(row["records"])
        stream = row["stream"]
        session = sessions(stream)[row["step"]]
        values = {name: row[name] for name in ("stream", "count", "boot", "first_seq", "step")}
        values["key"] = unhexlify(vector["streams"][stream]["key"])
        assert sealed.seal_block(session, values, content) == block
        assert sealed.size_at(block, 0) == len(block) == sealed.size_for(len(content)) <= sealed.MAX_BYTES
        assert sealed.open_block(session, block) == content
        head = sealed.header(block)
        for name in values:
            assert head[name] == values[name]


def test_no_two_keys_are_the_same():
    _, secrets, unit = schedule()
    other = bytes([unit[0] ^ 1]) + unit[1:]
    found = []
    for of in (unit, other):
        given = keys.for_clip(secrets, of)
        for name in given:
            found.append(given[name])
        for name in records.STREAMS:
            state = given[name]
            for _ in range(3):
                found += keys.session_keys(state)
                state = keys.following(state)
                found.append(state)
    found += secrets.values()
    assert len(set(found)) == len(found)


def test_the_keys_of_some_roles_change_and_the_others_stay():
    _, secrets, unit = schedule()
    held = keys.give(None, keys.ALL_ROLES, keys.for_clip(secrets, unit))
    held["events_step"] = held["summaries_step"] = 9
    fresh = keys.for_clip({messages.ROLE_AGENT: b"\x55" * 32}, unit)
    now = keys.give(held, messages.ROLE_AGENT, fresh)
    changed = sorted([name for name in now if now[name] != held[name]])
    assert changed == ["agent", "events_id", "events_state", "events_step"]
    assert now["events_step"] == 0


def test_a_damaged_vault_is_none():
    page = unhexlify(load("sealing/keys.json")["vault"])
    size = page.find(b"\xff" * 16)
    for at in range(size):
        damaged = bytearray(page)
        damaged[at] ^= 1 << at % 8
        assert keys.unpack_vault(damaged) is None
    for cut in (0, 1, 128, size - 1):
        assert keys.unpack_vault(page[:cut] + b"\xff" * (len(page) - cut)) is None


def test_a_block_with_any_byte_flipped_is_refused():
    """By its CRC as it lies there, and by its tag where the CRC is made to fit again."""
    row = load("sealing/blocks.json")[5]
    block = unhexlify(row["block"])
    session = sessions(row["stream"])[row["step"]]
    body = len(block) - 4
    for at in range(len(block)):
        flipped = bytearray(block)
        flipped[at] ^= 1 << at % 8
        assert sealed.size_at(bytes(flipped), 0) == 0
        if at < body:
            crc = sealed.crc32(flipped[:body])
            for byte in range(4):
                flipped[body + byte] = crc >> 8 * byte & 0xFF
            assert sealed.open_block(session, bytes(flipped)) is None


def test_another_sessions_or_another_streams_keys_open_nothing():
    for row in load("sealing/blocks.json"):
        block = unhexlify(row["block"])
        for stream in range(len(records.STREAMS)):
            for step, session in enumerate(sessions(stream)):
                opened = sealed.open_block(session, block)
                assert (opened is not None) == ((stream, step) == (row["stream"], row["step"]))


def test_starts_never_repeat():
    """Two states of a growing block differ in their header, so their ciphers start elsewhere."""
    session = sessions(0)[0]
    starts = set()
    for count in range(1, 40):
        values = {"stream": 0, "count": count, "boot": 1, "first_seq": 7, "step": 0, "key": b"abcd"}
        block = sealed.seal_block(session, values, bytes(20 * count))
        starts.add(keys.start_of(session, block[: sealed.HEADER_BYTES]))
        assert len(keys.start_of(session, block[: sealed.HEADER_BYTES])) == seal.BLOCK_BYTES
    assert len(starts) == 39
