"""`allears doctor`: how a clip is."""

from typing import TYPE_CHECKING, Any

import click

from allears.cli.common import console, json_option, port_option, print_json

if TYPE_CHECKING:
    from allears.device import Clip
    from allears_core.records import Record

_SESSIONS, _CALLS = 8, 5  # the newest that are printed; --json has all
_COUNTED = (
    "overruns",
    "bad_frames",
    "wrong_proofs",
    "refused",
    "exceptions",
    "dropped_unread",
    "flash_failures",
    "torn_bytes",
)


@click.command()
@port_option
@json_option
def command(port: str, as_json: bool) -> None:
    """Say how a clip is: what it counted, how runs crashed, which application runs, how its clock drifts.

    Asks and changes nothing. Crash records carry a traceback of the clip's code, never anything heard. Clock drift
    needs a key that opens one of the log's streams.
    """
    from allears.device import open_clip

    with open_clip(port) as clip:
        facts = {"port": port, **_facts(clip)}
    if as_json:
        print_json(facts)
    else:
        _print(facts)


def _facts(clip: "Clip") -> dict[str, Any]:
    from allears.device import checkup, updating
    from allears_core.messages import CAP_SLOTS

    counted = checkup.counters(clip)
    log = _log(clip)
    facts: dict[str, Any] = {**clip.hello.facts(), "counters": counted}
    facts["crashes"] = [crash.__dict__ for crash in checkup.crashes(clip, counted["crash_records"])]
    facts["application"] = updating.slots(clip).__dict__ if clip.hello.capabilities & CAP_SLOTS else None
    facts["clock"] = facts["sessions"] = None
    if log is not None:
        facts["clock"] = {
            "ahead_ms": checkup.clock_error_ms(clip, log),
            "drifts": [drift.__dict__ for drift in checkup.drifts(log)],
        }
        facts["sessions"] = [session.__dict__ for session in checkup.sessions(log)]
    return facts


def _log(clip: "Clip") -> "list[Record] | None":
    """What the clip holds of a stream that this machine can open, None where there is none."""
    from allears.device.pulling import read_all
    from allears.errors import AllEarsError
    from allears_core.records import EVENTS, SUMMARIES

    for stream in (SUMMARIES, EVENTS):
        try:
            return read_all(clip, stream)
        except AllEarsError:
            continue
    return None


def _print(facts: dict[str, Any]) -> None:
    say = console().print
    counted = facts["counters"]
    say(
        f"clip {facts['unit']}, firmware {facts['firmware']} on {facts['board']}, up {counted['ms'] // 1000} s"
    )
    say("  ".join(f"{name.replace('_', ' ')} {counted[name]}" for name in _COUNTED))
    say(f"log {counted['log_blocks'] * 4} KiB, {counted['flash_free'] // 1024} KiB free")
    if counted["safe"]:
        say(
            "SAFE STATE: it crashed too often in a row; it judges nothing and gives no cues until it is restarted"
        )
    for name, count in counted["health"].items():
        say(f"health: {name} {count}")
    running = facts["application"]
    if running and running["left"] is not None:
        say(f"the application in {running['running']} is on trial, {running['left']} starts left")
    if running and running["failed"]:
        say(f"the application in {running['failed']} was given up: it did not say that it is well")
    _print_clock(facts["clock"])
    _print_sessions(facts["sessions"] or [])
    say(f"crashes: {counted['crashes']} ever" + (", the newest kept:" if facts["crashes"] else ""))
    for crash in facts["crashes"]:
        say(f"  {crash['kind']} in {crash['firmware'] or '?'} after {crash['ms'] // 1000} s")
        for line in crash["traceback"].splitlines():
            say(f"    {line}", markup=False)


def _print_clock(clock: dict[str, Any] | None) -> None:
    say = console().print
    if clock is None:
        say("clock: this machine holds no key that opens its records")
    elif clock["ahead_ms"] is None:
        say("clock: time unknown since its start; no host has told it")
    else:
        say(f"clock: {clock['ahead_ms']:+d} ms against this machine")
    for drift in clock["drifts"] if clock else ():
        say(f"clock drift in boot {drift['boot']}: {drift['ppm']:+.1f} ppm over {drift['seconds']:.0f} s")


def _print_sessions(sessions: list[dict[str, Any]]) -> None:
    import datetime as dt

    for session in sessions[-_SESSIONS:]:
        began = session["began_utc_s"]
        when = (
            "time unknown"
            if began is None
            else f"{dt.datetime.fromtimestamp(began, dt.UTC):%Y-%m-%d %H:%M} UTC"
        )
        calls = ", ".join(f"{_span(start)} to {_span(end)}" for start, end in session["calls"][-_CALLS:])
        text = f"session {session['boot']}: {when}, {_span(session['seconds'])} long, {len(session['calls'])} calls"
        console().print(text + (f"; since its start {calls}" if calls else ""))


def _span(seconds: float) -> str:
    """0:02:05"""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
