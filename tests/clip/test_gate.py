# Who may ask a clip that holds keys for what: core's own client against the gate. Both interpreters.
from clip_support import Time

from allears_clip.gate import Gate
from allears_core import errors, link, messages, proof, records

UNIT, LOG_ID = b"unit-one", b"log-id-1"
KEYS = {role: bytes((role,)) * 32 for role in messages.ROLE_WORDS}
ROLES = sorted(KEYS)


class Keys:
    """As the clip's vault shows them to the gate."""

    def __init__(self, held):
        self.keyed = bool(held)
        self.auth = held.get


class Gated:
    """A link server behind a gate that knows KEYS, and a host's end of the line."""

    def __init__(self, keys=KEYS):
        self.time = Time()
        self.answered = []
        self.changes = 0
        self.sent = []
        self.gate = Gate(Keys(keys), UNIT, lambda: LOG_ID, self.time.ms, self._changed, self._draw)
        handlers = {name: self._note(name) for name in messages.ROLES}
        handlers.update(self.gate.handlers)
        self.server = link.Server(handlers, self.sent.append, self.gate)
        self.client = link.Client()
        self._drawn = 0

    def _changed(self):
        self.changes += 1

    def _draw(self, size):
        self._drawn += 1
        return bytes((self._drawn & 255, self._drawn >> 8)) + bytes(size - 2)

    def _note(self, name):
        def handler(values, reply):
            self.answered.append(name)
            reply(messages.DONE)

        return handler

    def raw(self, data):
        """The last answer's (name, values) to bytes on the line, None if there was none."""
        self.server.receive(data)
        found = self.client.receive(b"".join(self.sent))
        self.sent.clear()
        return (found[-1][0].name, found[-1][2]) if found else None

    def ask(self, layout, **values):
        return self.raw(self.client.request(layout, **values)[1])

    def authentication(self, role, key=None):
        """(values of AUTHENTICATE, what was signed) in answer to a fresh challenge."""
        drawn = self.ask(messages.CHALLENGE)[1]["nonce"]
        said = proof.statement(UNIT, LOG_ID, role, drawn, bytes(16))
        signed = proof.sign(key or KEYS[role], proof.OF_HOST, said)
        return {"role": role, "nonce": bytes(16), "proof": signed}, said

    def show(self, role):
        """Open a session as `role`; the clip's proof must be right."""
        values, said = self.authentication(role)
        name, answer = self.ask(messages.AUTHENTICATE, **values)
        assert name == "AUTHENTICATE_REPLY"
        assert answer["proof"] == proof.sign(KEYS[role], proof.OF_CLIP, said)
        self.client.sealer = proof.Sealer(proof.session_key(KEYS[role], said))

    def hello(self):
        """A greeting, as the link server treats one."""
        self.gate.close()
        self.client.sealer = None


def filled(layout):
    filler = {"u": 0, "i": 0, "*": b"", "b": bytes(32)}
    return {
        name: bytes(int(code[1:])) if code[0] == "b" else filler[code[0]]
        for name, code, _, _ in layout.fields
    }


def requests():
    """(layout, values) of every request, both streams where it names one."""
    own = ("CHALLENGE", "AUTHENTICATE")
    for layout in messages.LAYOUTS:
        if layout.code % 2 or layout.name in own:
            continue
        streams = range(len(records.STREAMS)) if "stream" in layout.names else (None,)
        for stream in streams:
            values = filled(layout)
            if stream is not None:
                values["stream"] = stream
            yield layout, values


def test_each_role_may_what_the_table_says_and_nothing_else(folder):
    for role in [0] + ROLES:
        gated = Gated()
        if role:
            gated.show(role)
        for layout, values in requests():
            mask = messages.roles(layout, values)
            gated.answered.clear()
            name, answer = gated.ask(layout, **values)
            allowed = mask == messages.ANYBODY or bool(mask & role)
            assert gated.answered == ([layout.name] if allowed else []), (layout.name, role)
            assert name == ("DONE" if allowed else "FAILED")
            assert allowed or answer["error"] == errors.NEEDS_ROLE


def test_a_clip_without_keys_answers_everybody(folder):
    gated = Gated(keys={})
    for layout, values in requests():
        assert gated.ask(layout, **values)[0] == "DONE", layout.name
    values, _ = gated.authentication(messages.ROLE_IT)
    assert gated.ask(messages.AUTHENTICATE, **values)[1]["error"] == errors.WRONG_PROOF


