"""A clip's keys over its life: the first ones, new ones for a role, and none that anybody holds."""

from dataclasses import replace

from allears.device import Clip
from allears.device.refusals import Refused
from allears.errors import BadInput
from allears.keys.secrets import UnitSecrets, make, today
from allears_core import keys, messages

ALL = sorted(messages.ROLE_WORDS)


def wants_keys(clip: Clip) -> bool:
    """True for a clip that could hold keys and has none yet."""
    bits = clip.hello.capabilities
    return bool(bits & messages.CAP_KEYS) and not bits & messages.CAP_SEALED


def give_first(clip: Clip) -> None:
    """Make keys for every role of a clip that has none, keep them here, and only then give them to it.

    Those that are kept here already go to it again: an earlier try may have been cut off.
    """
    known = clip.keys.find(clip.hello.unit)
    if known is None or set(known.secrets) != set(ALL):
        known = UnitSecrets(clip.hello.unit, make(ALL), today())
        clip.keys.put(known)
    clip.set_keys(known.secrets)


def rotate(clip: Clip, roles: list[int], discard: bool = False) -> UnitSecrets:
    """New keys for `roles`, here and on the clip; what is then held here.

    Copies of the old ones elsewhere are good for nothing from then on. The log begins anew where its reader's key
    changes; DeviceError while it holds what nobody has pulled, unless `discard`.
    """
    held = settle(clip)
    secrets = make(roles)
    clip.keys.put(replace(held, pending=secrets))
    try:
        clip.set_keys(secrets, discard)
    except Refused:
        clip.keys.put(held)
        raise
    held = held.with_secrets(secrets)
    clip.keys.put(held)
    return held


def revoke(clip: Clip, role: int, discard: bool = False) -> None:
    """Put a key on the clip for `role` that nobody holds: no machine shows that role or opens its stream from then on.

    BadInput for IT's: nobody could ever give the clip keys again.
    """
    if role == messages.ROLE_IT:
        raise BadInput(
            "a clip without IT's key takes no keys ever again", "give IT a new one with `allears keys rotate`"
        )
    held = rotate(clip, [role], discard)
    clip.keys.put(held.without(role))


def settle(clip: Clip) -> UnitSecrets:
    """What this machine holds for the clip, after finding out whether keys on their way to it have arrived.

    Raises MissingKey where IT's is not among it.
    """
    held = clip.keys.need(clip.hello.unit, messages.ROLE_IT)
    if not held.pending:
        return held
    unit = bytes.fromhex(held.unit)
    role, secret = next(iter(held.pending.items()))
    arrived = clip.accepts(role, keys.auth_key(secret, unit, role))
    held = held.with_secrets(held.pending) if arrived else replace(held, pending={})
    clip.keys.put(held)
    return held
