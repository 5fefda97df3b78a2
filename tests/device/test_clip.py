"""The client against the real firmware in the virtual clip."""

import threading

import numpy as np
import pytest

from allears.device import Clip, PullEnd, open_clip, pulling
from allears.device.refusals import Refused
from allears.errors import BadInput, CutOff, DeviceError, NoDevice, PortBusy
from allears.fleet import provision
from allears.keys.opener import split
from allears.privacy.consent import newest
from allears.sim import join
from allears.store import Store
from allears_core import errors, messages, records
from allears_core.settings import PROFILES, Settings

HELLO_S = 20.0
EVENTS, SUMMARIES = records.EVENTS, records.SUMMARIES
LOGGED = 300


@pytest.fixture
def clip(virtual):
    with Clip(virtual.port, HELLO_S) as opened:
        yield opened


def log_clocks(clip: Clip, count: int) -> None:
    """Make the clip write `count` records to both streams, the quickest way there is."""
    for second in range(count):
        clip.set_clock(1_700_000_000 + second)


def test_it_says_who_it_is(clip, virtual):
    hello = clip.hello
    assert bytes.fromhex(hello.unit) == virtual.unit_id
    assert {"virtual", "files", "monitor", "light", "haptic"} <= set(hello.can)
    assert hello.board
    assert hello.max_payload >= 256


def test_settings_and_identity_are_read_back_as_committed(clip):
    target = Settings({"profile": PROFILES.index("pull"), "monologue_ms": 60000, "light_level": 3})
    identity = {"serial": "S-1", "pseudonym": "Brachvögel", "team": "north", "site": ""}
    assert clip.commit(target, identity).values() == target.values()
    assert clip.settings().values() == target.values()
    assert clip.identity() == identity


def test_what_is_refused_changes_nothing(clip):
    before = clip.settings().values()
    bad = Settings()
    bad.light_level = 999
    with pytest.raises(Refused) as caught:
        clip.commit(bad, {"serial": "new"})
    assert caught.value.code == errors.BAD_VALUE
    assert clip.settings().values() == before
    assert clip.identity()["serial"] == ""


def test_a_sites_limits_are_set_kept_to_and_taken_away(clip):
    limits = provision.read_limits(["cues_per_hour=2..12"])
    planned = provision.plan(clip, {}, {}, limits)
    assert [(change.name, change.after) for change in planned.changes] == [("limit cues_per_hour", "2..12")]
    provision.carry_out(clip, planned)
    assert clip.limits().rows() == [("cues_per_hour", 2, 12)]
    with pytest.raises(BadInput, match="the site allows"):
        provision.plan(clip, {}, {"cues_per_hour": 13})
    with pytest.raises(DeviceError):
        clip.commit(Settings({"cues_per_hour": 13}), {})  # the clip refuses it too
    provision.carry_out(clip, provision.plan(clip, {}, {}, provision.read_limits(["cues_per_hour=0..60"])))
    assert clip.limits().rows() == []


def test_a_limit_that_what_is_set_lies_outside_of_says_what_to_add(clip):
    limits = provision.read_limits(["haptic_level=0..150"])
    with pytest.raises(BadInput, match="haptic_level would be 200, outside .*--set haptic_level=150"):
        provision.plan(clip, {}, {}, limits)
    provision.carry_out(clip, provision.plan(clip, {}, {"haptic_level": 150}, limits))
    assert clip.settings().haptic_level == 150 and clip.limits().rows() == [("haptic_level", 0, 150)]


def test_a_limit_that_is_none_is_bad_input():
    for text in (
        "cues_per_hour",
        "cues_per_hour=5",
        "cues_per_hour=9..2",
        "nothing=1..2",
        "cues_per_hour=1..99",
    ):
        with pytest.raises(BadInput):
            provision.read_limits([text])


def test_provisioning_tells_the_difference_and_the_second_time_none(clip):
    identity = {"serial": "S-1", "pseudonym": "owl", "team": "north"}
    planned = provision.plan(clip, identity, {"profile": PROFILES.index("pull")})
    names = [change.name for change in planned.changes]
    assert names == ["serial", "pseudonym", "team", "profile", "monologue_ms", "share_limit_pct"]
    assert clip.identity()["serial"] == ""  # planning changes nothing
    provision.carry_out(clip, planned)
    assert provision.plan(clip, identity, {"profile": PROFILES.index("pull")}).changes == []


def test_status_and_identify(clip):
    clip.identify(1)
    status = clip.status()
    assert status["state"] in records.STATES
    assert status["flash_free"] > 0


def test_a_pull_brings_whole_records_in_order(clip):
    log_clocks(clip, LOGGED)
    held = clip.range(EVENTS)
    *parts, end = clip.pull(EVENTS, held.first_seq, 1 << 20)
    assert isinstance(end, PullEnd)
    opener = pulling.opener_for(clip, EVENTS)
    reader = records.Reader()
    blocks = [block for part in parts for block in split(part)[0]]
    assert b"".join(blocks) == b"".join(parts)
    found = [record for block in blocks for record, _ in reader.feed(opener.open(block))]
    assert [record.seq for record in found] == list(range(held.first_seq, end.next_seq))
    assert end == (held.next_seq, False, 0, 0)


