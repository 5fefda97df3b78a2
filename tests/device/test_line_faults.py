"""Faults of the line: cuts, damage, strangers, ports that are none. Each is one sentence and its own exit code."""

import os
import pty
import select
import subprocess
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from line_support import Log, far_end, greeting, log_of, server

from allears.device import Clip, pulling, stranger
from allears.device.refusals import Refused
from allears.errors import AllEarsError, CutOff, NoDevice, PortBusy, ProtocolMismatch, WrongDevice
from allears.store import Store
from allears_core import errors, messages
from allears_core.errors import CoreError

SHORT_S = 0.6
RECORDS = 60
CHUNK_BYTES = 500
PULLS = 3  # requests that RECORDS records take in such chunks


def one_sentence(error: AllEarsError) -> bool:
    """True if the error reads as "cause; next step" on one line."""
    text = str(error)
    return "\n" not in text and "; " in text and not text.endswith(".")


def pull(path: str, store: Store, log: Log) -> pulling.Pulled:
    """One pull in small chunks, checking that nothing is acknowledged that is not in the store."""
    with Clip(path, SHORT_S) as clip:
        unit, log_id = clip.hello.unit, clip.hello.log_id
        store.put_unit(unit, log_id, pseudonym="p")
        try:
            return pulling.into_store(clip, store, 0, chunk_bytes=CHUNK_BYTES)
        finally:
            assert all(below <= store.next_seq(unit, log_id, 0) for below in log.acked)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut_after=st.integers(0, 4000))
def test_a_pull_cut_at_any_byte_loses_nothing_and_goes_on(tmp_path_factory, cut_after):
    log = Log(log_of(RECORDS))
    with Store(tmp_path_factory.mktemp("cut") / "store.duckdb") as store:
        try:
            with far_end(server(log), cut_after=cut_after) as path:
                pull(path, store, log)
        except (CutOff, WrongDevice, NoDevice) as error:
            assert one_sentence(error)
        with far_end(server(log)) as path:
            pull(path, store, log)
        kept = store.connection.execute("SELECT seq, raw FROM records ORDER BY seq").fetchall()
    assert kept == list(enumerate(log.raw))
    assert log.acked[-1] == RECORDS


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_damaged_frame_is_asked_for_again(tmp_path, bad):
    log = Log(log_of(RECORDS))
    count = 0

    def damage(data: bytes) -> bytes:
        nonlocal count
        if len(data) < 200:
            return data  # leave the greeting alone, so that each case damages a pull
        count += 1
        spot = len(data) // 2
        return data[:spot] + bytes([data[spot] ^ 0x20]) + data[spot + 1 :] if count == bad + 1 else data

    with Store(tmp_path / "store.duckdb") as store, far_end(server(log), damage=damage) as path:
        pulled = pull(path, store, log)
        kept = store.connection.execute("SELECT seq, raw FROM records ORDER BY seq").fetchall()
    assert kept == list(enumerate(log.raw))
    assert (pulled.corrupt, pulled.missing) == (0, 0)
    assert log.pulls == PULLS + 1


def test_records_the_clip_cannot_read_are_counted_and_the_rest_is_kept(tmp_path):
    raw = log_of(RECORDS)
    raw[10] = raw[10][:-1] + bytes([raw[10][-1] ^ 1])
    log = Log(raw)
    with Store(tmp_path / "store.duckdb") as store, far_end(server(log)) as path:
        pulled = pull(path, store, log)
    assert (pulled.records, pulled.corrupt, pulled.missing) == (RECORDS - 1, 1, 1)
    assert log.acked[-1] == RECORDS


def test_records_of_a_newer_kind_are_not_acknowledged(tmp_path):
    raw = log_of(RECORDS)
    raw[30] = newer_kind(30)
    log = Log(raw)
    with Store(tmp_path / "store.duckdb") as store, far_end(server(log)) as path:
        pulled = pull(path, store, log)
    assert (pulled.unread, pulled.corrupt, pulled.missing, pulled.acknowledged) == (1, 0, 0, False)
    assert max(log.acked) <= 30


def newer_kind(seq: int) -> bytes:
    from allears_core import records
    from allears_core.fields import Layout

    return records.pack(Layout(200, "NEWER", (("x", "u8", "", 2),)), 1, seq, 0, {"x": 1})