def test_an_unsealed_request_in_an_open_session_is_refused(folder):
    gated = Gated()
    gated.show(messages.ROLE_IT)
    sealed = gated.client.request(messages.STATUS)[1]
    gated.client.sealer = None
    assert gated.ask(messages.STATUS)[1]["error"] == errors.NEEDS_ROLE
    assert gated.answered == []
    assert gated.raw(sealed)[0] == "DONE"
    assert gated.raw(sealed)[1]["error"] == errors.NEEDS_ROLE, "a replay"
    assert gated.gate.refused == 2


def test_a_recorded_authentication_is_worth_nothing(folder):
    gated = Gated()
    values, _ = gated.authentication(messages.ROLE_AGENT)
    recorded = gated.client.request(messages.AUTHENTICATE, **values)[1]
    assert gated.raw(recorded)[0] == "AUTHENTICATE_REPLY"
    gated.hello()
    assert gated.raw(recorded)[1]["error"] == errors.BAD_REQUEST, "no challenge is open"
    gated.ask(messages.CHALLENGE)
    assert gated.raw(recorded)[1]["error"] == errors.WRONG_PROOF
    assert gated.gate.role == 0


def test_a_proof_for_one_role_unit_or_log_is_none_for_another(folder):
    gated = Gated()
    for other in (
        {"role": messages.ROLE_IT},
        {"role": 3},
        {"role": 0},
        {"role": 255},
        {"nonce": b"\x01" * 16},
        {"proof": bytes(32)},
    ):
        gated.time.now += 100000
        values, _ = gated.authentication(messages.ROLE_AGENT)
        values.update(other)
        assert gated.ask(messages.AUTHENTICATE, **values)[1]["error"] == errors.WRONG_PROOF, other
    for unit, log_id in ((b"unit-two", LOG_ID), (UNIT, b"log-id-2")):
        gated.time.now += 100000
        drawn = gated.ask(messages.CHALLENGE)[1]["nonce"]
        said = proof.statement(unit, log_id, 1, drawn, bytes(16))
        signed = proof.sign(KEYS[1], proof.OF_HOST, said)
        answer = gated.ask(messages.AUTHENTICATE, role=1, nonce=bytes(16), proof=signed)
        assert answer[1]["error"] == errors.WRONG_PROOF
    assert gated.gate.role == 0 and gated.gate.wrong == 8


def test_zeros_are_no_key(folder):
    gated = Gated(keys={messages.ROLE_AGENT: KEYS[1], messages.ROLE_IT: bytes(32)})
    values, _ = gated.authentication(messages.ROLE_IT, key=bytes(32))
    assert gated.ask(messages.AUTHENTICATE, **values)[1]["error"] == errors.WRONG_PROOF


def test_a_greeting_ends_the_session(folder):
    gated = Gated()
    gated.show(messages.ROLE_IT)
    sealed = gated.client.request(messages.STATUS)[1]
    gated.hello()
    assert gated.raw(sealed)[1]["error"] == errors.NEEDS_ROLE


def test_another_role_replaces_the_first(folder):
    gated = Gated()
    gated.show(messages.ROLE_AGENT)
    assert gated.ask(messages.MONITOR, on=1)[0] == "DONE"
    gated.show(messages.ROLE_LEAD)
    assert gated.gate.role == messages.ROLE_LEAD and gated.changes == 2
    assert gated.ask(messages.MONITOR, on=1)[1]["error"] == errors.NEEDS_ROLE


def test_wrong_proofs_cost_ever_longer_waits_and_a_right_one_ends_them(folder):
    gated = Gated()
    waits = []
    for _ in range(12):
        values, _ = gated.authentication(messages.ROLE_LEAD, key=bytes(32))
        assert gated.ask(messages.AUTHENTICATE, **values)[1]["error"] == errors.WRONG_PROOF
        began = gated.time.now
        while gated.ask(messages.CHALLENGE)[0] == "FAILED":
            assert gated.ask(messages.CHALLENGE)[1]["error"] == errors.TOO_SOON
            gated.time.now += 250
        waits.append(gated.time.now - began)
    assert waits == [500 << min(k, 7) for k in range(12)]
    gated.show(messages.ROLE_LEAD)
    values, _ = gated.authentication(messages.ROLE_LEAD, key=bytes(32))
    gated.ask(messages.AUTHENTICATE, **values)
    gated.time.now += 500
    assert gated.ask(messages.CHALLENGE)[0] == "CHALLENGE_REPLY"


def test_a_wrong_proof_does_not_end_somebody_elses_session(folder):
    gated = Gated()
    gated.show(messages.ROLE_AGENT)
    values, _ = gated.authentication(messages.ROLE_IT, key=bytes(32))
    gated.ask(messages.AUTHENTICATE, **values)
    assert gated.ask(messages.MONITOR, on=0)[0] == "DONE"
