"""A clip's keys over its life: none, the first ones, new ones, a role taken away, an answer lost."""

from dataclasses import replace

import pytest

from allears import sim
from allears.device import Clip
from allears.device.pulling import read_all
from allears.device.refusals import Refused
from allears.errors import BadInput, DeviceError, MissingKey
from allears.fleet import keying
from allears.keys import KeyStore, UnitSecrets
from allears.keys.secrets import make
from allears.sim.home import Home
from allears_core import errors, messages, records

HELLO_S = 20.0
AGENT, LEAD, IT = messages.ROLE_AGENT, messages.ROLE_LEAD, messages.ROLE_IT


def acknowledge_all(clip: Clip) -> None:
    for stream in range(len(records.STREAMS)):
        clip.ack(stream, clip.range(stream).next_seq)


def test_a_factory_clip_judges_keeps_no_log_and_says_so(factory: sim.VirtualClip):
    with Clip(factory.port, HELLO_S) as clip:
        assert "sealed" not in clip.hello.can and "keys" in clip.hello.can
        assert clip.status()["log"] == "no-keys"
        clip.set_clock(1_700_000_000)
        assert clip.range(records.EVENTS) == (0, 0, 0)
        with pytest.raises(DeviceError, match="keeps no log; .*provision"):
            read_all(clip, records.EVENTS)
        seen = []
        for what in clip.monitor(10.0):
            seen.append(what)
            if isinstance(what, records.Record):
                break
            clip.set_clock(1_700_000_001)
        assert isinstance(seen[-1], records.Record), "the monitor shows what is not kept"


def test_the_first_keys_begin_a_log(factory: sim.VirtualClip):
    with Clip(factory.port, HELLO_S) as clip:
        before = clip.hello
        keying.give_first(clip)
        assert "sealed" in clip.hello.can
        assert clip.status()["log"] == "sealed"
        assert (clip.hello.unit, clip.hello.boot) == (before.unit, before.boot)
        assert clip.hello.log_id != before.log_id
        assert [record.name for record in read_all(clip, records.SUMMARIES)][:2] == ["BOOT", "CLOCK"]
        clip.restart()
        assert clip.status()["log"] == "sealed"
        assert KeyStore().find(clip.hello.unit) is not None


def test_first_keys_whose_answer_was_lost_are_found_by_the_next_try(factory: sim.VirtualClip):
    with Clip(factory.port, HELLO_S) as clip:
        fresh = make([AGENT, LEAD, IT])
        KeyStore().put(UnitSecrets(clip.hello.unit, {}, pending=fresh))
        clip.set_keys(fresh)
        with pytest.raises(MissingKey):
            clip.status()
        keying.settle(clip)
        assert KeyStore().need(clip.hello.unit, IT).secrets == fresh
        assert clip.status()["log"] == "sealed"


def test_a_clip_that_lost_its_keys_never_gets_the_same_again():
    with sim.start("one", fast=True) as virtual, Clip(virtual.port, HELLO_S) as clip:
        unit = clip.hello.unit
    before = KeyStore().need(unit, IT)
    with Home("one").image.open("r+b") as file:
        file.seek(-2 * 4096, 2)
        file.write(b"\xff" * 2 * 4096)
    with sim.start("one", fast=True) as virtual, Clip(virtual.port, HELLO_S) as clip:
        assert clip.status()["log"] == "no-keys"
        keying.give_first(clip)
        assert clip.status()["log"] == "sealed"
    after = KeyStore().need(unit, IT)
    assert not set(before.secrets.values()) & set(after.secrets.values())


def test_a_keyed_clip_takes_keys_from_it_only(factory: sim.VirtualClip):
    with Clip(factory.port, HELLO_S) as clip:
        keying.give_first(clip)
        unit = clip.hello.unit
    store = KeyStore()
    store.put(store.need(unit, AGENT).only([AGENT, LEAD]))
    with Clip(factory.port, HELLO_S) as clip, pytest.raises(MissingKey, match="no IT key"):
        keying.rotate(clip, [AGENT])


def test_a_new_agent_reads_nothing_of_the_one_before(virtual: sim.VirtualClip):
    with Clip(virtual.port, HELLO_S) as clip:
        old = KeyStore().need(clip.hello.unit, AGENT)
        log_id = clip.hello.log_id
        clip.set_clock(1_700_000_000)
        with pytest.raises(Refused) as caught:
            keying.rotate(clip, [AGENT])
        assert caught.value.code == errors.UNREAD_LOG
        assert KeyStore().find(old.unit) == old, "a refusal leaves nothing pending"
        acknowledge_all(clip)
        keying.rotate(clip, [AGENT])
        assert clip.hello.log_id != log_id
        found = read_all(clip, records.EVENTS)
        assert [record.name for record in found][:2] == ["BOOT", "CLOCK"] and found[0].seq == 0
        now = KeyStore().need(old.unit, AGENT)
    assert now.secrets[AGENT] != old.secrets[AGENT]
    assert {role: now.secrets[role] for role in (LEAD, IT)} == {
        role: old.secrets[role] for role in (LEAD, IT)
    }
    KeyStore().put(old.only([AGENT]))
    with Clip(virtual.port, HELLO_S) as clip, pytest.raises(MissingKey, match="refuses the agent key"):
        clip.range(records.EVENTS)


def test_new_keys_for_it_leave_the_log_alone(virtual: sim.VirtualClip):
    with Clip(virtual.port, HELLO_S) as clip:
        log_id, before = clip.hello.log_id, clip.range(records.EVENTS)
        keying.rotate(clip, [IT])
        assert clip.hello.log_id == log_id
        assert clip.range(records.EVENTS).next_seq >= before.next_seq
        keying.rotate(clip, [IT])  # and the new key is the one that counts


def test_a_role_taken_away_is_nobodys(virtual: sim.VirtualClip):
    with Clip(virtual.port, HELLO_S) as clip:
        unit = clip.hello.unit
        leads = KeyStore().need(unit, LEAD).only([LEAD])
        keying.revoke(clip, LEAD, discard=True)
        assert KeyStore().secret(unit, LEAD) is None
        with pytest.raises(MissingKey, match="sealed for the lead"):
            read_all(clip, records.SUMMARIES)
        assert read_all(clip, records.EVENTS)
        with pytest.raises(BadInput, match="IT"):
            keying.revoke(clip, IT)
    KeyStore().put(leads)
    with Clip(virtual.port, HELLO_S) as clip, pytest.raises(MissingKey, match="refuses the lead key"):
        clip.status()


@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_answer_is_settled_by_asking_the_clip(virtual: sim.VirtualClip, arrived: bool):
    """The host's keys as a cut leaves them: kept, sent perhaps, and not known to have arrived."""
    with Clip(virtual.port, HELLO_S) as clip:
        held = KeyStore().need(clip.hello.unit, IT)
        fresh = make([AGENT])
        KeyStore().put(replace(held, pending=fresh))
        if arrived:
            clip.set_keys(fresh, discard=True)
        keying.settle(clip)
        settled = KeyStore().need(clip.hello.unit, IT)
        assert settled.secrets == ({**held.secrets, **fresh} if arrived else held.secrets)
        assert not settled.pending
