# The link's settings and identity requests: staged one by one, in force only by a commit that names the sum.
from allears_core import messages
from allears_core.errors import BUSY, CoreError
from allears_core.settings import BY_KEY


class ConfigServer:
    """config: Config. in_call(): True during a call. changed(pairs): called after a commit with what it changed."""

    def __init__(self, config, in_call, changed):
        self.handlers = {
            "GET_SETTINGS": self._get_settings,
            "STAGE_SETTING": self._stage_setting,
            "STAGE_IDENTITY": self._stage_identity,
            "COMMIT": self._commit,
            "GET_IDENTITY": self._get_identity,
            "STAGE_LIMIT": self._stage_limit,
            "GET_LIMITS": self._get_limits,
        }
        self._config = config
        self._in_call = in_call
        self._changed = changed

    def _get_settings(self, values, reply):
        pairs = [
            messages.PAIR.pack(setting=pair[0], value=pair[1]) for pair in self._config.settings.values()
        ]
        reply(messages.SETTINGS_REPLY, pairs=b"".join(pairs))

    def _stage_setting(self, values, reply):
        self._config.stage_setting(values["setting"], values["value"])
        reply(messages.DONE)

    def _stage_identity(self, values, reply):
        self._config.stage_identity(values["field"], values["text"])
        reply(messages.DONE)

    def _stage_limit(self, values, reply):
        self._config.stage_limit(values["setting"], values["lowest"], values["highest"])
        reply(messages.DONE)

    def _get_limits(self, values, reply):
        rows = [
            messages.LIMIT.pack(setting=BY_KEY[key][0], lowest=lowest, highest=highest)
            for key, lowest, highest in self._config.limits.rows()
        ]
        reply(messages.LIMITS_REPLY, limits=b"".join(rows))

    def _commit(self, values, reply):
        if self._in_call():
            raise CoreError(BUSY, "a call is running: commit again when it is over")
        self._changed(self._config.commit(values["settings_crc"]))
        self._get_settings(values, reply)

    def _get_identity(self, values, reply):
        lines = [self._config.identity[name] for name in messages.IDENTITY]
        reply(messages.IDENTITY_REPLY, text="\n".join(lines).encode())
