# The clip's keys on two raw flash sectors: the new ones written and read back before the old ones are erased, so that
# a power cut leaves one or the other, and never for longer than to the next start the older beside the newer.
from allears_core import keys, seal
from allears_core.errors import FLASH_FAILED, CoreError
from allears_core.records import STREAMS

_SECTORS = (0, 1)


class Session:
    """What one stream is sealed with until the next step. key: names the seed; step: how far it has stepped."""

    def __init__(self, key, step, session_keys):
        self.key = key
        self.step = step
        self.keys = session_keys


class Vault:
    """sectors: board.vault, None where the board has none; such a vault stays empty.

    possible: True if keys can be held here and used.
    """

    def __init__(self, sectors):
        self.possible = sectors is not None and seal.available()
        self._sectors = sectors
        self._at = 0
        self._held = None
        for sector in _SECTORS if sectors else ():
            found = self._read(sector)
            if found and (self._held is None or found["count"] > self._held["count"]):
                self._held = found
                self._at = sector

    @property
    def keyed(self):
        """True if the clip was given keys."""
        return self._held is not None

    def auth(self, role):
        """The key that shows `role` (a ROLE_ bit), None without keys."""
        return self._held[keys.ROLE_FIELD[role]] if self._held else None

    def update_key(self):
        """The key that proves a bundle, None without."""
        return self._held["update"] if self._held else None

    def next_session(self):
        """Session of each stream for what is logged from now on; the vault holds the states of the next ones only.

        Raises CoreError(FLASH_FAILED) where the sectors do not hold what was written; the old keys then stay.
        """
        values = dict(self._held)
        sessions = []
        for name in STREAMS:
            state = values[name + "_state"]
            sessions.append(Session(values[name + "_id"], values[name + "_step"], keys.session_keys(state)))
            values[name + "_state"] = keys.following(state)
            values[name + "_step"] += 1
        self._hold(values)
        return sessions

    def take(self, roles, given):
        """Hold the keys of the `roles` in `given` (values of keys.KEYS), all others as they are. Raises CoreError."""
        self._hold(keys.give(self._held, roles, given))

    def _hold(self, values):
        values["count"] = self._held["count"] + 1 if self._held else 1
        page = keys.pack_vault(values)
        fresh = 1 - self._at
        self._sectors.erase(fresh)
        self._sectors.program(fresh, page)
        if self._page(fresh) != page:
            self._sectors.erase(fresh)
            raise CoreError(FLASH_FAILED, "the keys did not read back")
        stale, self._at, self._held = self._at, fresh, values
        self._sectors.erase(stale)

    def empty(self):
        """Forget every key."""
        self._held = None
        for sector in _SECTORS if self._sectors else ():
            self._sectors.erase(sector)

    def _read(self, sector):
        return keys.unpack_vault(self._page(sector))

    def _page(self, sector):
        page = bytearray(keys.VAULT_BYTES)
        self._sectors.read(sector, page)
        return bytes(page)
