# Who may ask the clip for what. A clip that holds keys does what a request asks only in a session that its sender
# opened by showing a role's key; core.messages.ROLES says which role. Wrong proofs cost ever longer waits.
import os

from allears_core import messages
from allears_core.errors import BAD_REQUEST, NEEDS_ROLE, TOO_SOON, WRONG_PROOF, CoreError

_FIRST_WAIT_MS = 500  # after the first wrong proof in a row; twice as long after each more
_LONGEST_DOUBLING = 7  # 64 s


class Gate:
    """keys: what the clip holds: `keyed`, True if there are any, and auth(role), the key that shows a role or None.

    unit: the unit's id; log_id(): the log's; now_ms(): since boot; changed(): a session has begun.
    role: ROLE_ bit that the session has shown, 0 without one. wrong, refused: proofs and requests turned away.
    """

    def __init__(self, keys, unit, log_id, now_ms, changed, draw=os.urandom):
        self.handlers = {"CHALLENGE": self._challenge, "AUTHENTICATE": self._authenticate}
        self.wrong = 0
        self.refused = 0
        self._keys = keys
        self._unit = unit
        self._log_id = log_id
        self._now_ms = now_ms
        self._changed = changed
        self._draw = draw
        self._wrong_in_a_row = 0
        self._closed_until_ms = 0
        self.close()

    def close(self):
        """End the session: whoever comes next has shown nothing."""
        self.role = 0
        self._session = None
        self._nonce = None

    def unseal(self, payload):
        """The request inside `payload`, with its seal proven and taken off where it needs one.

        Raises CoreError(NEEDS_ROLE).
        """
        layout = messages.BY_CODE.get(payload[0])
        if layout is None or not messages.ROLES.get(layout.name) or not self._keys.keyed:
            return payload
        inner = self._session.unseal(payload) if self._session else None
        if inner is None:
            self._refuse(messages.ROLES[layout.name])
        return inner

    def admit(self, layout, values):
        """Raise CoreError(NEEDS_ROLE) unless the session's role may ask this."""
        mask = messages.roles(layout, values)
        if mask and not mask & self.role and self._keys.keyed:
            self._refuse(mask)

    def _refuse(self, mask):
        self.refused += 1
        raise CoreError(NEEDS_ROLE, messages.role_words(mask))

    def _challenge(self, values, reply):
        wait_ms = self._closed_until_ms - self._now_ms()
        if wait_ms > 0:
            raise CoreError(TOO_SOON, "%d s" % (wait_ms // 1000 + 1))
        self._nonce = self._draw(messages.NONCE_BYTES)
        reply(messages.CHALLENGE_REPLY, nonce=self._nonce)

    def _authenticate(self, values, reply):
        from allears_core import proof, seal

        nonce, self._nonce = self._nonce, None  # one try each
        if nonce is None:
            raise CoreError(BAD_REQUEST, "no challenge was asked for")
        role = values["role"]
        key = self._keys.auth(role) if role in messages.ROLE_WORDS else None
        if key and not max(key):
            key = None  # all zeros stand for a role that was given none
        said = proof.statement(self._unit, self._log_id(), role, nonce, values["nonce"])
        if key is None or not seal.equal(proof.sign(key, proof.OF_HOST, said), values["proof"]):
            self._count_wrong()
            raise CoreError(WRONG_PROOF, messages.role_words(role))
        self._wrong_in_a_row = 0
        self._session = proof.Opener(proof.session_key(key, said))
        if self.role != role:
            self.role = role
            self._changed()
        reply(messages.AUTHENTICATE_REPLY, proof=proof.sign(key, proof.OF_CLIP, said))

    def _count_wrong(self):
        self.wrong += 1
        wait_ms = _FIRST_WAIT_MS << min(self._wrong_in_a_row, _LONGEST_DOUBLING)
        self._wrong_in_a_row += 1
        self._closed_until_ms = self._now_ms() + wait_ms
