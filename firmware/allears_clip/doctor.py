# The link's questions about the clip's own health: counters, crash records, which application runs; and its wish to
# forget.
from hashlib import sha256

from allears_core import image, messages, records
from allears_core.errors import BAD_REQUEST, BUSY, CoreError

from . import files

_CONFIRMED = 255
_TEXT_BYTES = 800


class Doctor:
    """clip: the application (app.Clip). restart(): after this answer the clip starts anew."""

    def __init__(self, clip, restart):
        self.handlers = {
            "COUNTERS": self._counters,
            "CRASH": self._crash,
            "SLOTS": self._slots,
            "ERASE": self._erase,
        }
        self._clip = clip
        self._restart = restart

    def _counters(self, values, reply):
        clip = self._clip
        counts = [
            messages.COUNT.pack(code=code, count=clip.health.count(name))
            for code, name in enumerate(records.HEALTH_CODES)
            if clip.health.count(name)
        ]
        reply(
            messages.COUNTERS_REPLY,
            ms=clip.uptime.ms(),
            torn_bytes=clip.log.torn_bytes,
            dropped_unread=clip.log.dropped_unread,
            flash_failures=clip.log.failures,
            log_blocks=clip.log.segments.blocks(),
            erased_blocks=clip.erased_blocks,
            crashes=clip.crashes.total,
            crash_records=len(clip.crashes.records),
            safe=1 if clip.safe else 0,
            health=b"".join(counts),
        )

    def _crash(self, values, reply):
        kept = self._clip.crashes.records
        if values["index"] >= len(kept):
            raise CoreError(BAD_REQUEST, "there are %d crash records" % len(kept))
        kind, version, ms, text = kept[-1 - values["index"]]
        reply(messages.CRASH_REPLY, ms=ms, text="\n".join((kind, version, text)).encode()[:_TEXT_BYTES])

    def _slots(self, values, reply):
        slots = self._clip.slots
        digest = bytes(image.HASH_BYTES)
        if slots.running:
            with open(slots.folder + slots.running, "rb") as file:
                digest = sha256(image.Image(file, slots.inflate).head).digest()
        reply(
            messages.SLOTS_REPLY,
            left=_CONFIRMED if slots.left is None else slots.left,
            digest=digest,
            text=(slots.running + "\n" + (self._clip.gave_up or "")).encode(),
        )

    def _erase(self, values, reply):
        if self._clip.in_call():
            raise CoreError(BUSY, "a call is running: erase when it is over")
        files.write_whole(self._clip.board.flash_root + files.ERASE_WISH, b"1")
        self._restart()
        reply(messages.DONE)
