# Who this clip is and how it judges: identity and settings, staged by the host, committed whole, read back.
import json

from allears_core import settings
from allears_core.errors import BAD_VALUE, FLASH_FAILED, NOT_STAGED, CoreError
from allears_core.limits import Limits
from allears_core.messages import IDENTITY, IDENTITY_MAX_BYTES

from . import files


class Config:
    """settings: in force (one object for the whole run). identity: dictionary, "" where not provisioned.
    limits: what the site allows.

    problem: what was wrong with the stored file, None when nothing was.
    """

    def __init__(self, path):
        self.settings = settings.Settings()
        self.identity = dict.fromkeys(IDENTITY, "")
        self.problem = None
        self._path = path
        self.limits = Limits()
        self.forget_staged()
        self._load()

    def stage_setting(self, setting, value):
        """Keep one setting for the commit. Raises CoreError(BAD_VALUE)."""
        row = settings.BY_ID.get(setting)
        if row is None:
            raise CoreError(BAD_VALUE, "there is no setting number %d" % setting)
        self._staged_settings[row[1]] = settings.check(row[1], value)

    def stage_identity(self, field, text):
        """Keep one identity field (index into IDENTITY, UTF-8 bytes) for the commit. Raises CoreError(BAD_VALUE)."""
        if field >= len(IDENTITY):
            raise CoreError(BAD_VALUE, "there is no identity field number %d" % field)
        self._staged_identity[IDENTITY[field]] = _clean(IDENTITY[field], text)

    def stage_limit(self, setting, lowest, highest):
        """Keep one site limit for the commit. Raises CoreError(BAD_VALUE)."""
        Limits().set_by_id(setting, lowest, highest)
        self._staged_limits.append((setting, lowest, highest))

    def forget_staged(self):
        self._staged_limits = []
        self._staged_settings = {}
        self._staged_identity = {}

    def commit(self, settings_crc):
        """Bring what is staged into force; (setting id, value) pairs of the settings that changed.

        settings_crc: CRC-32 of the settings that the host expects to be in force then. Raises
        CoreError(NOT_STAGED) where it is another, BAD_VALUE where the site's limits forbid it,
        FLASH_FAILED where the file does not read back; nothing changes.
        """
        wanted = settings.Settings(_values(self.settings))
        wanted.update(self._staged_settings)
        if wanted.crc() != settings_crc:
            self.forget_staged()
            raise CoreError(NOT_STAGED, "the staged settings are not those that were meant")
        identity = dict(self.identity)
        identity.update(self._staged_identity)
        limits = Limits(self.limits.ranges())
        for staged in self._staged_limits:
            limits.set_by_id(*staged)
        self.forget_staged()
        limits.admit(wanted)
        self._store(wanted, identity, limits)
        self.limits = limits
        before = self.settings.values()
        self.settings.update(_values(wanted))
        self.identity = identity
        return [pair for pair in wanted.values() if pair not in before]

    def _store(self, wanted, identity, limits):
        content = {"settings": _values(wanted), "identity": identity, "limits": limits.ranges()}
        files.write_whole(self._path, json.dumps(content).encode())
        if json.loads(files.read_whole(self._path)) != content:
            raise CoreError(FLASH_FAILED, "the configuration did not read back")

    def _load(self):
        raw = files.read_whole(self._path)
        if raw is None:
            return
        try:
            stored = json.loads(raw)
            self.limits = Limits(stored.get("limits"))
            self.settings.update(stored["settings"])
            for name in IDENTITY:
                self.identity[name] = _clean(name, stored["identity"][name].encode())
        except (ValueError, KeyError, TypeError, AttributeError, CoreError) as error:
            self.problem = "stored configuration refused: %s" % error


def _values(source):
    """Every setting as a dictionary, so that no profile rule can come between."""
    return {row[1]: getattr(source, row[1]) for row in settings.TABLE}


def _clean(name, text):
    """The text of an identity field as str. Raises CoreError(BAD_VALUE)."""
    try:
        decoded = bytes(text).decode("utf-8")
    except ValueError:
        raise CoreError(BAD_VALUE, "%s is not UTF-8" % name) from None
    if len(text) > IDENTITY_MAX_BYTES:
        raise CoreError(BAD_VALUE, "%s is longer than %d bytes" % (name, IDENTITY_MAX_BYTES))
    if min(text or b" ") < 32:
        raise CoreError(BAD_VALUE, "%s holds a control character" % name)
    return decoded
