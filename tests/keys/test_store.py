"""Where secrets are kept on a machine, and what passes for secrets."""

import json
import stat
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from allears.errors import AllEarsError, BadInput, MissingKey
from allears.keys import KeyStore, UnitSecrets
from allears.keys.places import Folder, Ring, system_ring
from allears.keys.secrets import from_json, make
from allears_core import messages

UNIT, OTHER = "00112233aabbccdd", "ffeeddccbbaa9988"
AGENT, LEAD, IT = messages.ROLE_AGENT, messages.ROLE_LEAD, messages.ROLE_IT
SECRETS = st.dictionaries(st.sampled_from((AGENT, LEAD, IT)), st.binary(min_size=32, max_size=32))


class Desktop(KeyringBackend):
    """A keyring as a desktop offers one, in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class Locked(Desktop):
    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("the collection is locked")


@pytest.fixture(params=["folder", "ring"])
def place(request, tmp_path: Path):
    return Folder(tmp_path / "place") if request.param == "folder" else Ring(Desktop())


def test_what_is_kept_is_found_again(place):
    assert place.units() == [] and place.read(UNIT) is None
    first, second = UnitSecrets(UNIT, make([AGENT, LEAD]), "2026-01-02"), UnitSecrets(OTHER, make([IT]))
    for secrets in (first, second, first):
        place.write(secrets)
    assert place.units() == sorted([UNIT, OTHER])
    assert (place.read(UNIT), place.read(OTHER)) == (first, second)
    place.remove(UNIT)
    place.remove(UNIT)
    assert place.units() == [OTHER] and place.read(UNIT) is None


def test_a_key_file_is_its_owners_alone(tmp_path: Path):
    folder = Folder(tmp_path / "keys")
    folder.write(UnitSecrets(UNIT, make([AGENT])))
    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o640)
    with pytest.raises(BadInput, match="others can read.*chmod 600"):
        folder.read(UNIT)


def test_a_file_under_another_units_name_is_refused(tmp_path: Path):
    folder = Folder(tmp_path)
    folder.write(UnitSecrets(UNIT, make([AGENT])))
    (tmp_path / f"{UNIT}.json").rename(tmp_path / f"{OTHER}.json")
    with pytest.raises(BadInput, match=f"holds the keys of unit {UNIT}"):
        folder.read(OTHER)


@given(SECRETS, SECRETS)
def test_secrets_survive_their_file(secrets, pending):
    held = UnitSecrets(UNIT, secrets, "2026-01-02", pending)
    assert from_json(held.to_json(), "here") == held


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
def test_anything_else_is_refused_in_one_sentence(text):
    with pytest.raises(BadInput, match="here holds no keys"):
        from_json(text, "here")


@given(st.sampled_from(["allears_keys", "unit", "secrets", "made"]), st.none() | st.integers() | st.text())
def test_a_wrong_field_is_refused(field, value):
    content = json.loads(UnitSecrets(UNIT, make([AGENT])).to_json())
    content[field] = value
    if field == "made":
        assert from_json(json.dumps(content), "here").unit == UNIT
        return
    if (field, value) in (("allears_keys", 1), ("unit", UNIT)):
        return
    with pytest.raises(BadInput):
        from_json(json.dumps(content), "here")


def test_the_keyring_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    desktop = Desktop()
    monkeypatch.delenv("ALLEARS_KEYS")
    monkeypatch.setattr(keyring, "get_keyring", lambda: desktop)
    store = KeyStore()
    store.put(UnitSecrets(UNIT, make([LEAD])))
    assert ("allears", UNIT) in desktop.entries
    assert [(secrets.unit, place) for secrets, place in store.listed()] == [(UNIT, "keyring")]
    monkeypatch.setattr(desktop, "priority", 0)
    assert system_ring() is None


def test_a_locked_keyring_is_one_sentence():
    with pytest.raises(AllEarsError, match="the keyring did not open .*; unlock it, or set ALLEARS_KEYS"):
        Ring(Locked()).read(UNIT)


def test_roles_are_added_and_forgotten_one_by_one():
    store = KeyStore()
    with pytest.raises(MissingKey, match="no lead key of clip"):
        store.need(UNIT, LEAD)
    agents = UnitSecrets(UNIT, make([AGENT]))
    store.add(agents)
    store.add(UnitSecrets(UNIT, make([LEAD])))
    assert store.secret(UNIT, AGENT) == agents.secrets[AGENT]
    assert sorted(store.need(UNIT, LEAD).secrets) == [AGENT, LEAD]
    store.remove(UNIT, AGENT)
    assert (store.secret(UNIT, AGENT), store.auth_key(UNIT, AGENT), store.seed(UNIT, 0)) == (None, None, None)
    store.remove(UNIT, LEAD)
    assert store.find(UNIT) is None and store.listed() == []
    with pytest.raises(MissingKey):
        store.remove(UNIT, LEAD)