def test_chunks_join_up_and_only_what_is_stored_is_acknowledged(clip, tmp_path):
    log_clocks(clip, LOGGED)
    steps = []
    with Store(tmp_path / "store.duckdb") as store:
        store.put_unit(clip.hello.unit, clip.hello.log_id, pseudonym="owl")
        progress = lambda total, done, size: steps.append((total, done, size))  # noqa: E731
        pulled = pulling.into_store(clip, store, SUMMARIES, progress, chunk_bytes=1024)
        assert (
            clip.range(SUMMARIES).acked_seq
            == pulled.next_seq
            == store.next_seq(clip.hello.unit, clip.hello.log_id, 1)
        )
        again = pulling.into_store(clip, store, SUMMARIES)
        everything = pulling.into_store(clip, store, SUMMARIES, from_seq=0)
    assert pulled.records == pulled.new >= LOGGED
    assert len(steps) > 5
    assert steps[-1][0] == steps[-1][1]
    assert again.records <= 2  # the flush may have written something of its own
    assert everything.new == 0


def test_consent_given_and_withdrawn_reaches_the_leads_stream(clip, tmp_path):
    clip.set_clock(1_700_000_000)
    clip.commit(clip.settings(), {"serial": "S-1", "pseudonym": "owl", "team": "north"})
    with Store(tmp_path / "s.duckdb") as store:
        for until in (1_700_600_000, 0):
            clip.consent(until)
            pulling.register(clip, store)
            pulling.into_store(clip, store, SUMMARIES)
            said = newest(store, "owl")
            assert said is not None
            assert (said.until is None) if until == 0 else (said.until.timestamp() == until)
    with pytest.raises(Refused) as caught:
        clip.consent(0xFFFFFFFF)
    assert caught.value.code == errors.BAD_VALUE


def test_a_power_cut_in_the_middle_of_a_pull_loses_nothing(virtual, tmp_path):
    with Store(tmp_path / "store.duckdb") as store:
        with Clip(virtual.port, HELLO_S, answer_s=0.5) as clip:
            log_clocks(clip, LOGGED)
            before = pulling.read_all(clip, EVENTS)
            unit, log_id = clip.hello.unit, clip.hello.log_id
            store.put_unit(unit, log_id, pseudonym="owl")
            cut = threading.Event()

            def progress(total: int, done: int, size: int) -> None:
                if not cut.is_set():
                    cut.set()
                    virtual.cut_power()

            with pytest.raises(CutOff):
                pulling.into_store(clip, store, EVENTS, progress, chunk_bytes=1024)
        kept = store.next_seq(unit, log_id, EVENTS)
        assert 0 < kept < len(before)
        virtual.power_on()
        with Clip(virtual.port, HELLO_S) as clip:
            assert clip.hello.log_id == log_id
            assert pulling.into_store(clip, store, EVENTS).from_seq == kept
        rows = store.connection.execute(
            "SELECT seq FROM records WHERE stream = 'events' ORDER BY seq"
        ).fetchall()
    seqs = [seq for (seq,) in rows]
    assert seqs == list(range(len(seqs)))
    assert len(seqs) >= len(before)


def test_a_range_that_was_never_written_is_an_error_of_the_store(clip):
    class Ahead:
        def next_seq(self, unit, log_id, stream):
            return 1_000_000

        def ingest(self, unit, log_id, stream, items):
            raise AssertionError("nothing can be there to store")

    with pytest.raises(DeviceError, match="unit id"):
        pulling.into_store(clip, Ahead(), EVENTS)


def test_watching_shows_levels_and_records(virtual):
    seen = []
    rng = np.random.default_rng(1)
    sound = (rng.standard_normal((8000 * 20, 2)) * 3000).astype(np.int16)
    with Clip(virtual.port, HELLO_S) as clip:
        player = threading.Thread(target=virtual.play, args=(sound,))
        player.start()
        for what in clip.monitor(3.0):
            seen.append(what)
            if len(seen) == 1:
                clip.set_clock()  # asking goes on while watching, and writes a record to watch
        player.join()
    states = [what.values for what in seen if not isinstance(what, records.Record)]
    assert any(state["agent_level_q8"] < 0 and state["hop"] > 0 for state in states)
    assert "CLOCK" in [what.name for what in seen if isinstance(what, records.Record)]


def test_a_file_is_replaced_only_by_what_was_sent(clip):
    path = "allears_clip/spare.py"
    assert clip.file_hash(path) is None
    told = []
    clip.put_file(path, b"x = 1\n" * 500, told.append)
    first = clip.file_hash(path)
    assert first is not None
    assert told[-1] == 3000
    with pytest.raises(Refused) as caught:
        clip.put_file("../outside.py", b"")
    assert caught.value.code == errors.NOT_ALLOWED
    assert clip.file_hash(path) == first


def test_a_restart_is_waited_for(clip):
    boot = clip.hello.boot
    clip.restart()
    assert clip.hello.boot != boot
    assert clip.status()["exceptions"] == 0


def test_an_open_clip_keeps_others_out(virtual):
    with Clip(virtual.port, HELLO_S), pytest.raises(PortBusy):
        Clip(virtual.port)


def test_a_named_virtual_clip_is_started_for_as_long_as_it_is_open():
    with open_clip("sim:lent") as clip:
        boot, unit = clip.hello.boot, clip.hello.unit
        joined = join("lent")
        assert joined.port == clip.path
    with open_clip("sim:lent") as clip:
        assert clip.hello.unit == unit
        assert clip.hello.boot == boot + 1


def test_monitor_stops_when_the_reader_does(clip):
    for _ in clip.monitor():
        break
    assert clip._channel.ask(messages.STATUS, messages.STATUS_REPLY)["hop"] >= 0


def test_auto_without_a_clip_says_so(monkeypatch):
    monkeypatch.setattr("serial.tools.list_ports.comports", list)
    with pytest.raises(NoDevice, match="sim:"):
        open_clip()
