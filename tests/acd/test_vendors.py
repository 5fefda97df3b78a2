"""One small file of each vendor's form, worked out by hand."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from allears import acd
from allears.acd import profile as profiles
from allears.acd.times import utc
from allears.errors import BadInput, MissingInput

BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")


def read(
    tmp_path: Path, text: str | bytes, name: str, zone: ZoneInfo | None = BERLIN, **said: object
) -> acd.Export:
    path = tmp_path / "export"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return acd.read_export(path, acd.completed(acd.load(name), **said), zone)  # type: ignore[arg-type]


def told(export: acd.Export) -> list[tuple[str, str, str, str]]:
    """(agent, state, reason, from - to in UTC) of every state."""
    return [
        (s.agent, s.state, s.reason, f"{utc(s.start_ms):%d %H:%M:%S} {utc(s.end_ms):%d %H:%M:%S}")
        for s in export.spans
    ]


def test_every_profile_loads_and_says_where_its_columns_come_from() -> None:
    for name in profiles.names():
        loaded = profiles.load(name)
        assert loaded.title and loaded.source
        assert all(role in loaded.columns or role in loaded.needs for role in loaded.required), name
    assert profiles.names() == ["connect", "cxone", "five9", "genesys", "neutral", "uccx", "zoom"]


def test_the_page_names_every_profile_and_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "acd.md").read_text("utf-8")
    assert all(f"| `{name}` |" in page for name in profiles.names())
    assert all(f"`{key}`" in page or f"`[{key}]`" in page for key in profiles.KEYS)


CXONE_HEAD = (
    "Agent_Session_ID,Agent_No,Agent_Name,Team_No,Bus_No,StateIndex,Start_Date,Working,Available,Outstate_Code,Outstate,"
    "Log_State,Skill_No,Skill_Name,Duration\n"
)


def cxone(session: int, index: int, date: str, working: int, available: int, reason: str, lasts: int) -> str:
    return f"{session},77,Ann Lee,5,1,{index},{date},{working},{available},0,{reason},1,,,{lasts}\n"


def test_cxone_is_laid_end_to_end_from_midnight_on_and_marked(tmp_path: Path) -> None:
    text = CXONE_HEAD + "".join([
        cxone(900, 2, "03/02/2026", 1, 0, "", 300),  # rows come in any order
        cxone(900, 1, "03/02/2026", 0, 1, "", 60),
        cxone(900, 3, "03/02/2026", 0, 0, "After Contact Work", 40),
        cxone(900, 4, "03/02/2026", 0, 0, "Lunch Break", 1800),
        cxone(901, 1, "03/02/2026", 0, 0, "Coaching", 600),  # a second session follows the first
    ])  # fmt: skip
    export = read(tmp_path, text, "cxone", LONDON)
    assert told(export) == [
        ("77", "ready", "0/1", "02 00:00:00 02 00:01:00"),
        ("77", "talk", "1/0", "02 00:01:00 02 00:06:00"),
        ("77", "acw", "After Contact Work", "02 00:06:00 02 00:06:40"),
        ("77", "break", "Lunch Break", "02 00:06:40 02 00:36:40"),
        ("77", "other", "Coaching", "02 00:36:40 02 00:46:40"),
    ]
    assert all(span.rebuilt for span in export.spans)


def test_a_cxone_session_over_midnight_changes_date_there(tmp_path: Path) -> None:
    text = CXONE_HEAD + cxone(1, 1, "03/02/2026", 0, 1, "", 3600) + cxone(1, 2, "03/03/2026", 1, 0, "", 600)
    assert [when for *_, when in told(read(tmp_path, text, "cxone", LONDON))] == [
        "02 23:00:00 03 00:00:00",
        "03 00:00:00 03 00:10:00",
    ]


def test_a_cxone_date_with_a_time_of_day_is_used_as_it_is(tmp_path: Path) -> None:
    text = CXONE_HEAD + cxone(1, 1, "03/02/2026 14:30:00", 1, 0, "", 600)
    export = read(tmp_path, text, "cxone", LONDON)
    assert told(export) == [("77", "talk", "1/0", "02 14:30:00 02 14:40:00")] and not export.spans[0].rebuilt


def test_five9_with_spoilt_names_and_a_title_line(tmp_path: Path) -> None:
    text = (
        "Agent State Report;;;;;\n"
        "AGENT;AGENT NAME;TIMESTAMP;AGENT STATE TIME;REASON CODE;STATE\n"
        "ana@x.br;Ana GonÃ§alves;03/02/2026 09:00:00;00:05:00;;On Call\n"
        "ana@x.br;Ana GonÃ§alves;03/02/2026 09:05:00;00:00:30;;After Call Work\n"
        "ana@x.br;Ana GonÃ§alves;03/02/2026 09:05:30;00:20:00;PrÃ© Pausa;Not Ready\n"
        "ana@x.br;Ana GonÃ§alves;03/02/2026 09:25:30;00:00:00;;Logout\n"
    )
    export = read(tmp_path, text, "five9")
    assert told(export) == [
        ("ana@x.br", "talk", "On Call", "02 08:00:00 02 08:05:00"),
        ("ana@x.br", "acw", "After Call Work", "02 08:05:00 02 08:05:30"),
        ("ana@x.br", "break", "Pré Pausa", "02 08:05:30 02 08:25:30"),
    ]
    assert export.repaired == 1 and export.tidied.off == 1
    by_name = read(tmp_path, text, "five9", columns={"agent": "agent name"})
    assert {span.agent for span in by_name.spans} == {"Ana Gonçalves"}


def test_a_file_in_windows_1252_with_some_utf_8_lines_is_read(tmp_path: Path) -> None:
    head = "AGENT,TIMESTAMP,AGENT STATE TIME,REASON CODE,STATE\n"
    rows = [
        "José,03/02/2026 09:00:00,00:05:00,,Ready\n".encode("cp1252"),
        "Zoë,03/02/2026 09:00:00,00:05:00,,Ready\n".encode(),
    ]
    export = read(tmp_path, head.encode() + b"".join(rows), "five9")
    assert {span.agent for span in export.spans} == {"José", "Zoë"}
    assert export.encoding == "UTF-8 and Windows-1252"


def test_uccx_lasts_as_long_as_it_says_and_reserved_is_not_yet_a_call(tmp_path: Path) -> None:
    text = (
        "Agent Name,Extension,State Transition Time,Agent State,Reason Code,Duration\n"
        "Bo,100,03/02/2026 9:00:00 AM,Login,0,0:00:02\n"
        "Bo,100,03/02/2026 9:00:02 AM,Not Ready,Lunch,0:00:58\n"
        "Bo,100,03/02/2026 9:01:00 AM,Ready,0,0:02:00\n"
        "Bo,100,03/02/2026 9:03:00 AM,Reserved,0,0:00:05\n"
        "Bo,100,03/02/2026 9:03:05 AM,Talk,0,0:04:00\n"
        "Bo,100,03/02/2026 9:07:05 AM,Work,0,0:00:20\n"
        "Bo,100,03/02/2026 9:07:25 AM,Logout,3,0:00:00\n"
    )
    states = told(read(tmp_path, text, "uccx"))
    assert [state for _, state, *_ in states] == ["other", "break", "ready", "ready", "talk", "acw"]
    assert states[4][3] == "02 08:03:05 02 08:07:05"


def event(
    kind: str, at: str, status: str, contacts: list[tuple[str, str]] | None = None, **more: object
) -> str:
    types = {"Available": "ROUTABLE", "Offline": "OFFLINE"}
    snapshot = {
        "AgentStatus": {"Name": status, "Type": types.get(status, "CUSTOM")},
        "Configuration": {"Username": "cleo", "AgentHierarchyGroups": {"Level1": {"Name": "North"}}},
        "Contacts": [{"ContactId": number, "State": state} for number, state in contacts or []],
    }
    stamp = f"2026-03-02T{at}.000Z"
    found = {"EventId": f"{kind}-{at}", "EventType": kind, "EventTimestamp": stamp, "AgentARN": "arn:1"}
    return json.dumps({**found, "CurrentAgentSnapshot": snapshot, **more})


CONNECT = [
    event("LOGIN", "09:00:00", "Available"),
    event("HEART_BEAT", "09:02:00", "Available"),
    event("STATE_CHANGE", "09:02:30", "Available", [("c1", "CONNECTING")]),
    event("STATE_CHANGE", "09:02:40", "Available", [("c1", "CONNECTED")]),
    event("HEART_BEAT", "09:04:40", "Available", [("c1", "CONNECTED")]),
    event("STATE_CHANGE", "09:05:40", "Available", [("c1", "CONNECTED_ONHOLD")]),
    event("STATE_CHANGE", "09:06:00", "Available", [("c1", "CONNECTED"), ("c2", "CONNECTED")]),
    event("STATE_CHANGE", "09:07:00", "Available", [("c1", "ENDED"), ("c2", "ENDED")]),
    event("STATE_CHANGE", "09:07:30", "Lunch"),
    event("HEART_BEAT", "09:09:30", "Lunch"),
    event("LOGOUT", "09:10:00", "Offline"),
    event("HEART_BEAT", "09:12:00", "Offline"),
]


@pytest.mark.parametrize("between", ["\n", "", ",\n"])
def test_connect_events_one_a_line_or_one_after_another(tmp_path: Path, between: str) -> None:
    export = read(tmp_path, between.join(CONNECT), "connect", None)
    assert told(export) == [
        ("cleo", "ready", "Available", "02 09:00:00 02 09:02:40"),
        ("cleo", "talk", "Available", "02 09:02:40 02 09:05:40"),
        ("cleo", "hold", "Available", "02 09:05:40 02 09:06:00"),
        ("cleo", "talk", "Available", "02 09:06:00 02 09:07:00"),
        ("cleo", "acw", "Available", "02 09:07:00 02 09:07:30"),
        ("cleo", "break", "Lunch", "02 09:07:30 02 09:10:00"),
    ]
    assert [(span.contacts, span.begins) for span in export.spans] == [
        (0, 0), (1, 1), (1, 0), (2, 1), (2, 0), (0, 0),
    ]  # fmt: skip
    assert {span.team for span in export.spans} == {"North"}


def test_a_hole_in_the_connect_stream_is_not_filled_in(tmp_path: Path) -> None:
    events = [
        event("LOGIN", "09:00:00", "Available"),
        event("HEART_BEAT", "09:02:00", "Available"),
        event("HEART_BEAT", "09:30:00", "Available"),
        event("LOGOUT", "09:31:00", "Offline"),
    ]
    export = read(tmp_path, "\n".join(events), "connect", None)
    assert [when for *_, when in told(export)] == ["02 09:00:00 02 09:04:00", "02 09:30:00 02 09:31:00"]
    assert export.notes == ["1 silences of the stream left unknown"]


def test_bad_events_are_named_and_repeated_ones_dropped(tmp_path: Path) -> None:
    lines = [
        *CONNECT,
        CONNECT[3],
        "{broken",
        '{"EventId": "x"}',
        event("STATE_CHANGE", "09:08:00", "A", [("c", "ODD")]),
    ]
    export = read(tmp_path, "\n".join(lines), "connect", None)
    assert [(error.line, error.kind) for error in export.errors] == [
        (13, "duplicate"), (14, "wrong"), (15, "wrong"), (16, "wrong"),
    ]  # fmt: skip
    assert "is no JSON" in export.errors[1].text and "unknown state 'ODD'" in export.errors[3].text
    assert len(export.spans) == 6


def test_genesys_and_zoom_ask_for_the_columns_by_name(tmp_path: Path) -> None:
    for name in ("genesys", "zoom"):
        with pytest.raises(BadInput, match="--column agent=NAME --column state=NAME --column start=NAME"):
            acd.completed(acd.load(name))
    with pytest.raises(BadInput, match="agent is not known"):
        acd.completed(acd.load("zoom"), {"state": "status_name", "start": "start_time"})


def test_genesys_intervals_are_joined_at_the_half_hour(tmp_path: Path) -> None:
    text = (
        "User,Status,Start Time,Duration\n"
        "Dee,Idle,2026-03-02 09:10:00,00:20:00\n"
        "Dee,Idle,2026-03-02 09:30:00,00:05:00\n"
        "Dee,Interacting,2026-03-02 09:35:00,00:10:00\n"
        "Dee,Communicating,2026-03-02 09:45:00,00:05:00\n"
    )
    columns = {"agent": "User", "state": "Status", "start": "Start Time", "duration": "duration"}
    export = read(tmp_path, text, "genesys", columns=columns)
    assert [(state, when) for _, state, _, when in told(export)] == [
        ("ready", "02 08:10:00 02 08:35:00"),
        ("talk", "02 08:35:00 02 08:45:00"),
        ("other", "02 08:45:00 02 08:50:00"),
    ]
    assert export.tidied.joined == 1


def test_zoom_with_words_named_by_the_user(tmp_path: Path) -> None:
    text = (
        "user,status_name,sub_status_name,start_time,end_time,duration\n"
        "Eve,Ready,,2026-03-02T08:00:00Z,2026-03-02T08:10:00Z,600\n"
        "Eve,Occupied,Engaged,2026-03-02T08:10:00Z,2026-03-02T08:15:00Z,300\n"
        "Eve,Not Ready,Huddle,2026-03-02T08:15:00Z,2026-03-02T08:20:00Z,300\n"
        "Eve,Zen,,2026-03-02T08:20:00Z,2026-03-02T08:30:00Z,600\n"
    )
    columns = {"agent": "user", "state": "status_name", "reason": "sub_status_name", "start": "start_time",
               "end": "end_time", "duration": "duration"}  # fmt: skip
    export = read(tmp_path, text, "zoom", columns=columns, states={"Zen": "break", "Huddle": "acw"})
    assert [state for _, state, *_ in told(export)] == ["ready", "talk", "acw", "break"]


def test_local_times_need_a_zone(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="say in which zone with --time-zone"):
        read(tmp_path, "", "uccx", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 1", "'source'"),
        ("title = 'x'\nsource = 'y'\nform = 'xml'", "'xml' is none of csv, json"),
        ("title = 'x'\nsource = 'y'\n[states]\nfoo = 'bar'", "unknown state bar"),
        ("title = 'x'\nsource = 'y'\n[columns]\nfoo = ['bar']", "unknown role foo"),
        ("title = 'x'\nsource = 'y'\nzones = 1", "unknown key zones"),
        ("title = ", "cannot be used"),
    ],
)
def test_a_profile_of_ones_own_says_what_is_wrong_with_it(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=message):
        acd.load(str(path))


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(MissingInput, match="there is no profile 'avaya'; choose one of connect, cxone"):
        acd.load("avaya")
