"""Giving a clip its keys over the link: in clear to a clip that has none, encrypted under IT's to one that has."""

import os

from allears.device.channel import SLOW, Channel
from allears.device.hello import Hello
from allears.errors import DeviceError
from allears.keys import KeyStore
from allears_core import keys, messages, seal


def send_keys(
    channel: Channel, hello: Hello, store: KeyStore, secrets: dict[int, bytes], discard: bool
) -> None:
    """Send what the clip is to hold from now on, derived from `secrets` (ROLE_ bit -> secret).

    Raises DeviceError for a clip that can hold none, MissingKey where the clip wants IT's and this machine lacks it.
    """
    if not hello.capabilities & messages.CAP_KEYS:
        raise DeviceError(
            f"clip {hello.unit} has no place or no cipher for keys, and keeps no log",
            "put a runtime with both on it, see docs/sealing.md",
        )
    given = keys.KEYS.pack(**keys.for_clip(secrets, bytes.fromhex(hello.unit)))
    start = os.urandom(seal.BLOCK_BYTES)
    if hello.capabilities & messages.CAP_SEALED:
        store.need(hello.unit, messages.ROLE_IT)
        it_key = store.auth_key(hello.unit, messages.ROLE_IT)
        given = seal.encrypt(keys.wrapping_key(it_key), start, given)
    channel.ask_once(
        messages.SET_KEYS,
        messages.DONE,
        SLOW,
        roles=sum(secrets),
        discard=int(discard),
        start=start,
        keys=given,
    )
