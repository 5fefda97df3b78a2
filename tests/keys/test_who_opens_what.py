"""Blocks of real clips, and every key that somebody might try on them."""

import itertools
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears import sim
from allears.device import Clip
from allears.device.pulling import read_all
from allears.errors import MissingKey
from allears.keys import KeyStore, Opener, UnitSecrets
from allears.keys.opener import split
from allears.sim import volume
from allears.sim.home import Home
from allears_core import keys, messages, records, sealed

HELLO_S = 20.0
STRANGE = "00112233aabbccdd"
SESSIONS = 4
TRIED_STEPS = 3 * SESSIONS


def blocks_of(clip: Clip, stream: int) -> list[bytes]:
    """The stream as it travels."""
    *parts, _ = clip.pull(stream, clip.range(stream).first_seq, 1 << 20)
    return [block for part in parts for block in split(part)[0]]


def logged(port: str) -> tuple[str, list[list[bytes]]]:
    """(unit, blocks of each stream) of a clip that has run for several sessions."""
    with Clip(port, HELLO_S) as clip:
        for session in range(SESSIONS):
            for second in range(60):
                clip.set_clock(1_700_000_000 + 100 * session + second)
            if session + 1 < SESSIONS:
                clip.restart()
        return clip.hello.unit, [blocks_of(clip, stream) for stream in range(len(records.STREAMS))]


def states(seed: bytes) -> list[bytes]:
    """The first states of a stream's keys."""
    found = [seed]
    while len(found) < TRIED_STEPS:
        found.append(keys.following(found[-1]))
    return found


def opened(seed: bytes, blocks: list[bytes]) -> int:
    """How many of `blocks` any session of `seed` opens."""
    sessions = [keys.session_keys(state) for state in states(seed)]
    return sum(any(sealed.open_block(one, block) is not None for one in sessions) for block in blocks)


def test_every_role_opens_its_stream_of_its_unit_and_nothing_else(virtual: sim.VirtualClip):
    with sim.start("two", fast=True) as other:
        logs = dict([logged(virtual.port), logged(other.port)])
    store = KeyStore()
    for unit, owner, role in itertools.product(logs, logs, messages.ROLE_WORDS):
        secret = store.secret(owner, role)
        assert secret is not None
        for stream, blocks in enumerate(logs[unit]):
            assert len(blocks) >= SESSIONS
            mine = unit == owner and role == keys.STREAM_ROLE[stream]
            # Whatever that secret can be turned into by the schedule, for either unit and stream.
            seeds = [
                keys.stream_seed(secret, bytes.fromhex(of), kind)
                for of in logs
                for kind in range(len(records.STREAMS))
            ]
            assert max(opened(seed, blocks) for seed in seeds) == (len(blocks) if mine else 0)


def test_clips_swapped_between_agents_give_nothing_away(virtual: sim.VirtualClip, monkeypatch, tmp_path):
    """Each agent's machine holds that agent's key only, and pulls the other's clip."""
    with sim.start("two", fast=True) as other:
        clips = {virtual.unit_id.hex(): virtual, other.unit_id.hex(): other}
        everything = KeyStore()
        for unit in clips:
            monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "elsewhere"))
            monkeypatch.setenv("ALLEARS_KEYS", str(tmp_path / unit))
            agents = KeyStore()
            agents.put(everything.need(unit, messages.ROLE_AGENT).only([messages.ROLE_AGENT]))
            for found, clip in clips.items():
                with Clip(clip.port, HELLO_S, keys=agents) as opened_clip:
                    if found == unit:
                        assert read_all(opened_clip, records.EVENTS)
                        continue
                    with pytest.raises(MissingKey, match="holds no agent"):
                        opened_clip.range(records.EVENTS)
                    with pytest.raises(
                        MissingKey, match=f"the events of clip {found} are sealed for the agent"
                    ):
                        Opener(agents, found, records.EVENTS)
            with pytest.raises(MissingKey, match="sealed for the lead"):
                Opener(agents, unit, records.SUMMARIES)


