# The application: builds the parts on a board and runs the one loop. It wires; what happens stands in the parts.
import gc

from allears_core import button, errors, guide, messages, records, version
from allears_core.errors import CoreError
from boards import contract

from . import capture, crashes, files, health
from .atroot import AtRoot
from .config import Config
from .cueplayer import CuePlayer
from .housekeeping import Housekeeper
from .linkserver import LinkServer
from .pipeline import Pipeline
from .retention import Retention
from .sessionlog import SessionLog
from .uptime import Uptime, WallClock
from .usual import Usual
from .vault import Vault

_HOPS_A_TURN = 4  # judged before the line is served again
_FAILURES_IN_A_ROW = 20  # turns of the loop; then the clip is not healthy and restarts
NO_KERNELS = "no weights"


class Clip:
    """The running clip. board: see boards/contract.py. slots: the loader's, None where there is no loader.

    safe: after crashes in a row nothing is judged and no cue is given; the link and the log go on.
    """

    def __init__(self, board, slots=None, erased_blocks=0):
        self.board = board
        self.slots = slots or AtRoot(board.flash_root)
        # Code that lies in the runtime is there because memory does not hold it: a slot's would not fit either.
        self.updatable = slots is not None and files.size(self.slots.root + "allears_clip") >= 0
        self.gave_up = self.slots.failed
        self.crashes = crashes.Crashes(board.flash_root)
        self.safe = False
        self.erased_blocks = erased_blocks
        self.keys = Vault(board.vault)
        self.uptime = Uptime(board.clock)
        self.wall = WallClock()
        self.capture = capture.Capture(board.mic)
        self.pipeline = None
        self.config = Config(board.flash_root + "config.json")
        self.usual = Usual(board.flash_root + "usual.json")
        self.log = SessionLog(board.flash_root + "log/", self.uptime.ms, self.keys)
        self.health = health.Health(self.log.append, self.hop)
        self.retention = Retention(board.flash_root)
        self.player = CuePlayer(board.light, board.haptic, self.config.settings)
        self._button = button.Button()
        self._sounding = False
        self._trouble = ""
        self._exercising = False
        self._log_boot()
        if erased_blocks:
            self.health.note("erased", b"%d blocks written over and read back" % erased_blocks)
        self._log_crash()
        if not self.safe:
            self._start_hearing()
        self.link = LinkServer(self)
        self.lock()
        self.keeper = Housekeeper(self)
        self._bind()
        self.log.flush()

    # What the parts ask of the whole

    @property
    def capabilities(self):
        bits = self.board.capabilities | messages.CAP_FILES | messages.CAP_MONITOR
        if self.updatable:
            bits |= messages.CAP_SLOTS
        if self.keys.possible:
            bits |= messages.CAP_KEYS
        return bits | messages.CAP_SEALED if self.keys.keyed else bits

    @property
    def log_state(self):
        """One of messages.LOG_STATES."""
        if self.log.keeps:
            return "sealed"
        if self.keys.keyed:
            return "vault-failed"
        return "no-keys" if self.keys.possible else "no-vault"

    @property
    def kernels(self):
        return self.pipeline.kernels if self.pipeline else NO_KERNELS

    @property
    def frames(self):
        return self.pipeline.frames if self.pipeline else 0

    def hop(self):
        return self.pipeline.conversation.hop if self.pipeline else 0

    def in_call(self):
        return bool(self.pipeline and self.pipeline.conversation.in_call)

    def silent(self):
        return not self.pipeline or bool(self.pipeline.conversation.silent)

    def state(self):
        return self.pipeline.conversation.state if self.pipeline else "off"

    def monitor_state(self):
        """Values of a MONITOR_STATE, None while nothing is judged."""
        if not self.pipeline:
            return None
        talk = self.pipeline.conversation
        return {
            "hop": talk.hop,
            "agent": talk.agent,
            "customer": talk.customer,
            "agent_level_q8": self.pipeline.level[0],
            "customer_level_q8": self.pipeline.level[1],
            "in_call": 1 if talk.in_call else 0,
            "share_pct": talk.share_pct(),
        }

    def lock(self):
        """Let Ctrl-C interrupt only a clip without keys, which has nothing to tell at a prompt."""
        self.board.keyboard(not self.keys.keyed)

    def log_start(self):
        """Begin this boot's log: what runs here, and when."""
        values = {
            "records_version": version.RECORDS,
            "reset_cause": self.board.reset_cause,
            "feature_version": version.FEATURES,
            "settings_crc": self.config.settings.crc(),
            "unit": self.board.unit_id,
            "firmware": version.VERSION.encode(),
        }
        self.log.append(records.BOOT, values)
        self.log_clock("capture")

    def log_clock(self, source):
        """Pair hops, uptime and, where it is known, UTC."""
        utc_s, utc_ms = self.wall.at(self.uptime.ms())
        values = {
            "hop": self.hop(),
            "utc_s": utc_s,
            "utc_ms": utc_ms,
            "source": records.STATE_SOURCES.index(source),
        }
        self.log.append(records.CLOCK, values)

    def practise(self, on):
        """Begin or end the practice of the clip's words. Raises CoreError(BUSY) during a call."""
        talk = self.pipeline.conversation if self.pipeline else None
        if talk is None:
            raise CoreError(errors.BAD_WEIGHTS, "the clip judges nothing")
        if not on:
            talk.end_guide()
        elif not talk.begin_guide(guide.PRACTICE):
            raise CoreError(errors.BUSY, "a call is running: practise when it is over")

    def settings_changed(self, pairs):
        """A commit changed `pairs` of (setting id, value): log them and judge by them."""
        settings = self.config.settings
        settings_id = settings.crc() & 0xFFFF
        for setting, value in pairs:
            self.log.append(records.SETTING, {"settings_id": settings_id, "setting": setting, "value": value})
        if pairs and self.pipeline:
            self.pipeline.settings_changed(settings)

    # The loop

    def run(self):
        """Until the host asks for a reboot; the mode it asked for."""
        failures = 0
        while self.link.reboot_mode is None:
            try:
                self.turn()
                failures = 0
                self.board.watchdog.feed()
            except Exception as error:
                failures += 1
                if failures > _FAILURES_IN_A_ROW:
                    raise
                self.player.off()  # whatever was being shown: the next turn begins dark
                self.health.exception(error)
        return self.link.reboot_mode

    def close(self):
        """Come to rest: nothing lit, nothing measured, everything flushed."""
        self.player.off()
        if self._sounding:
            self._sound_ended()
        if self.pipeline:
            self.pipeline.conversation.events.session.end(self.hop())
        self.capture.stop()
        self.keeper.settle()
        self.board.watchdog.release()

    def turn(self):
        """Once round: judge what waits, serve the line, render, look after the log; idle if there was nothing."""
        heard = self._listen()
        ms = self._uptime_ms()
        self._poll(ms)
        down = self._pressed()
        if down or self._button.busy:
            self._press(self._button.step(down, ms))
        if self.pipeline is not None:
            self._tell(self.pipeline.conversation)
        if self.player.busy:
            self.player.tick(ms)
        if ms >= self.keeper.due_ms:
            self.keeper.step(ms)
        if not heard and not self.link.busy:
            self.board.clock.idle()

    def _bind(self):
        # What runs in every turn is bound once: the chip looks for a method in the instance first, in vain.
        self._listen = self._hear
        self._tell = self._show
        self._take = self.capture.take
        self._uptime_ms = self.uptime.ms
        self._poll = self.link.poll
        self._pressed = self.board.button.pressed

    def _press(self, gesture):
        if gesture and self.pipeline:
            self.pipeline.conversation.press(gesture)

    def _show(self, talk):
        """Trouble with the sound and the exercise under way, where either has changed."""
        if talk.trouble != self._trouble:
            self._trouble = talk.trouble
            self.player.trouble(talk.trouble)
        name = talk.guide.name
        if name or self._exercising:
            self._exercising = bool(name)
            self.player.exercise(name, talk.guide.run)

    def _hear(self):
        """Judge what waits, a few hops at most; True if there was any."""
        for done in range(_HOPS_A_TURN):
            waited = self._take()
            if waited > 0:
                if not self._sounding:
                    self._sounding = True
                    self.log_clock("capture")
                self.pipeline.step(self.capture.buffer, waited - 1)
                if waited == 1:
                    return True
            elif waited < 0:
                self._sound_ended()
            else:
                return done > 0
        return True

    def _sound_ended(self):
        self._sounding = False
        self.pipeline.finish()
        self.keeper.settle()

    # The start

    def _log_boot(self):
        self.log_start()
        if self.log.torn_bytes:
            self.health.note("torn-tail", b"%d bytes cut off the log" % self.log.torn_bytes)
        for stored in (self.config, self.usual):
            if stored.problem:
                self.health.note("exception", stored.problem.encode())

    def _log_crash(self):
        """What ended the run before this one, if it was a crash; an update that was given up; the safe state."""
        root = self.board.flash_root
        cause = records.RESET_CAUSES[self.board.reset_cause]
        crash = self.crashes.take(root, cause, self.board.doing, version.VERSION)
        if crash and crash[0] == "exception":
            self.health.exceptions += 1
            self.health.note("exception", b"crash: " + health.shorten(crash[3]))
        elif crash:
            self.health.note("watchdog" if crash[0] == "watchdog" else "crash", crash[3].encode())
        if self.gave_up:
            self.health.note("update", b"gave up the application in " + self.gave_up.encode())
            self.slots.forget_failed()
            self.crashes.well()
        self.safe = self.crashes.safe
        if self.safe:
            self.health.note("safe-state", b"%d crashes in a row" % self.crashes.in_a_row)
            self.player.trouble()

    def _start_hearing(self):
        """Weights and microphones. Without either the clip judges nothing, says so, and still answers the link."""
        gc.collect()  # the network needs long stretches of heap: not between what loading has left behind
        try:
            self.pipeline = Pipeline(
                self.slots.root,
                self.config.settings,
                self.log.append,
                self.player.cue,
                self.player.confirm,
            )
        except (CoreError, RuntimeError) as error:
            self.health.note("weights-refused", str(error).encode())
            self.player.trouble()
            return
        self.pipeline.conversation.know(self.usual.baseline)
        try:
            self.capture.start()
        except OSError as error:
            self.health.note("microphone-dead", b"no microphone clock (error %d)" % error.errno)
            self.player.trouble()


def run(board, slots=None):
    """Run the application on `board` until the host asks for a reboot, or until it fails for good.

    slots: the loader's, as for Clip.

    A crash of the running clip is left for the next run's log, and the board restarts. What goes wrong before the
    loop runs is left as well, but raised: restarting would only repeat it, and the prompt helps.
    """
    lacking = contract.missing(board)
    if lacking:
        raise ValueError("the board lacks " + ", ".join(lacking))
    erased_blocks = 0
    if files.size(board.flash_root + files.ERASE_WISH) >= 0:
        from . import erase

        erased_blocks = erase.carry_out(board.flash_root, board.watchdog.feed)
    try:
        clip = Clip(board, slots, erased_blocks)
    except Exception as error:
        crashes.leave(board.flash_root, error, version.VERSION, 0)
        raise
    mode = messages.REBOOT_APPLICATION
    try:
        mode = clip.run()
    except Exception as error:  # noqa: BLE001  whatever it was, the next run's log tells
        crashes.leave(board.flash_root, error, version.VERSION, clip.uptime.ms())
    finally:  # Ctrl-C passes through here as well
        clip.close()
    if mode == messages.REBOOT_REPL and clip.keys.keyed:
        from . import recovery

        recovery.erase(board)
    board.reboot(mode)
