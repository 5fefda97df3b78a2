# A new application into the spare slot: written beside what runs, checked whole, and only then put on trial. Until
# the last moment of UPDATE_END a lost line or lost power changes nothing that a start would see.
from allears_core import image, messages, seal, version
from allears_core.errors import (
    BAD_HASH,
    BAD_REQUEST,
    BUSY,
    FLASH_FULL,
    NOT_ALLOWED,
    OLDER,
    WRONG_PROOF,
    CoreError,
)

from . import files

_UNUSED = ("allears_core", "allears_clip", "boards", "weights", "board.py")  # at the root, when a slot runs


class Updater:
    """slots: the loader's. in_call(): True during a call. key(): the unit's update key, None without keys.

    alive(): told during long work. free(): bytes that the volume has left.
    """

    def __init__(self, slots, in_call, key, alive, free):
        self.handlers = {
            "UPDATE_BEGIN": self._begin,
            "UPDATE_DATA": self._data,
            "UPDATE_COPY": self._copy,
            "UPDATE_END": self._end,
        }
        self._slots = slots
        self._in_call = in_call
        self._key = key
        self._alive = alive
        self._free = free
        self._new = files.Transfer("update", self._let_go)
        self._source = None
        self._running = None
        self.abort = self._new.abort

    def _let_go(self):
        """Close what was copied from."""
        if self._running:
            self._source.close()
            self._running = None

    def _begin(self, values, reply):
        if self._in_call():
            raise CoreError(BUSY, "a call is running: update when it is over")
        if self._slots.left is not None:
            raise CoreError(BUSY, "the application is on trial: update when it has said that it is well")
        self.abort()
        self._make_room()
        if values["size"] + 4 * 4096 > self._free():
            raise CoreError(FLASH_FULL, "%d bytes are free" % self._free())
        self._new.begin(self._slots.spare, values["size"])
        if self._slots.running:
            self._source = open(self._slots.folder + self._slots.running, "rb")
            self._running = image.Image(self._source, self._slots.inflate)
        reply(messages.DONE)

    def _data(self, values, reply):
        self._new.check(values["offset"])
        self._write(values["data"])
        reply(messages.DONE)

    def _copy(self, values, reply):
        self._new.check(values["offset"])
        for row in self._running.rows if self._running else ():
            if row[4] == values["digest"]:
                self._write(self._running.stored(row))
                reply(messages.DONE)
                return
        raise CoreError(BAD_REQUEST, "nothing that runs is the same")

    def _end(self, values, reply):
        new = self._new
        new.check(new.size)
        new.close()
        try:
            with open(new.path, "rb") as file:
                self._check(file, values["flags"], values["proof"])
        except (CoreError, OSError):
            files.remove(new.path)
            raise
        files.rename(new.path, self._slots.spare)
        self._slots.activate()
        reply(messages.DONE)

    def _write(self, data):
        self._new.write(data)
        self._alive()

    def _check(self, file, flags, proof):
        try:
            new = image.Image(file, self._slots.inflate)
            numbers = image.number(new.version)
        except ValueError as error:
            raise CoreError(BAD_HASH, str(error)) from None
        key = self._key()
        if key is not None:
            meant = seal.hmac_sha256(key, messages.UPDATE_LABEL, bytes((flags,)), new.head)
            if not seal.equal(meant, proof):
                raise CoreError(WRONG_PROOF, "this update was made for another clip, or by somebody else")
        if numbers < image.number(version.VERSION) and not flags & messages.UPDATE_OLDER:
            raise CoreError(OLDER, "%s is older than %s" % (new.version, version.VERSION))
        if not self._fits(new):
            raise CoreError(NOT_ALLOWED, "this application is for another board")
        wrong = new.damaged(self._alive) if new.size == self._new.size else "the whole"
        if wrong:
            raise CoreError(BAD_HASH, "%s is not what was meant" % wrong)

    def _fits(self, new):
        """True if the update names the board that this application names."""
        ours = files.read_whole(self._slots.root + "board.py")
        for row in new.rows:
            if row[0] == "board.py":
                return ours is None or new.read(row) == ours
        return False

    def _make_room(self):
        """Nothing of the spare slot is needed any more, and nothing at the root where a slot runs."""
        files.remove(self._slots.spare + files.TEMPORARY)
        files.remove(self._slots.spare)
        if self._slots.running:
            for name in _UNUSED:
                files.remove_tree(self._slots.folder + name)
