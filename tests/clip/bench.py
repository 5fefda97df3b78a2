# A board of the contract for the bench: sound from a list of hops, time that the test moves, both interpreters.
# The clip that runs on it is the real one, with the real kernels and weights.
import os

from clip_support import SECRETS, UNIT, Sectors, keyed_vault, read_file, write_file

import allears_core
from allears_clip.app import Clip
from allears_core import keys, link, messages, proof


class BenchClock:
    def __init__(self):
        self.now = 0

    def ticks_ms(self):
        return self.now

    def idle(self):
        self.now += 16


class BenchMic:
    capacity = 32

    def __init__(self, dead):
        self.overruns = 0
        self.hops = []
        self._dead = dead
        self.on = False

    def start(self):
        if self._dead:
            raise OSError(5, "no clock")
        self.on = True

    def stop(self):
        self.on = False

    def waiting(self):
        return min(len(self.hops), self.capacity)

    def readinto(self, buf):
        waited = self.waiting()
        if not waited:
            return 0
        hop = self.hops.pop(0)
        if hop is None:
            return -1
        buf[:] = hop
        return waited


class FileMic:
    """A recording, a hop each time it is asked; again: over and over, else it ends. ended: it has."""

    capacity = 32
    overruns = 0

    def __init__(self, path, again=False):
        self._file = open(path, "rb")  # noqa: SIM115  for the clip's life
        self._again = again
        self.ended = False

    def start(self):
        pass

    def stop(self):
        pass

    def waiting(self):
        return 0

    def readinto(self, buf):
        if self.ended:
            return 0
        if self._file.readinto(buf) < len(buf):
            if not self._again:
                self.ended = True
                return -1
            self._file.seek(0)
            self._file.readinto(buf)
        return 1


class BenchSerial:
    """What the host writes waits in `incoming`; what the clip sends lands in `outgoing`."""

    def __init__(self):
        self.incoming = b""
        self.outgoing = b""

    def readinto(self, buf):
        if not self.incoming:
            return 0
        got = min(len(buf), len(self.incoming))
        buf[:got] = self.incoming[:got]
        self.incoming = self.incoming[got:]
        return got

    def write(self, data):
        self.outgoing += data


class Level:
    """Light, motor, button, battery and watchdog: they keep what they were told."""

    def __init__(self):
        self.history = []
        self.fed = 0
        self.down = False

    def set(self, *level):
        self.history.append(level)

    def pressed(self):
        return self.down

    def held(self):
        return self.down

    def millivolts(self):
        return 3900

    def feed(self):
        self.fed += 1

    def mark(self, code):
        self.marked = code

    def release(self):
        self.fed = -1


class BenchBoard:
    name = "bench"
    capabilities = messages.CAP_LIGHT | messages.CAP_HAPTIC | messages.CAP_VIRTUAL
    unit_id = UNIT
    reset_cause = 0
    doing = 0
    safe_mode = False

    def __init__(self, folder, dead_mic=False, vault=True, keyed=True):
        """vault: the board has one; keyed: and it holds SECRETS' keys."""
        self.vault = Sectors(folder + "vault.bin") if vault else None
        if vault and keyed:
            keyed_vault(self.vault)
        self.flash_root = folder
        self.clock = BenchClock()
        self.mic = BenchMic(dead_mic)
        self.serial = BenchSerial()
        self.light = Level()
        self.haptic = Level()
        self.button = Level()
        self.battery = Level()
        self.watchdog = Level()
        self.rebooted = None

    def keyboard(self, open):
        self.interruptible = open

    def reboot(self, mode):
        self.rebooted = mode


def install_weights(folder):
    """Put the released network onto the clip's volume."""
    source = allears_core.__file__.rsplit("/", 2)[0] + "/weights/"
    os.mkdir(folder + "weights")
    for name in ("duplex.json", "duplex.bin"):
        write_file(folder + "weights/" + name, read_file(source + name))


class Bench:
    """A clip on a bench board and the host's end of its link. hears: install the network first."""

    def __init__(self, folder, hears=False, **board):
        if hears:
            install_weights(folder)
        self.board = BenchBoard(folder, **board)
        self.clip = Clip(self.board)
        self.host = link.Client()
        self._role = 0

    def turns(self, count):
        """Let the clip's loop go round `count` times."""
        for _ in range(count):
            self.clip.turn()

    def ask(self, layout, **values):
        """All (layout, values) that the clip answers to one request before it comes to rest.

        Where the request needs a role, the bench shows one that will do first.
        """
        mask = messages.roles(layout, values)
        if mask and not mask & self._role and self.clip.keys.keyed:
            self._show(mask)
        if layout is messages.HELLO:
            self._role, self.host.sealer = 0, None
        tag, data = self.host.request(layout, **values)
        self.board.serial.incoming += data
        answers = []
        while self.board.serial.incoming or self.clip.link.busy or not answers:
            self.clip.turn()
            for found, its_tag, its_values in self.heard():
                if its_tag == tag:
                    answers.append((found, its_values))
        return answers

    def _show(self, mask):
        role = min([role for role in SECRETS if role & mask])
        key = keys.auth_key(SECRETS[role], UNIT, role)
        drawn = self.one(messages.CHALLENGE)["nonce"]
        said = proof.statement(UNIT, self.clip.log.log_id, role, drawn, bytes(messages.NONCE_BYTES))
        answer = self.one(
            messages.AUTHENTICATE,
            role=role,
            nonce=bytes(messages.NONCE_BYTES),
            proof=proof.sign(key, proof.OF_HOST, said),
        )
        assert answer["proof"] == proof.sign(key, proof.OF_CLIP, said)
        self._role, self.host.sealer = role, proof.Sealer(proof.session_key(key, said))

    def heard(self):
        """Messages that the clip has sent since the last look."""
        data = self.board.serial.outgoing
        self.board.serial.outgoing = b""
        return self.host.receive(data)

    def one(self, layout, **values):
        """The single answer's values; the answer's name must fit the request's."""
        answers = self.ask(layout, **values)
        assert len(answers) == 1, answers
        assert answers[0][0] is not messages.FAILED, answers[0][1]
        return answers[0][1]

    def error(self, layout, **values):
        """The error code with which the clip refuses."""
        answers = self.ask(layout, **values)
        assert len(answers) == 1 and answers[0][0] is messages.FAILED, answers
        return answers[0][1]["error"]
