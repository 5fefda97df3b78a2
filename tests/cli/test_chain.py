"""From provisioning to the store on the command line, with a virtual clip that keeps its flash between commands."""

import json

from allears.device import open_clip
from allears.keys.opener import split
from allears.sim.volume import _mounted, _save, _vault
from allears.store import Store
from allears_core.records import EVENTS

PORT = "sim:chain"
WHO = ("--serial", "S-1", "--pseudonym", "owl", "--team", "north")
SEGMENT_NAME = 19  # characters: age, stream, first sequence


def test_provision_pull_and_look_again(allears, home):
    plan = allears("provision", "--port", PORT, *WHO, "--profile", "pull", "--dry-run")
    assert "would change" in plan.stdout
    assert "monologue_ms: 60000 -> 30000 ms" in plan.stdout
    done = json.loads(allears("provision", "--port", PORT, *WHO, "--profile", "pull", "--json").stdout)
    assert done["applied"]
    assert {"name": "profile", "before": "service", "after": "pull", "unit": ""} in done["changes"]
    assert "nothing to change" in allears("provision", "--port", PORT, *WHO).stdout

    first = allears("pull", "--port", PORT, "--json")
    assert first.returncode == 0, first.stderr
    streams = json.loads(first.stdout)["streams"]
    assert [stream["stream"] for stream in streams] == ["events", "summaries"]
    assert all(stream["records"] > 0 and stream["acknowledged"] for stream in streams)
    only = json.loads(allears("pull", "--port", PORT, "--stream", "summaries", "--json").stdout)["streams"]
    assert [stream["stream"] for stream in only] == ["summaries"]
    assert only[0]["from_seq"] == streams[1]["next_seq"]

    with Store(home / "store.duckdb", read_only=True) as store:
        units = store.connection.execute("SELECT serial, pseudonym, team, profile FROM units").fetchall()
    assert units == [("S-1", "owl", "north", "pull")]


def test_devices_names_the_virtual_clips_that_run(allears, home, monkeypatch):
    from allears import sim

    assert "no clip is plugged in" in allears("devices").stdout
    monkeypatch.setenv("ALLEARS_HOME", str(home))
    with sim.start("shown"):
        table = allears("devices", "--identify").stdout
        rows = json.loads(allears("devices", "--json").stdout)["devices"]
    assert "sim:shown" in table
    assert [row["port"] for row in rows] == ["sim:shown"]
    assert len(rows[0]["unit"]) == 16
    assert rows[0]["status"]["state"]


def test_devices_lists_what_answers_and_fails_for_what_does_not(allears):
    result = allears("devices", "--port", PORT, "--port", "/dev/nowhere", "--json")
    assert result.returncode == 5
    good, bad = json.loads(result.stdout)["devices"]
    assert good["status"]["state"]
    assert bad["error"]["code"] == 5
    assert result.stderr == f"allears: {bad['error']['text']}.\n"


def test_a_damaged_log_is_read_around_and_reported(allears, home, monkeypatch):
    allears("provision", "--port", PORT, *WHO)
    monkeypatch.setenv("ALLEARS_HOME", str(home))
    for _ in range(2):  # every start begins a block of its own
        with open_clip(PORT) as clip:
            for second in range(20):
                clip.set_clock(1_700_000_000 + second)
            assert clip.range(EVENTS).next_seq > 20  # and with that it is on the flash
    damage(home / "sim" / "chain" / "flash.img")
    result = allears("pull", "--port", PORT, "--json")
    assert result.returncode == 11
    assert result.stderr.startswith("allears: ")
    assert "were kept" in result.stderr
    events, summaries = json.loads(result.stdout)["streams"]
    assert events["corrupt"] == 1
    assert events["records"] > 3
    assert summaries["corrupt"] == 0
    assert allears("pull", "--port", PORT).returncode == 0  # told once, for there is nothing more to get


def damage(image):
    """Flip a bit in the second block of the oldest segment of the events."""
    fs = _mounted(image)
    folder = f"/log/{fs.listdir('/log')[0]}"
    name = min(name for name in fs.listdir(folder) if len(name) == SEGMENT_NAME and name.split(".")[1] == "0")
    with fs.open(f"{folder}/{name}", "rb") as file:
        content = bytearray(file.read())
    first, second, *_ = split(bytes(content))[0]
    content[len(first) + len(second) // 2] ^= 0x10
    with fs.open(f"{folder}/{name}", "wb") as file:
        file.write(bytes(content))
    _save(fs, image, _vault(image))


def test_monitor_prints_one_object_a_line(allears):
    result = allears("monitor", "--port", PORT, "--seconds", "2", "--json")
    assert result.returncode == 0, result.stderr
    seen = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"state"} <= {what["type"] for what in seen} <= {"state", "record"}
    plain = allears("monitor", "--port", PORT, "--seconds", "1")
    assert (plain.returncode, plain.stderr) == (0, "")
