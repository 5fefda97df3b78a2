"""`allears keys` as people use it: hand on, take in, change, take away."""

import json
import stat

import pytest

from allears.keys import UnitSecrets
from allears.keys.places import Folder
from allears.keys.secrets import make

UNIT = "00112233aabbccdd"
PORT = "sim:keys"


@pytest.fixture
def held(home):
    """This machine as the one that provisioned a clip."""
    secrets = UnitSecrets(UNIT, make([1, 2, 4]), "2026-01-02")
    Folder(home / "keys").write(secrets)
    return secrets


def listed(allears):
    result = allears("keys", "list", "--json")
    assert result.returncode == 0, result.stderr
    return {row["unit"]: row["roles"] for row in json.loads(result.stdout)}


def test_keys_are_handed_over_and_taken_in(allears, fails, home, held):
    assert listed(allears) == {UNIT: ["agent", "lead", "it"]}
    file = home / "agent.json"
    done = allears("keys", "export", UNIT, "--role", "agent", "--out", file, "--hand-over")
    assert (done.returncode, done.stderr) == (0, "")
    assert held.secrets[1].hex() not in done.stdout, "no secret on the terminal"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert listed(allears) == {UNIT: ["lead", "it"]}
    assert "is there already" in fails(4, "keys", "export", UNIT, "--role", "lead", "--out", file)
    assert "no agent key" in fails(
        16, "keys", "export", UNIT, "--role", "agent", "--out", home / "again.json"
    )
    assert not (home / "again.json").exists()
    assert allears("keys", "import", file).returncode == 0
    assert listed(allears) == {UNIT: ["agent", "lead", "it"]}
    assert Folder(home / "keys").read(UNIT).secrets == held.secrets


def test_what_is_no_key_file_is_refused(fails, home):
    (home / "other.json").write_text("{}")
    assert "holds no keys of a clip" in fails(4, "keys", "import", home / "other.json")
    assert "cannot be read" in fails(3, "keys", "import", home / "none.json")


def test_a_machine_without_keys_says_so(allears):
    result = allears("keys", "list")
    assert (result.returncode, result.stdout) == (0, "this machine holds no keys\n")


def test_a_clips_keys_change_and_go(allears, fails):
    assert (
        allears("provision", "--port", PORT, "--serial", "1", "--pseudonym", "owl", "--team", "n").returncode
        == 0
    )
    assert "nobody has pulled" in fails(9, "keys", "rotate", "--port", PORT, "--role", "agent")
    rotated = allears("keys", "rotate", "--port", PORT, "--role", "agent", "--role", "it", "--discard")
    assert rotated.returncode == 0, rotated.stderr
    revoked = allears("keys", "revoke", "--port", PORT, "--role", "lead", "--discard")
    assert revoked.returncode == 0, revoked.stderr
    pulled = allears("pull", "--port", PORT)
    assert (pulled.returncode, pulled.stdout[:7]) == (0, "events:"), pulled.stderr
    assert pulled.stderr.startswith("the summaries of clip") and "sealed for the lead" in pulled.stderr
    assert "sealed for the lead" in fails(16, "pull", "--port", PORT, "--stream", "summaries")


def test_an_old_file_does_not_take_the_place_of_a_newer_key(allears, fails, home, held):
    """As after `export`, `rotate` and `import` of what was exported before."""
    file = home / "old.json"
    assert allears("keys", "export", UNIT, "--role", "agent", "--out", file).returncode == 0
    assert allears("keys", "import", file).returncode == 0, "the very key that is held"
    newer = held.with_secrets(make([1]))
    Folder(home / "keys").write(newer)
    said = fails(4, "keys", "import", file)
    assert "holds a newer agent key" in said and "--replace" in said
    assert Folder(home / "keys").read(UNIT) == newer
    assert allears("keys", "import", "--replace", file).returncode == 0
    assert Folder(home / "keys").read(UNIT).secrets == held.secrets


def test_a_newer_file_takes_the_place_of_an_older_key(allears, home, held):
    newer = held.with_secrets(make([1])).only([1])
    (home / "new.json").write_text(newer.to_json())
    assert allears("keys", "import", home / "new.json").returncode == 0
    assert Folder(home / "keys").read(UNIT).secrets == {**held.secrets, **newer.secrets}


def test_a_key_of_no_use_is_dropped(allears, fails, held):
    assert allears("keys", "forget", UNIT, "--role", "agent").returncode == 0
    assert listed(allears) == {UNIT: ["lead", "it"]}
    assert "no agent key" in fails(16, "keys", "forget", UNIT, "--role", "lead", "--role", "agent")
    assert listed(allears) == {UNIT: ["lead", "it"]}, "all of them or none"


def test_an_outdated_agent_key_does_not_lock_it_out(allears, home):
    who = ("--serial", "1", "--pseudonym", "owl", "--team", "n")
    assert allears("provision", "--port", PORT, *who).returncode == 0
    place = Folder(home / "sim" / ".keys")
    (unit,) = place.units()
    held = place.read(unit)
    place.write(held.with_secrets(make([1])))
    for arguments in (
        ("provision", "--set", "light_level=3"),
        ("doctor",),
        ("pull", "--stream", "summaries"),
    ):
        done = allears(arguments[0], "--port", PORT, *arguments[1:])
        assert done.returncode == 0, done.stderr
        assert (
            done.stderr.startswith(f"allears: clip {unit} refuses the agent key")
            and done.stderr.count("\n") == 1
        )