def test_no_key_of_this_session_or_an_earlier_one_is_on_the_flash(virtual: sim.VirtualClip):
    unit, streams = logged(virtual.port)
    plain = [
        Opener(KeyStore(), unit, stream).open(block) for stream, of in enumerate(streams) for block in of
    ]
    virtual.cut_power()
    image = Home("one").image.read_bytes()
    store = KeyStore()
    searched = 0
    for stream, blocks in enumerate(streams):
        now = max(sealed.header(block)["step"] for block in blocks)
        assert now >= SESSIONS - 1
        seed = store.seed(unit, stream)
        assert seed is not None
        reached = states(seed)
        for state in reached[: now + 1]:
            for secret in (state, *keys.session_keys(state)):
                searched += 1
                assert image.count(secret) == 0
        assert image.count(reached[now + 1]) == 1, (
            "the search would have found one: the next session's is there"
        )
    assert searched >= 2 * 4 * SESSIONS
    for role in messages.ROLE_WORDS:
        secret = store.secret(unit, role)
        assert secret is not None and image.count(secret) == 0
    raw = [raw for content in plain for _, raw in records.Reader().feed(content, last=True)]
    assert len(raw) > 100 and not any(record in image for record in raw), "no record lies there in clear"


def test_every_byte_of_a_segment_flipped_is_refused(virtual: sim.VirtualClip):
    unit, _ = logged(virtual.port)
    with Clip(virtual.port, HELLO_S) as clip:
        log_id = clip.hello.log_id
    virtual.cut_power()
    (name,) = [name for name in volume.listed(Home("one").image, f"log/{log_id}") if ".0." in name][:1]
    segment = volume.read(Home("one").image, f"log/{log_id}/{name}")
    assert segment is not None
    blocks, damaged = split(segment)
    assert b"".join(blocks) == segment and not damaged
    opener = Opener(KeyStore(), unit, records.EVENTS)
    refused = 0
    for block in blocks:
        body = len(block) - 4
        assert opener.open(block)
        for at in range(len(block)):
            flipped = bytearray(block)
            flipped[at] ^= 1 << at % 8
            assert split(bytes(flipped))[0] == [], "its CRC does not fit"
            refused += 1
            if at < body:
                flipped[body:] = sealed.crc32(flipped[:body]).to_bytes(4, "little")
                try:
                    assert opener.open(bytes(flipped)) is None
                except MissingKey:
                    assert 16 <= at < 20, "only the key's own name says that another key is needed"
    assert refused == len(segment)


def test_a_block_that_claims_a_far_session_costs_no_time():
    store = KeyStore()
    unit = "00112233aabbccdd"
    store.put(UnitSecrets(unit, {messages.ROLE_AGENT: bytes(32)}))
    seed = store.seed(unit, records.EVENTS)
    assert seed is not None
    values = {
        "stream": 0,
        "count": 1,
        "boot": 1,
        "first_seq": 0,
        "step": 0xFFFFFFFF,
        "key": keys.key_id(seed),
    }
    block = sealed.seal_block(keys.session_keys(seed), values, b"x")
    assert Opener(store, unit, records.EVENTS).open(block) is None


@given(st.binary(max_size=300), st.integers(0, 50), st.booleans())
def test_whatever_a_stranger_sends_opens_nothing_and_breaks_nothing(noise: bytes, step: int, ours: bool):
    """Noise, and behind it a block that looks right and was sealed by somebody else."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("ALLEARS_KEYS", folder)
        store = KeyStore()
        store.put(UnitSecrets(STRANGE, {messages.ROLE_AGENT: bytes(32)}))
        opener = Opener(store, STRANGE, records.EVENTS)
    seed = keys.stream_seed(bytes(32), bytes.fromhex(STRANGE), records.EVENTS)
    values = {"stream": 0, "count": 1, "boot": 1, "first_seq": 0, "step": step}
    values["key"] = keys.key_id(seed) if ours else b"none"
    block = sealed.seal_block(keys.session_keys(bytes(32)), values, noise)
    found, _ = split(noise + block)
    assert block in found
    for one in found:
        if sealed.header(one)["key"] == keys.key_id(seed):
            assert opener.open(one) is None
        else:
            with pytest.raises(MissingKey):
                opener.open(one)
