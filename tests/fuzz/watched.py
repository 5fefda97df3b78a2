# A whole clip on the bench's board that strangers talk to, and what of it must stay as it was. Both interpreters.
import gc
import os

from bench import Bench
from clip_support import SECRETS

from allears_clip.health import describe

ROLES = tuple(sorted(SECRETS))


class Watched:
    """A clip that holds keys, and what must not change while nobody has shown one."""

    def __init__(self, folder):
        self.bench = Bench(folder, hears=True)
        self.clip = self.bench.clip
        self.serial = self.bench.board.serial
        self.crashes = []
        self.before = self.state()
        self.heap = []

    def state(self):
        """Everything that a request can change, as text."""
        clip = self.clip
        root = self.bench.board.flash_root
        held = {
            "role": clip.link._gate.role,
            "settings": clip.config.settings.values(),
            "identity": clip.config.identity,
            "limits": clip.config.limits.rows(),
            "staged": (
                clip.config._staged_settings,
                clip.config._staged_identity,
                clip.config._staged_limits,
            ),
            "monitoring": clip.link._monitoring,
            "reboot": clip.link.reboot_mode,
            "acked": [clip.log.acked_seq(stream) for stream in (0, 1)],
            "clock": clip.wall.at(0),
            "practice": clip.pipeline.conversation.guide.name,
            "keys": [clip.keys.auth(role) for role in ROLES],
            "files": {name: os.stat(root + name)[6] for name in os.listdir(root) if name != "log"},
        }
        return {name: repr(value) for name, value in held.items()}

    def reached(self):
        """Names of what has changed since the start."""
        now = self.state()
        return [name for name in now if now[name] != self.before[name]]

    def feed(self, data):
        """Bytes on the line, and turns until the clip has dealt with them; what it answered."""
        self.serial.incoming = data
        while self.serial.incoming or self.clip.link.busy:
            self.turn()
        for shown in (self.bench.board.light, self.bench.board.haptic):
            shown.history.clear()  # the bench remembers for ever
        answered, self.serial.outgoing = self.serial.outgoing, b""
        return answered

    def turn(self):
        try:
            self.clip.turn()
        except Exception as error:  # noqa: BLE001  whatever it was, it is a crash
            self.crashes.append(describe(error).decode())
            self.serial.incoming = b""

    def look(self):
        """Remember how much of the heap is in use."""
        gc.collect()
        self.heap.append(gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0)
