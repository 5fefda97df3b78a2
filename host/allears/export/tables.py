"""The exported tables. Columns of records come from the store's schema, the others are named here once."""

from allears.aggregate.spans import STATES
from allears.export.table import Column, Table
from allears.store.columns import COLUMNS, KEY_COLUMNS, TABLES
from allears.store.schema import HOUSE
from allears_core import records

# Record -> the hop by which it is dated. The lead's SESSION is left out: it repeats the calls.
DATED = {
    "CALL": "start_hop",
    "EVENT": "onset_hop",
    "CUE": "at_hop",
    "CUE_NOTE": "cue_hop",
    "MARK": "hop",
    "STATE": "hop",
    "HEALTH": "hop",
}
_KINDS = {"VARCHAR": "text", "INTEGER": "integer", "BIGINT": "integer"}
_OWNER = (
    Column("agent", "text", "the agent's pseudonym"),
    Column("team", "text", "the agent's team"),
    Column("example", "truth", "made-up data"),
)
_START = Column("start_utc", "time", "when, UTC; empty: time unknown")
_DATE = Column("date", "date", "local day")
_MINUTE = Column("minute", "integer", "local minute of the day at which the half-hour begins")
_SOURCE = Column("source", "text", "clip, or acd for an imported state log")
_PEOPLE = Column("people", "integer", "how many people stand behind the row, five or more")
_STATE_WORDS = {
    "call": "talk and hold",
    "acw": "after-call work",
    "ready": "ready",
    "break": "break",
    "pause": "clip paused",
    "off": "shift ended on the clip",
    "other": "any other state",
    "on": "clip listening; calls are within it",
}
SECONDS = tuple(Column(f"{state}_s", "number", f"s, {_STATE_WORDS[state]}") for state in STATES)
# Sums over calls, each with its meaning; `store/days` and the team's tables share them.
CALL_SUMS = (
    Column("call_s", "number", "s in calls, first to last hop"),
    Column("agent_s", "number", "s, agent's speech, joint speech included"),
    Column("customer_s", "number", "s, customer's speech, joint speech included"),
    Column("joint_s", "number", "s, both at once"),
    Column("hold_s", "number", "s of hold heard in calls"),
    Column("dead_air_s", "number", "s of joint silences of 6 s or more that are not hold"),
    Column("dead_air_count", "integer", "how many of those silences"),
    Column("talk_overs", "integer", "talk-overs"),
    Column("acknowledgements", "integer", "acknowledgements"),
    Column("early_answers", "integer", "early answers"),
    Column("customer_turns", "integer", "customer turns"),
    Column("gap_count", "integer", "responses that have a gap"),
    Column("cues", "integer", "cues shown"),
)
_RESULT = (
    Column("key", "text", "indicator, see docs/indicators.md"),
    Column("title", "text", "its name"),
    Column("unit", "text", "its unit"),
    Column("value", "number", "value; empty where there is not enough data"),
    Column("n", "number", "what it rests on"),
    Column("n_unit", "text", "unit of n"),
    Column("low", "number", "95 % interval, lower limit; empty where none is defined"),
    Column("high", "number", "95 % interval, upper limit"),
    Column("missing", "text", "why there is no value"),
)


def _of_record(name: str) -> Table:
    keys = [
        Column(column, _KINDS[kind], meaning)
        for column, kind, meaning in KEY_COLUMNS
        if column not in ("stream", "ms")
    ]
    own = [Column(column.name, _KINDS[column.sql_type], column.meaning) for column in COLUMNS[name]]
    dated = [_START] if name in DATED else []
    return Table(TABLES[name], f"One row a {name} record of the agent's log.", (*_OWNER, *dated, *keys, *own))


RECORDS = {
    name: _of_record(name)
    for name in TABLES
    if records.EVENTS in records.STREAMS_OF[name] and name != "SESSION"
}
HALF_HOURS = Table(
    "half_hours",
    "Seconds of each state by source and local half-hour.",
    (_OWNER[0], _DATE, _MINUTE, _SOURCE, *SECONDS),
)
DAYS = Table(
    "days",
    "One row a local day and source: states, the day's longest spell and gaps, and the sums of the clip's calls.",
    (
        _OWNER[0], _DATE, _SOURCE, *SECONDS,
        Column("presses", "integer", "button presses that set a state"),
        Column("longest_spell_s", "number", "s, longest unbroken spell"),
        Column("gaps", "integer", "gaps between calls"),
        Column("median_gap_s", "number", "s, median gap"),
        Column("calls", "integer", "calls that began on the day; they and what follows only in the clip's rows"),
        *CALL_SUMS[1:],
    ),
)  # fmt: skip
GAPS = Table(
    "gaps", "One row a gap between two calls of a shift without a break in between.",
    (_OWNER[0], _DATE, _SOURCE, Column("start_utc", "time", "start of the call it leads to, UTC"),
     Column("gap_s", "number", "s from one call's end to the next one's start")),
)  # fmt: skip
RESULTS = Table("indicators", "Every indicator of every local day with a call.", (_OWNER[0], _DATE, *_RESULT))

TEAM_CALLS = Table(
    "team_days", "Sums over the calls of the group that began on a local day.",
    (_DATE, _PEOPLE, Column("calls", "integer", "calls"), *CALL_SUMS),
)  # fmt: skip
TEAM_STATES = Table(
    "team_states", "Seconds of each state of the group by local day, of days whose states somebody declared.",
    (_DATE, _PEOPLE, *SECONDS[:-1]),
)  # fmt: skip
TEAM_HALF_HOURS = Table(
    "team_half_hours", "The same by local half-hour.", (_DATE, _MINUTE, _PEOPLE, *SECONDS[:-1])
)
TEAM_RESULTS = Table(
    "team_indicators", "Every indicator of the group over all days shown; no extremes of one person.", _RESULT
)
CONTESTS = Table(
    "contests",
    HOUSE["contests"][0],
    tuple(Column(n, _KINDS.get(t, "time"), m) for n, t, m in HOUSE["contests"][1]),
)
AGENT_TABLES = (*RECORDS.values(), CONTESTS, HALF_HOURS, DAYS, GAPS, RESULTS)
TEAM_TABLES = (TEAM_CALLS, TEAM_STATES, TEAM_HALF_HOURS, TEAM_RESULTS)
