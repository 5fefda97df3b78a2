"""A new application onto a running clip: into its spare slot, on trial, and confirmed by the clip itself."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from allears.device.channel import SLOW
from allears.device.client import Clip
from allears.device.refusals import Refused
from allears.errors import DeviceError
from allears_core import errors, messages, proof, seal
from allears_core.image import HASH_BYTES, Image

CONFIRM_S = 30.0
FRAME_OVERHEAD = 2 + 4 + proof.SEAL_BYTES  # type and tag, offset, seal
_CONFIRMED = 255


@dataclass(frozen=True)
class Slots:
    """Which application runs. running: name of its slot, "" for files at the volume's root; left: starts it may take
    until it must have confirmed itself, None once it has; digest: SHA-256 of its image's head in hex; failed: slot
    whose application was given up."""

    running: str
    left: int | None
    digest: str
    failed: str


def slots(clip: Clip) -> Slots:
    """What the clip's loader has chosen."""
    values = clip.ask(messages.SLOTS, messages.SLOTS_REPLY)
    running, failed = (values["text"].decode(errors="replace").split("\n") + [""])[:2]
    left = values["left"]
    return Slots(running, None if left == _CONFIRMED else left, values["digest"].hex(), failed)


def update_proof(key: bytes | None, flags: int, head: bytes) -> bytes:
    """What shows a clip that its IT means this update; key: the unit's update key, None for a clip without keys."""
    if key is None:
        return bytes(HASH_BYTES)
    return bytes(seal.hmac_sha256(key, messages.UPDATE_LABEL, bytes((flags,)), head))


def send(
    clip: Clip,
    image: Image,
    key: bytes | None,
    older: bool,
    sent: Callable[[int], None],
) -> None:
    """Write `image` into the clip's spare slot and put it on trial from the next start on.

    What the running application stores alike the clip copies by itself. key: the unit's update key; older: IT says
    that an older version is meant; sent: told of more bytes of
    files. Raises Refused, and nothing has changed then.
    """
    flags = messages.UPDATE_OLDER if older else 0
    room = clip.hello.max_payload - FRAME_OVERHEAD
    clip.ask_once(messages.UPDATE_BEGIN, messages.DONE, SLOW, size=image.size)
    _data(clip, 0, image.head, room)
    copies = bool(slots(clip).running)
    for row in image.rows:
        if not copies or not _copied(clip, row[1], row[4]):
            _data(clip, row[1], image.stored(row), room)
            sent(row[2])
    proof_of_it = update_proof(key, flags, image.head)
    clip.ask_once(messages.UPDATE_END, messages.DONE, SLOW, flags=flags, proof=proof_of_it)


def _copied(clip: Clip, offset: int, digest: bytes) -> bool:
    """True if the clip had what the image stores there."""
    try:
        clip.ask_once(messages.UPDATE_COPY, messages.DONE, SLOW, offset=offset, digest=digest)
    except Refused as refused:
        if refused.code != errors.BAD_REQUEST:
            raise
        return False
    return True


def _data(clip: Clip, offset: int, content: bytes, room: int) -> None:
    for at in range(0, len(content), room):
        piece = content[at : at + room]
        clip.ask_once(messages.UPDATE_DATA, messages.DONE, offset=offset + at, data=piece)


def confirmed(clip: Clip, image: Image, wait_s: float = CONFIRM_S) -> None:
    """Wait until the restarted clip has confirmed `image`; DeviceError where it runs another or does not."""
    end = time.monotonic() + wait_s
    meant = hashlib.sha256(image.head).hexdigest()
    while True:
        now = slots(clip)
        if now.digest != meant:
            raise DeviceError(
                f"the clip gave up version {image.version} and runs {clip.hello.firmware} again",
                "see why with `allears doctor`",
            )
        if now.left is None:
            return
        if time.monotonic() > end:
            raise DeviceError(
                f"version {image.version} runs but has not said that it is well",
                "see why with `allears doctor`; the clip goes back by itself",
            )
