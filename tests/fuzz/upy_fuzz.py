# Hostile input for the whole application on the bench's board, under MicroPython; what it did, as one line of JSON.
# usage: micropython upy_fuzz.py FIRMWARE TESTS_CLIP SCRATCH raw|sealed|proofs FILE|TRIALS
import json
import os
import sys

firmware, tests, scratch, mode, given = sys.argv[1:6]
sys.path[:0] = [firmware, tests, tests + "/../fuzz"]

from clip_support import SECRETS, UNIT  # noqa: E402
from watched import ROLES, Watched  # noqa: E402

from allears_core import frame, keys, messages, proof  # noqa: E402

CHUNK_BYTES = 512  # eight cells, as the clip reads in one turn
LOOK_EVERY = 64  # chunks, or requests
LONGEST_WAIT_MS = 70000  # after wrong proofs


def report(watched, **found):
    """Print what was found, with crashes and how the heap went."""
    found["crashes"] = watched.crashes + ["exception"] * watched.clip.health.exceptions
    # By halves: what is kept of the first comes once, what still grows in the second would grow for ever.
    half = len(watched.heap) // 2
    found["heap_bytes"] = max(watched.heap[half:])
    found["heap_growth_bytes"] = found["heap_bytes"] - max(watched.heap[:half])
    print(json.dumps(found))


def raw():
    """Bytes as they stand in the file, from somebody without a key."""
    watched = Watched(folder)
    sent = 0
    seen = []
    chunks = 0
    with open(given, "rb") as file:
        chunk = file.read(CHUNK_BYTES)
        while chunk:
            watched.feed(chunk)
            watched.bench.board.clock.now += 700  # so that challenges are given again
            sent += len(chunk)
            chunks += 1
            if chunks % LOOK_EVERY == 0:
                seen += [name for name in watched.reached() if name not in seen]
                watched.look()
            chunk = file.read(CHUNK_BYTES)
    gate = watched.clip.link._gate
    report(watched, bytes=sent, reached=seen + watched.reached(), refused=gate.refused, wrong=gate.wrong)


def requests(file):
    """(role, message) after (role, message): role u8, length u16, message."""
    head = file.read(3)
    while head:
        yield head[0], file.read(head[1] | head[2] << 8)
        head = file.read(3)


def sealed():
    """Messages with anything in them, from somebody who has the key: nothing may break."""
    watched = Watched(folder)
    bench = watched.bench
    sent = count = 0
    with open(given, "rb") as file:
        for role, message in requests(file):
            if bench._role != role:
                renew(watched)
                bench.board.clock.now += LONGEST_WAIT_MS
                bench._show(role)
            if messages.ROLES.get(getattr(messages.BY_CODE.get(message[0]), "name", "")):
                message = bench.host.sealer.seal(message)
            data = frame.to_cells(frame.encode(message))
            watched.feed(data)
            watched.clip.link.reboot_mode = None
            if watched.clip.link._gate.role != role:  # it was a greeting or an authentication
                bench._role, bench.host.sealer = 0, None
            sent += len(data)
            count += 1
            if count % LOOK_EVERY == 0:
                watched.look()
    report(watched, bytes=sent, requests=count)


def renew(watched):
    """Give the clip its first keys again, should a request have brought others."""
    if watched.state()["keys"] != watched.before["keys"]:
        watched.clip.keys.take(keys.ALL_ROLES, keys.for_clip(SECRETS, UNIT))


class Liar:
    """Authentications that are none, each by another trick."""

    def __init__(self, watched):
        self._watched = watched
        self._bench = watched.bench
        self._recorded = self._honest()

    def _honest(self):
        """Frames of an accepted authentication and of a request in its session; then the session is ended."""
        bench = self._bench
        sent = []
        request = bench.host.request

        def keep(layout, **values):
            tag, data = request(layout, **values)
            sent.append((layout.name, data))
            return tag, data

        bench.host.request = keep
        bench.one(messages.STATUS)
        bench.host.request = request
        self.ended()
        return dict(sent)

    def ended(self):
        self._bench.one(messages.HELLO, protocol=1)

    def challenge(self):
        self._bench.board.clock.now += LONGEST_WAIT_MS
        return self._bench.one(messages.CHALLENGE)["nonce"]

    def proof(self, role, key, drawn, side=proof.OF_HOST, unit=UNIT):
        said = proof.statement(unit, self._bench.clip.log.log_id, role, drawn, bytes(16))
        return {"role": role, "nonce": bytes(16), "proof": proof.sign(key, side, said)}

    def lie(self, number):
        """Send lie `number`; the clip's answers as messages."""
        role = ROLES[number % len(ROLES)]
        key = keys.auth_key(SECRETS[role], UNIT, role)
        kind = number // len(ROLES) % 9
        if kind == 0:  # the recorded answer, no challenge open
            return self.raw(self._recorded["AUTHENTICATE"])
        if kind == 1:  # the recorded request, no session open
            return self.raw(self._recorded["STATUS"])
        drawn = self.challenge()
        if kind == 2:  # the recorded answer to a new challenge
            return self.raw(self._recorded["AUTHENTICATE"])
        if kind == 3:
            values = self.proof(role, os.urandom(32), drawn)
        elif kind == 4:  # one bit is wrong
            values = self.proof(role, key, drawn)
            bit = number * 7 % 256
            wrong = bytearray(values["proof"])
            wrong[bit // 8] ^= 1 << bit % 8
            values["proof"] = bytes(wrong)
        elif kind == 5:  # the clip's own side of it
            values = self.proof(role, key, drawn, proof.OF_CLIP)
        elif kind == 6:  # another role's key
            values = self.proof(ROLES[(number + 1) % len(ROLES)], key, drawn)
        elif kind == 7:  # the key as it is for another unit
            values = self.proof(role, keys.auth_key(SECRETS[role], b"another1", role), drawn)
        else:  # right, but for an older challenge
            values = self.proof(role, key, drawn)
            self.challenge()
        return self.raw(self._bench.host.request(messages.AUTHENTICATE, **values)[1])

    def raw(self, data):
        return self._bench.host.receive(self._watched.feed(data))


def proofs():
    """`given` wrong or replayed authentications; how many of them were refused."""
    watched = Watched(folder)
    liar = Liar(watched)
    watched.before = watched.state()
    refused = 0
    trials = int(given)
    for number in range(trials):
        found = liar.lie(number)
        if len(found) == 1 and found[0][0] is messages.FAILED and not watched.clip.link._gate.role:
            refused += 1
        if number % LOOK_EVERY == 0:
            watched.look()
    gate = watched.clip.link._gate
    report(watched, trials=trials, refused=refused, reached=watched.reached(), wrong=gate.wrong)


folder = scratch + "/clip/"
os.mkdir(folder)
{"raw": raw, "sealed": sealed, "proofs": proofs}[mode]()
