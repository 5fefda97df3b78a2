# The clip's end of the link: one serial poll in the main loop, every request of core.messages answered.
import gc
import os

from allears_core import link, messages, records, version
from allears_core.errors import BAD_VALUE, FLASH_FAILED, FLASH_FULL, NOT_ALLOWED, CoreError
from allears_core.fields import NONE_U32
from allears_core.frame import CELL_BYTES

from .configserver import ConfigServer
from .files import NO_SPACE
from .fileserver import FileServer
from .gate import Gate
from .keyserver import KeyServer
from .logserver import LogServer

_CELLS_A_POLL = 8
_MONITOR_MS = 500


class LinkServer:
    """clip: the application (app.Clip), whose parts the handlers read.

    reboot_mode: what the host asked for, None so far.
    """

    def __init__(self, clip):
        self.reboot_mode = None
        self._clip = clip
        self._read = clip.board.serial.readinto
        self._cell = bytearray(CELL_BYTES)
        self._cell_view = memoryview(self._cell)
        self._monitoring = False
        self._monitored_ms = 0
        self._log = LogServer(clip.log, clip.capture.calm)
        self._config = ConfigServer(clip.config, clip.in_call, clip.settings_changed)
        self._files = FileServer(clip.board.flash_root, clip.slots.root, clip.in_call)
        self._updater = None
        self._gate = Gate(
            clip.keys, clip.board.unit_id, lambda: clip.log.log_id, clip.uptime.ms, self._role_changed
        )
        self._keys = KeyServer(clip)
        handlers = {
            "HELLO": self._hello,
            "IDENTIFY": self._identify,
            "SET_CLOCK": self._set_clock,
            "STATUS": self._status,
            "MONITOR": self._monitor,
            "REBOOT": self._reboot,
            "PRACTICE": self._practice,
            "CONSENT": self._consent,
        }
        for part in (self._log, self._config, self._files, self._gate, self._keys):
            handlers.update(part.handlers)
        handlers.update(_late(("COUNTERS", "CRASH", "SLOTS", "ERASE"), self._doctor))
        handlers.update(_late(("UPDATE_BEGIN", "UPDATE_DATA", "UPDATE_COPY", "UPDATE_END"), self._update))
        handlers = {name: self._guarded(name, handler) for name, handler in handlers.items()}
        self._server = link.Server(handlers, clip.board.serial.write, self._gate)
        clip.log.on_record = self._on_record

    @property
    def busy(self):
        """True while there is something to send without waiting for the host."""
        return self._log.busy

    def poll(self, ms):
        """Take what is on the line, answer, send one slice of a pull and the monitor's state when it is due."""
        for _ in range(_CELLS_A_POLL):
            got = self._read(self._cell)
            if not got:
                break
            self._server.receive(self._cell_view[:got])
        if self._log.busy:
            self._log.step()
        if self._monitoring and ms - self._monitored_ms >= _MONITOR_MS:
            self._monitored_ms = ms
            self._push_state()

    def _hello(self, values, reply):
        # A host begins: whatever another one left half done is over, and this one has shown nothing yet.
        self._gate.close()
        self._role_changed()
        self._files.abort()
        if self._updater:
            self._updater.abort()
        self._clip.config.forget_staged()
        clip = self._clip
        reply(
            messages.HELLO_REPLY,
            protocol=version.PROTOCOL,
            capabilities=clip.capabilities,
            unit=clip.board.unit_id,
            log_id=clip.log.log_id,
            boot=clip.log.boot,
            ms=clip.uptime.ms(),
            hop=clip.hop(),
            reset_cause=clip.board.reset_cause,
            max_payload=link.frame.MAX_PAYLOAD,
            records_version=version.RECORDS,
            feature_version=version.FEATURES,
            settings_crc=clip.config.settings.crc(),
            text="\n".join((version.VERSION, clip.board.name, clip.kernels)).encode(),
        )

    def _role_changed(self):
        # What is on its way was asked for by somebody else.
        self._log.abort()
        self._monitoring = False

    def _identify(self, values, reply):
        self._clip.player.identify(values["seconds"], self._clip.uptime.ms())
        reply(messages.DONE)

    def _set_clock(self, values, reply):
        if values["utc_s"] == NONE_U32 or values["utc_ms"] > 999:
            raise CoreError(BAD_VALUE, "that is no time")
        clip = self._clip
        clip.wall.set(values["utc_s"], values["utc_ms"], clip.uptime.ms())
        clip.log_clock("host")
        reply(messages.DONE)

    def _status(self, values, reply):
        clip = self._clip
        reply(
            messages.STATUS_REPLY,
            hop=clip.hop(),
            frames=clip.frames,
            overruns=clip.board.mic.overruns,
            bad_frames=self._server.bad_frames,
            exceptions=clip.health.exceptions,
            heap_free=_heap_free(),
            flash_free=_flash_free(clip.board.flash_root),
            battery_mv=clip.board.battery.millivolts(),
            state=records.STATES.index(clip.state()),
            in_call=1 if clip.in_call() else 0,
            capturing=1 if clip.capture.running else 0,
            wrong_proofs=self._gate.wrong,
            refused=self._gate.refused,
            log=messages.LOG_STATES.index(clip.log_state),
        )

    def _monitor(self, values, reply):
        if values["on"] > 1:
            raise CoreError(BAD_VALUE, "monitor is 0 or 1")
        self._monitoring = values["on"] == 1
        reply(messages.DONE)

    def _reboot(self, values, reply):
        if values["mode"] not in (messages.REBOOT_APPLICATION, messages.REBOOT_REPL):
            raise CoreError(BAD_VALUE, "there is no reboot mode %d" % values["mode"])
        self.reboot_mode = values["mode"]
        reply(messages.DONE)

    def _practice(self, values, reply):
        if values["on"] > 1:
            raise CoreError(BAD_VALUE, "practice is 0 or 1")
        self._clip.practise(values["on"] == 1)
        reply(messages.DONE)

    def _consent(self, values, reply):
        clip = self._clip
        if values["until_utc_s"] == NONE_U32:
            raise CoreError(BAD_VALUE, "that is no time")
        if not clip.keys.keyed:
            raise CoreError(NOT_ALLOWED, "a clip without keys cannot tell whose consent that is")
        clip.log.append(records.CONSENT, {"hop": clip.hop(), "until_utc_s": values["until_utc_s"]})
        clip.log.flush()
        reply(messages.DONE)

    def _guarded(self, name, handler):
        """`handler`, but what the flash refuses is told to the host, and a reset tells what it came in."""
        mark = self._clip.board.watchdog.mark
        code = getattr(messages, name).code

        def guarded(values, reply):
            mark(code)
            try:
                handler(values, reply)
            except OSError as error:
                wrong = FLASH_FULL if error.errno == NO_SPACE else FLASH_FAILED
                raise CoreError(wrong, "the flash refused (error %d)" % error.errno) from None
            finally:
                mark(0)

        return guarded

    def _doctor(self):
        from .doctor import Doctor

        return Doctor(self._clip, self._restart)

    def _restart(self):
        self.reboot_mode = messages.REBOOT_APPLICATION

    def _update(self):
        from .updater import Updater

        clip = self._clip
        if not clip.updatable:
            raise CoreError(NOT_ALLOWED, "this application has no spare slot")
        root = clip.board.flash_root
        self._updater = Updater(
            clip.slots,
            clip.in_call,
            clip.keys.update_key,
            clip.board.watchdog.feed,
            lambda: _flash_free(root),
        )
        return self._updater

    def _on_record(self, raw):
        if self._monitoring:
            self._server.push(messages.MONITOR_RECORD, record=raw)

    def _push_state(self):
        values = self._clip.monitor_state()
        if values:
            self._server.push(messages.MONITOR_STATE, **values)


def _late(names, make):
    """Handlers of a part that is made, and its module loaded, when the first of them is asked."""
    part = None

    def of(name):
        def handler(values, reply):
            nonlocal part
            if part is None:
                part = make()
            part.handlers[name](values, reply)

        return handler

    return {name: of(name) for name in names}


def _heap_free():
    return gc.mem_free() if hasattr(gc, "mem_free") else NONE_U32


def _flash_free(root):
    fields = os.statvfs(root)
    return fields[0] * fields[4]
