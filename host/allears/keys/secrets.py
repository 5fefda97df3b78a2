"""The secrets of one unit, one a role: made here, never given to a clip, written down as JSON."""

import datetime as dt
import json
import os
import re
from dataclasses import dataclass, field, replace

from allears.errors import BadInput
from allears_core import keys, messages

FORMAT = 1
ROLES = {"agent": messages.ROLE_AGENT, "lead": messages.ROLE_LEAD, "it": messages.ROLE_IT}
NAMES = {role: name for name, role in ROLES.items()}
_UNIT = re.compile(r"[0-9a-f]{16}")
_SECRET = re.compile(rf"[0-9a-f]{{{2 * keys.SECRET_BYTES}}}")


@dataclass(frozen=True)
class UnitSecrets:
    """What this machine holds for `unit` (16 hex digits): ROLE_ bit -> secret. made: UTC time of the youngest.

    pending: secrets on their way to the clip, of which nobody knows yet whether it has taken them.
    """

    unit: str
    secrets: dict[int, bytes]
    made: str = ""
    pending: dict[int, bytes] = field(default_factory=dict)

    def with_secrets(self, secrets: dict[int, bytes]) -> "UnitSecrets":
        """The same with `secrets` in the place of those of their roles, and nothing pending."""
        return UnitSecrets(self.unit, {**self.secrets, **secrets}, now())

    def only(self, roles: list[int]) -> "UnitSecrets":
        """The same with these roles' secrets alone."""
        return UnitSecrets(
            self.unit, {role: self.secrets[role] for role in roles if role in self.secrets}, self.made
        )

    def without(self, role: int) -> "UnitSecrets":
        """The same less the secret of `role`."""
        return replace(self, secrets={one: secret for one, secret in self.secrets.items() if one != role})

    def to_json(self) -> str:
        """Text that from_json reads."""
        content = {
            "allears_keys": FORMAT,
            "unit": self.unit,
            "made": self.made,
            "secrets": _named(self.secrets),
        }
        if self.pending:
            content["pending"] = _named(self.pending)
        return json.dumps(content, indent=1) + "\n"


def make(roles: list[int]) -> dict[int, bytes]:
    """A fresh secret for each role, from the operating system's random numbers."""
    return {role: os.urandom(keys.SECRET_BYTES) for role in roles}


def now() -> str:
    """The second in UTC, ISO 8601, such that the later one sorts behind the earlier; after a day alone, too."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_json(text: str, where: str) -> UnitSecrets:
    """The secrets in `text`; BadInput, naming `where` it came from, for anything else."""
    wrong = BadInput(f"{where} holds no keys of a clip", "export them again on the machine that has them")
    try:
        content = json.loads(text)
        unit, version = content["unit"], content["allears_keys"]
        made = str(content["made"])
        secrets, pending = _read(content["secrets"]), _read(content.get("pending", {}))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise wrong from error
    if version != FORMAT:
        raise BadInput(f"{where} was written by a newer release", "upgrade allears and try again")
    if not isinstance(unit, str) or not _UNIT.fullmatch(unit):
        raise wrong
    return UnitSecrets(unit, secrets, made, pending)


def _named(secrets: dict[int, bytes]) -> dict[str, str]:
    return {NAMES[role]: secret.hex() for role, secret in sorted(secrets.items())}


def _read(written: dict[str, str]) -> dict[int, bytes]:
    if not all(_SECRET.fullmatch(secret) for secret in written.values()):
        raise ValueError("no secret")
    return {ROLES[name]: bytes.fromhex(secret) for name, secret in written.items()}