def test_another_protocol_is_named_with_the_way_out():
    handlers = {"HELLO": lambda values, reply: reply(messages.HELLO_REPLY, **greeting(protocol=2))}
    with far_end(server(handlers)) as path, pytest.raises(ProtocolMismatch, match="allears flash") as caught:
        Clip(path, SHORT_S)
    assert one_sentence(caught.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda data: b"", "nothing on .* answered"),
        (lambda data: data, "sends back what it gets"),
        (lambda data: b"\r\nlogin: ", "something else than .*login:"),
        (lambda data: os.urandom(64), "something else than an AllEars clip"),
    ],
)
def test_strangers_are_told_apart(answer, expected):
    with far_end(answer) as path, pytest.raises(WrongDevice, match=expected) as caught:
        Clip(path, SHORT_S)
    assert one_sentence(caught.value)


def test_a_real_micropython_prompt_is_recognised():
    from allears.sim import runtime

    master, slave = pty.openpty()
    line, console = pty.openpty()
    prompt = subprocess.Popen([runtime.find_micropython()], stdin=console, stdout=console, stderr=console)
    relay = threading.Thread(target=join, args=(master, line), daemon=True)
    relay.start()
    try:
        with pytest.raises(WrongDevice, match="MicroPython prompt .*allears flash") as caught:
            Clip(os.ttyname(slave), SHORT_S)
    finally:
        prompt.kill()
        prompt.wait()
        os.close(console)
        os.close(slave)
        relay.join()
    assert one_sentence(caught.value)


def join(one: int, other: int) -> None:
    """Carry bytes between two terminals' masters until one of them hangs up."""
    ways = {one: other, other: one}
    while True:
        for source in select.select(list(ways), [], [])[0]:
            try:
                os.write(ways[source], os.read(source, 4096))
            except OSError:
                os.close(one)
                os.close(other)
                return


def test_a_second_program_is_told_that_the_port_is_in_use():
    with far_end(server(Log([]).handlers())) as path, Clip(path, SHORT_S), pytest.raises(PortBusy) as caught:
        Clip(path, SHORT_S)
    assert one_sentence(caught.value)


def test_what_is_no_serial_port_is_refused_untouched(tmp_path):
    plain = tmp_path / "plain.txt"
    plain.write_text("as it was")
    for path, error in (
        (plain, WrongDevice),
        (tmp_path, WrongDevice),
        ("/dev/null", WrongDevice),
        (tmp_path / "no", NoDevice),
    ):
        with pytest.raises(error) as caught:
            Clip(str(path), SHORT_S)
        assert one_sentence(caught.value)
    assert plain.read_text() == "as it was"


def test_a_request_without_an_answer_is_repeated_and_then_given_up():
    seen = []
    handlers = Log([]).handlers() | {"LOG_RANGE": lambda values, reply: seen.append(values)}
    with (
        far_end(server(handlers)) as path,
        Clip(path, SHORT_S, answer_s=0.2) as clip,
        pytest.raises(CutOff, match="stopped answering"),
    ):
        clip.range(0)
    assert len(seen) == 3


@pytest.mark.parametrize("code", [code for code in (*errors.NAMES, 250) if code != errors.OK])
def test_every_refusal_is_a_sentence_with_the_clips_own_words(code):
    def refuse(values, reply):
        raise CoreError(code, "so says the clip")

    handlers = Log([]).handlers() | {"GET_SETTINGS": refuse}
    with (
        far_end(server(handlers)) as path,
        Clip(path, SHORT_S) as clip,
        pytest.raises(Refused, match="so says the clip") as caught,
    ):
        clip.settings()
    assert one_sentence(caught.value)
    assert caught.value.code == code


@given(st.lists(st.binary(max_size=300), max_size=3), st.booleans(), st.booleans())
def test_any_bytes_of_a_stranger_make_one_sentence(pieces, echoed, probed):
    heard = stranger.Heard()
    heard.echoed = echoed
    if probed:
        heard.probed()
    for piece in pieces:
        heard.take(piece)
    assert one_sentence(stranger.describe("/dev/x", heard, 4.0))


def test_a_line_that_goes_away_is_a_cut():
    with far_end(server(Log([]).handlers())) as path:
        clip = Clip(path, SHORT_S)
    with clip, pytest.raises(CutOff) as caught:
        clip.range(0)
    assert one_sentence(caught.value)
