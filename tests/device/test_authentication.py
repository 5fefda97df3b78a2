"""The client shows keys when, and only when, a request needs one; what is missing is said in one sentence."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from allears.device import Clip
from allears.errors import MissingKey
from allears.exitcodes import ExitCode
from allears.keys import KeyStore, UnitSecrets
from allears_core import messages, records
from allears_core.settings import Settings

HELLO_S = 20.0
AGENT, LEAD, IT = messages.ROLE_AGENT, messages.ROLE_LEAD, messages.ROLE_IT


class Holding(KeyStore):
    """A machine that holds `roles` of what the real one does, or other secrets in their place."""

    def __init__(self, *roles: int, instead: bytes | None = None):
        super().__init__()
        self._roles = roles
        self._instead = instead

    def find(self, unit: str) -> UnitSecrets | None:
        known = super().find(unit)
        if known is None or self._instead is None:
            return known.only(list(self._roles)) if known else None
        return UnitSecrets(unit, dict.fromkeys(self._roles, self._instead))


def test_what_needs_no_role_asks_for_no_key(virtual):
    with Clip(virtual.port, HELLO_S, keys=Holding()) as clip:
        clip.identify(1)
        with pytest.raises(MissingKey, match="holds no agent or lead or IT key of clip"):
            clip.status()


@pytest.mark.parametrize(
    ("roles", "may", "may_not"),
    [
        ((AGENT,), lambda clip: clip.range(records.EVENTS), lambda clip: clip.file_hash("main.py")),
        ((LEAD,), lambda clip: clip.range(records.SUMMARIES), lambda clip: clip.range(records.EVENTS)),
        ((IT,), lambda clip: clip.file_hash("main.py"), lambda clip: list(clip.monitor(0.1))),
    ],
)
def test_a_role_may_what_is_its_own(virtual, roles, may, may_not):
    with Clip(virtual.port, HELLO_S, keys=Holding(*roles)) as clip:
        may(clip)
        with pytest.raises(MissingKey, match="holds no"):
            may_not(clip)
        assert clip.status()["refused"] == 0, "what cannot be shown is not even asked"


def test_one_connection_goes_from_role_to_role(virtual):
    with Clip(virtual.port, HELLO_S) as clip:
        assert clip.range(records.EVENTS).next_seq > 0
        clip.commit(Settings({"light_level": 3}), {"serial": "S-2"})
        list(clip.monitor(0.1))
        assert clip.identity()["serial"] == "S-2"
        assert (clip.status()["refused"], clip.status()["wrong_proofs"]) == (0, 0)


def test_a_key_that_is_no_longer_the_clips_is_said_so(virtual):
    with (
        Clip(virtual.port, HELLO_S, keys=Holding(AGENT, instead=bytes(range(32)))) as clip,
        pytest.raises(MissingKey, match="refuses the agent key") as caught,
    ):
        clip.status()
    assert caught.value.exit_code == ExitCode.MISSING_KEY


class Outdated(KeyStore):
    """A machine whose agent key is not the clip's any more, and whose other keys are."""

    def find(self, unit: str) -> UnitSecrets | None:
        known = super().find(unit)
        return known and replace(known, secrets={**known.secrets, AGENT: bytes(range(32))})


def test_a_stale_key_does_not_keep_a_good_one_from_being_shown(virtual):
    told: list[str] = []
    with Clip(virtual.port, HELLO_S, keys=Outdated(), warn=told.append) as clip:
        clip.status()  # agent, lead or IT
        clip.commit(Settings({"light_level": 4}), {})  # agent or IT
        with pytest.raises(MissingKey, match="refuses the agent key"):
            clip.consent(0)
        assert clip.identity() and clip.status()["wrong_proofs"] == 1, "a refused key is shown once"
        clip.restart()
        assert clip.status()["wrong_proofs"] == 0
    (said,) = told
    assert "refuses the agent key" in said and f"keys forget {virtual.unit_id.hex()} --role agent" in said


def test_a_clip_that_restarted_is_shown_the_key_again(virtual):
    with Clip(virtual.port, HELLO_S) as clip:
        clip.status()
        virtual.cut_power()
        virtual.power_on()
        clip.status()  # the old session is refused, a new one opened
        assert clip.status()["refused"] == 1


def test_the_command_ends_with_one_sentence_and_its_code(virtual, tmp_path: Path):
    done = run_without_keys(tmp_path, "doctor", "--port", virtual.port)
    assert done.returncode == ExitCode.MISSING_KEY, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("allears: this machine holds no")
    assert "allears keys import" in done.stderr


def test_a_clip_whose_keys_are_elsewhere_is_listed(virtual, tmp_path: Path):
    done = run_without_keys(tmp_path, "devices", "--json", "--port", virtual.port)
    assert done.returncode == ExitCode.MISSING_KEY
    (row,) = json.loads(done.stdout)["devices"]
    assert row["unit"] == virtual.unit_id.hex() and row["error"]["code"] == ExitCode.MISSING_KEY
    assert "serial" not in row
    assert virtual.unit_id.hex() in run_without_keys(tmp_path, "devices", "--port", virtual.port).stdout


def run_without_keys(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on a machine that holds no key of any clip."""
    elsewhere = {**os.environ, "ALLEARS_HOME": str(tmp_path), "ALLEARS_KEYS": str(tmp_path / "keys")}
    return subprocess.run(
        [sys.executable, "-m", "allears.cli", *arguments],
        env=elsewhere,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
