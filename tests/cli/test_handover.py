"""A clip passes from alice to bob on the command line: nothing of alice's, and no consent, passes with it."""

import json

import pytest

from allears import sim
from allears.store import Store

PORT = "sim:passed-on"
ALICE = ("--serial", "S-1", "--pseudonym", "alice", "--team", "north")


@pytest.fixture
def hers(allears, home, monkeypatch):
    """A running clip that is alice's, with her consent in its log and in the store."""
    monkeypatch.setenv("ALLEARS_HOME", str(home))
    with sim.start("passed-on", fast=True):
        for arguments in (("provision", *ALICE), ("consent", "--days", "30"), ("pull",)):
            done = allears(arguments[0], "--port", PORT, *arguments[1:])
            assert done.returncode == 0, done.stderr
        yield


def owners(home):
    """Pseudonym of each log -> how many records the store holds of it."""
    with Store(home / "store.duckdb", read_only=True) as store:
        return dict(
            store.connection.execute(
                "SELECT pseudonym, count(*) FROM units JOIN records USING (unit, log_id) GROUP BY ALL"
            ).fetchall()
        )


def by_name(allears, agent):
    done = allears("consent", "--show", agent, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["by_name"]


def test_another_name_alone_is_refused_and_changes_nothing(allears, fails, home, hers):
    before = owners(home)
    for more in ((), ("--dry-run",)):
        said = fails(4, "provision", "--port", PORT, "--pseudonym", "bob", *more)
        assert "are agent alice's" in said
        assert "`allears pull`, then `allears provision --pseudonym bob --new-agent`" in said
        assert "--same-person" in said
    assert allears("pull", "--port", PORT).returncode == 0
    assert owners(home).keys() == before.keys() == {"alice"}


def test_the_next_agent_begins_with_nothing_of_the_one_before(allears, fails, home, hers):
    before = owners(home)["alice"]
    assert allears("consent", "--port", PORT, "--days", "60").returncode == 0
    hand_over = ("provision", "--port", PORT, "--pseudonym", "bob", "--new-agent")
    assert "nobody has pulled" in fails(9, *hand_over)
    assert allears("pull", "--port", PORT).returncode == 0
    passed = allears(*hand_over)
    assert passed.returncode == 0, passed.stderr
    assert "agent: the one before -> new key, new log" in passed.stdout
    assert allears("pull", "--port", PORT).returncode == 0
    now = owners(home)
    assert now.keys() == {"alice", "bob"} and now["alice"] > before
    assert by_name(allears, "alice") and not by_name(allears, "bob")


def test_the_same_person_under_another_name_keeps_what_is_theirs(allears, home, hers):
    assert allears("provision", "--port", PORT, "--pseudonym", "alicia", "--same-person").returncode == 0
    assert allears("pull", "--port", PORT).returncode == 0
    assert owners(home).keys() == {"alicia"}
    assert by_name(allears, "alicia")


def test_a_hand_over_needs_a_name_to_pass_to(allears, fails, hers):
    assert "add --pseudonym" in fails(4, "provision", "--port", PORT, "--pseudonym", "alice", "--new-agent")
