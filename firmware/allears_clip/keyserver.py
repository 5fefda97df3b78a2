# The link's request for new keys. Whoever reads a log gets a log of their own: new keys for a reader begin a new one.
from allears_core import errors, keys, messages, seal
from allears_core.errors import CoreError


class KeyServer:
    """clip: the application (app.Clip), whose vault and log this changes."""

    def __init__(self, clip):
        self.handlers = {"SET_KEYS": self._set}
        self._clip = clip

    def _set(self, values, reply):
        clip = self._clip
        if not clip.keys.possible:
            raise CoreError(errors.NOT_ALLOWED, "this clip has no place or no cipher for keys")
        if clip.in_call():
            raise CoreError(errors.BUSY, "a call is running")
        roles = values["roles"]
        if not roles or roles & ~keys.ALL_ROLES or (roles != keys.ALL_ROLES and not clip.keys.keyed):
            raise CoreError(errors.BAD_VALUE, "keys for no known set of roles")
        given = keys.KEYS.unpack(self._unwrapped(values["keys"], values["start"]))
        if None in given.values():
            raise CoreError(errors.BAD_REQUEST, "payload too short")
        if roles & (messages.ROLE_AGENT | messages.ROLE_LEAD):
            self._check_read(values["discard"])
            clip.log.renew(lambda: clip.keys.take(roles, given))
            clip.log_start()
            clip.log.flush()
        else:
            clip.keys.take(roles, given)
        clip.lock()
        reply(messages.DONE)

    def _check_read(self, discard):
        log = self._clip.log
        log.flush()
        if log.unread() and not discard:
            raise CoreError(errors.UNREAD_LOG, "%d records" % log.unread())

    def _unwrapped(self, wrapped, start):
        if not self._clip.keys.keyed:
            return wrapped
        if len(wrapped) % seal.BLOCK_BYTES:
            raise CoreError(errors.BAD_REQUEST, "no whole blocks")
        it_key = self._clip.keys.auth(messages.ROLE_IT)
        return seal.decrypt(keys.wrapping_key(it_key), start, wrapped)
