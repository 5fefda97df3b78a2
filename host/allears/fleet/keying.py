"""A clip's keys over its life: the first ones, new ones for a role, and none that anybody holds."""

from dataclasses import replace

from allears.device import Clip
from allears.device.refusals import Refused
from allears.errors import BadInput
from allears.keys.secrets import UnitSecrets, make
from allears_core import keys, messages

ALL = sorted(messages.ROLE_WORDS)


def wants_keys(clip: Clip) -> bool:
    """True for a clip that could hold keys and has none yet."""
    bits = clip.hello.capabilities
    return bool(bits & messages.CAP_KEYS) and not bits & messages.CAP_SEALED


def give_first(clip: Clip) -> None:
    """Make keys for every role of a clip that has none, keep them here, and only then give them to it.

    Never such as it may have had before: with them its sessions would begin again at the first, which a finder of
    the clip could then open. A log that an earlier life has left there is erased.
    """
    known = clip.keys.find(clip.hello.unit) or UnitSecrets(clip.hello.unit, {})
    fresh = make(ALL)
    clip.keys.put(replace(known, pending=fresh))
    clip.set_keys(fresh, discard=True)
    clip.keys.put(known.with_secrets(fresh))


def rotate(clip: Clip, roles: list[int], discard: bool = False) -> UnitSecrets:
    """New keys for `roles`, here and on the clip; what is then held here.

    Copies of the old ones elsewhere are good for nothing from then on. The log begins anew where its reader's key
    changes; DeviceError while it holds what nobody has pulled, unless `discard`.
    """
    settle(clip)
    held = clip.keys.need(clip.hello.unit, messages.ROLE_IT)
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


def settle(clip: Clip) -> None:
    """Where keys were on their way to the clip when the line was cut, find out whether they have arrived."""
    held = clip.keys.find(clip.hello.unit)
    if held is None or not held.pending:
        return
    unit = bytes.fromhex(held.unit)
    role, secret = next(iter(held.pending.items()))
    arrived = clip.accepts(role, keys.auth_key(secret, unit, role))
    clip.keys.put(held.with_secrets(held.pending) if arrived else replace(held, pending={}))
