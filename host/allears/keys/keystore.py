"""Every key that this machine holds, and the one question others ask: which key is that of this unit and role?"""

import os
from dataclasses import replace
from pathlib import Path

import platformdirs

from allears.errors import BadInput, MissingKey
from allears.folders import sim_keys_folder
from allears.keys.places import Folder, Place, system_ring
from allears.keys.secrets import UnitSecrets
from allears_core import keys, messages

ENVIRONMENT = "ALLEARS_KEYS"


class KeyStore:
    """Secrets of virtual clips lie with those; all others in $ALLEARS_KEYS, else in the keyring, else in a folder.

    Units are named by their 16 hex digits, roles by their ROLE_ bit.
    """

    def __init__(self) -> None:
        self._virtual = Folder(sim_keys_folder())
        self._own: Place | None = None

    @property
    def own(self) -> Place:
        """Where keys of clips that can be touched are kept."""
        if self._own is None:
            self._own = _own_place()
        return self._own

    def find(self, unit: str) -> UnitSecrets | None:
        """What this machine holds for `unit`."""
        return self._virtual.read(unit) or self.own.read(unit)

    def put(self, secrets: UnitSecrets) -> None:
        """Keep what is held for a unit from now on, in the place of what was; durable when it returns."""
        self._place(secrets.unit).write(secrets)

    def add(self, secrets: UnitSecrets, replace_other: bool = False) -> UnitSecrets:
        """Keep `secrets` beside what other roles of the unit have; what is then held.

        BadInput where another secret of one of these roles is held that may be the younger one, unless
        `replace_other`: it would be gone for good, and with it what the clip sealed since.
        """
        known = self.find(secrets.unit)
        if known is None:
            self.put(secrets)
            return secrets
        other = [
            role
            for role, secret in secrets.secrets.items()
            if role in known.secrets and known.secrets[role] != secret
        ]
        if other and secrets.made <= known.made and not replace_other:
            raise BadInput(
                f"this machine holds a newer {messages.role_words(sum(other))} key of clip {secrets.unit}, "
                f"of {known.made or 'unknown age'}, and these are of {secrets.made or 'unknown age'}",
                "export them anew where the clip's keys were changed last, or add --replace to give up what is held",
            )
        held = replace(
            known, secrets={**known.secrets, **secrets.secrets}, made=max(known.made, secrets.made)
        )
        self.put(held)
        return held

    def remove(self, unit: str, role: int) -> None:
        """Forget one role's secret. MissingKey where there is none."""
        known = self.need(unit, role)
        left = known.without(role)
        if left.secrets:
            self.put(left)
        else:
            self._place(unit).remove(unit)

    def need(self, unit: str, role: int) -> UnitSecrets:
        """What is held for `unit`, MissingKey unless the secret of `role` is part of it."""
        known = self.find(unit)
        if known is None or role not in known.secrets:
            raise MissingKey(
                f"this machine holds no {messages.role_words(role)} key of clip {unit}",
                "bring it with `allears keys import FILE` from whoever provisioned the clip",
            )
        return known

    def listed(self) -> list[tuple[UnitSecrets, str]]:
        """Everything held, each with the name of its place."""
        found = []
        for place in (self._virtual, self.own):
            found += [
                (secrets, place.name) for unit in place.units() if (secrets := place.read(unit)) is not None
            ]
        return found

    # Keys of a unit

    def secret(self, unit: str, role: int) -> bytes | None:
        """The secret of a role, None where this machine has none."""
        known = self.find(unit)
        return known.secrets.get(role) if known else None

    def auth_key(self, unit: str, role: int) -> bytes | None:
        """The key that shows `role` to the clip."""
        secret = self.secret(unit, role)
        return None if secret is None else bytes(keys.auth_key(secret, bytes.fromhex(unit), role))

    def update_key(self, unit: str) -> bytes | None:
        """The key that proves a bundle to the clip."""
        secret = self.secret(unit, messages.ROLE_IT)
        return None if secret is None else bytes(keys.update_key(secret, bytes.fromhex(unit)))

    def seed(self, unit: str, stream: int) -> bytes | None:
        """State 0 of the keys that a stream is sealed with."""
        secret = self.secret(unit, keys.STREAM_ROLE[stream])
        return None if secret is None else bytes(keys.stream_seed(secret, bytes.fromhex(unit), stream))

    def _place(self, unit: str) -> Place:
        return self._virtual if self._virtual.read(unit) else self.own


def _own_place() -> Place:
    chosen = os.environ.get(ENVIRONMENT)
    if chosen:
        return Folder(Path(chosen))
    return system_ring() or Folder(Path(platformdirs.user_config_dir("allears", appauthor=False)) / "keys")
