"""Whatever is in a file: states or one sentence, and never half of it."""

import random
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allears import acd
from allears.acd import quarantine
from allears.errors import AllEarsError

BERLIN = ZoneInfo("Europe/Berlin")
COLUMNS = {"agent": "User", "state": "Status", "start": "Start", "duration": "Duration"}
GOOD = {
    "neutral": "agent,state,start,end\nHeron,talk,2026-03-02T09:00:00Z,2026-03-02T09:05:00Z\n",
    "five9": "AGENT,TIMESTAMP,AGENT STATE TIME,REASON CODE,STATE\nana,03/02/2026 09:00:00,00:05:00,,On Call\n",
    "uccx": "Agent Name,State Transition Time,Agent State,Reason Code,Duration\n"
    "Bo,03/02/2026 9:00:00 AM,Ready,0,0:02\n",
    "cxone": "Agent_Session_ID,Agent_No,StateIndex,Start_Date,Working,Available,Outstate,Duration\n"
    "1,7,1,03/02/2026,0,1,,60\n",
    "genesys": "User,Status,Start,Duration\nDee,Idle,2026-03-02 09:10:00,00:20:00\n",
    "connect": '{"EventId":"1","EventType":"LOGIN","EventTimestamp":"2026-03-02T09:00:00Z","AgentARN":"a",'
    '"CurrentAgentSnapshot":{"AgentStatus":{"Name":"Available","Type":"ROUTABLE"},"Contacts":[]}}\n'
    '{"EventId":"2","EventType":"LOGOUT","EventTimestamp":"2026-03-02T09:05:00Z","AgentARN":"a"}\n',
}  # fmt: skip
PIECES = [
    b"\x00", b"\xff\xfe", b'"', b"\n", b"\r", b",", b";", b"\xe9", b"{", b"}", b"[", b"-", b"9" * 30, b"nan",
    b"\\ud800", b"\xe2\x80\xa8", b"2026-02-30T25:61:00Z", b"=cmd|' /c calc'!A1", b"\x1b[31m", b"a" * 140_000,
]  # fmt: skip


def spoilt(text: str, seed: int) -> bytes:
    """The file with bytes inserted, cut out, doubled and swapped at random places."""
    rng = random.Random(seed)
    raw = bytearray(text.encode())
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(raw))
        kind = rng.randrange(4)
        if kind == 0:
            raw[at:at] = rng.choice(PIECES)
        elif kind == 1:
            del raw[at : at + rng.randint(1, 12)]
        elif kind == 2:
            raw[at:at] = raw[at : at + 40]
        elif at < len(raw):
            raw[at] = rng.randrange(256)
    return bytes(raw)


def check(path: Path, name: str, raw: bytes) -> None:
    path.write_bytes(raw)
    profile = acd.completed(acd.load(name), COLUMNS if name == "genesys" else {})
    try:
        export = acd.read_export(path, profile, BERLIN)
    except AllEarsError as error:
        assert str(error)
        return
    lines = {error.line for error in export.errors}
    assert len(lines) <= export.rows
    for span in export.spans:
        assert span.agent.isprintable() and span.end_ms > span.start_ms
        span.reason.encode()
    quarantine.write(path.with_suffix(".q"), export.header, export.errors, export.raw)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_good_file_has_no_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "f").write_text(GOOD[name], "utf-8")
    profile = acd.completed(acd.load(name), COLUMNS if name == "genesys" else {})
    export = acd.read_export(tmp_path / "f", profile, BERLIN)
    assert export.errors == [] and export.spans


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_spoilt_file_does_no_more_than_an_error(tmp_path: Path, name: str) -> None:
    for seed in range(80):
        check(tmp_path / "f", name, spoilt(GOOD[name], seed))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=200))
def test_any_bytes_under_a_good_header_do_no_more_than_an_error(
    tmp_path: Path, name: str, raw: bytes
) -> None:
    check(tmp_path / "f", name, GOOD[name].partition("\n")[0].encode() + b"\n" + raw)
