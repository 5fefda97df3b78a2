"""A clip as the host sees it: one method for each thing it can be asked."""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, NamedTuple, Self

from allears.device import hello
from allears.device.authentication import Authentication
from allears.device.channel import ANSWER_S, SLOW, Channel, Message, NoAnswer
from allears.device.keying import send_keys
from allears.device.line import Line
from allears.device.refusals import Refused
from allears.errors import CutOff, DeviceError, MissingKey, NoDevice, PortBusy, WrongDevice
from allears.keys import KeyStore
from allears_core import errors, messages, proof, records
from allears_core.errors import CoreError
from allears_core.fields import Layout
from allears_core.limits import Limits
from allears_core.settings import BY_ID, BY_KEY, Settings

HELLO_S = 4.0
RESTART_S = 30.0
LOOK_AGAIN_S = 0.2
QUIET_S = 10.0  # a clip that is watched speaks twice a second


class LogRange(NamedTuple):
    """Sequence numbers of one stream: oldest kept, one past the newest, one past the newest acknowledged."""

    first_seq: int
    next_seq: int
    acked_seq: int


class PullEnd(NamedTuple):
    """How a pull ended: where to go on, whether records are left, damaged stretches the clip skipped,
    and frames that were damaged on the way (if any, the bytes before are not to be relied on)."""

    next_seq: int
    more: bool
    corrupt: int
    bad_frames: int


def _to_stderr(text: str) -> None:
    sys.stderr.write(f"allears: {text}.\n")


class Clip:
    """An open, greeted clip; a context manager. Times are seconds, sequences are those of one stream.

    wait_s: how long the first greeting may take; answer_s: how long an answer may take. keys: this machine's, to
    show when a request needs a role and to open the log with. any_protocol: also a clip that speaks another one, of
    which only messages.STABLE may be asked.
    warn: told of what a person should mend though it goes on.
    holding: closed with the clip, for what must outlive it, as a virtual clip that was started for it.
    Every method may raise Refused (the clip said no), MissingKey (this machine holds no key for what is asked) or
    CutOff (the line or the clip went away).
    """

    def __init__(
        self,
        path: str,
        wait_s: float = HELLO_S,
        answer_s: float = ANSWER_S,
        keys: KeyStore | None = None,
        any_protocol: bool = False,
        warn: Callable[[str], None] = _to_stderr,
    ):
        self.path = path
        self._refused: set[bytes] = set()
        self._warn = warn
        self._any_protocol = any_protocol
        self.keys = keys or KeyStore()
        self._answer_s = answer_s
        self.holding = ExitStack()
        self._open(wait_s)

    def _open(self, wait_s: float) -> None:
        self._line = Line(self.path)
        self._channel = Channel(self._line, self._answer_s)
        try:
            self._greet(wait_s)
        except BaseException:
            self._line.close()
            raise

    def _greet(self, wait_s: float) -> None:
        self.hello = hello.from_values(self._channel.greet(wait_s, self._any_protocol))
        Authentication(self._channel, self.hello, self.keys.auth_key, self._refused, self._warn)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the port back, and then whatever is held for it."""
        self._line.close()
        self.holding.close()

    # The log ----------------------------------------------------------------------------------------------

    def range(self, stream: int) -> LogRange:
        """Which records of `stream` the clip holds."""
        values = self._channel.ask(messages.LOG_RANGE, messages.LOG_RANGE_REPLY, stream=stream)
        return LogRange(values["first_seq"], values["next_seq"], values["acked_seq"])

    def pull(self, stream: int, from_seq: int, max_bytes: int) -> Iterator[bytes | PullEnd]:
        """Sealed blocks with the records from `from_seq` on as they arrive, whole; last of all a PullEnd."""
        damaged = self._channel.bad_frames
        tag = self._channel.send(messages.PULL, stream=stream, from_seq=from_seq, max_bytes=max_bytes)
        for message in self._channel.replies(tag):
            values = message.values
            if message.layout is messages.LOG_DATA:
                yield values["data"]
            elif message.layout is messages.LOG_END:
                bad = self._channel.bad_frames - damaged
                yield PullEnd(values["next_seq"], bool(values["more"]), values["corrupt"], bad)
                return

    def ack(self, stream: int, below_seq: int) -> None:
        """Tell the clip that all records below `below_seq` are in durable storage."""
        self._channel.ask(messages.LOG_ACK, messages.DONE, stream=stream, below_seq=below_seq)

    def set_clock(self, utc_s: float | None = None) -> None:
        """Give the clip the wall time, `utc_s` in seconds since 1970; without it, now."""
        ms = int((time.time() if utc_s is None else utc_s) * 1000)
        self._channel.ask(messages.SET_CLOCK, messages.DONE, utc_s=ms // 1000, utc_ms=ms % 1000)

    def practise(self, on: bool = True) -> None:
        """Let the clip show its cues in turn, or stop it; DeviceError during a call."""
        self._channel.ask(messages.PRACTICE, messages.DONE, on=int(on))

    def consent(self, until_utc_s: int) -> None:
        """Write down on the clip until when a lead may see its agent's figures by name; 0 withdraws it.

        Takes the agent's key; DeviceError for a clip without keys.
        """
        self._channel.ask(messages.CONSENT, messages.DONE, until_utc_s=until_utc_s)

    # Settings and identity --------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """The settings in force."""
        return _settings(self._channel.ask(messages.GET_SETTINGS, messages.SETTINGS_REPLY)["pairs"])

    def identity(self) -> dict[str, str]:
        """serial, pseudonym, team and site as provisioned, empty where never set."""
        text = self._channel.ask(messages.GET_IDENTITY, messages.IDENTITY_REPLY)["text"].decode(
            errors="replace"
        )
        lines = text.split("\n") + [""] * len(messages.IDENTITY)
        return dict(zip(messages.IDENTITY, lines, strict=False))

    def limits(self) -> Limits:
        """What the site allows."""
        raw = self._channel.ask(messages.GET_LIMITS, messages.LIMITS_REPLY)["limits"]
        held = Limits()
        for row in _rows(messages.LIMIT, messages.LIMIT_BYTES, raw):
            try:
                held.set_by_id(row["setting"], row["lowest"], row["highest"])
            except CoreError as error:
                raise DeviceError(
                    f"the clip names a limit that cannot be ({error.detail})",
                    "install a newer `allears`, or update the clip with `allears flash`",
                ) from error
        return held

    def commit(
        self, settings: Settings, identity: dict[str, str], limits: dict[str, tuple[int, int]] | None = None
    ) -> Settings:
        """Put `settings`, the fields of `identity` and site limits in force, all or nothing; the settings as read back.

        Every value is staged, so that what the clip held before cannot shine through.
        """
        for setting, value in settings.values():
            self._channel.ask(messages.STAGE_SETTING, messages.DONE, setting=setting, value=value)
        for name, text in identity.items():
            field = messages.IDENTITY.index(name)
            self._channel.ask(messages.STAGE_IDENTITY, messages.DONE, field=field, text=text.encode())
        for key, (lowest, highest) in (limits or {}).items():
            setting = BY_KEY[key][0]
            self._channel.ask(
                messages.STAGE_LIMIT, messages.DONE, setting=setting, lowest=lowest, highest=highest
            )
        reply = self._channel.ask_once(
            messages.COMMIT, messages.SETTINGS_REPLY, SLOW, settings_crc=settings.crc()
        )
        held = _settings(reply["pairs"])
        known = self.identity()
        wrong = [key for key, text in identity.items() if known[key] != text]
        whole = {key: (BY_KEY[key][3], BY_KEY[key][4]) for key in limits or {}}
        known_limits = {**whole, **{key: (low, high) for key, low, high in self.limits().rows()}}
        wrong += [key for key, limit in (limits or {}).items() if known_limits[key] != limit]
        if held.values() != settings.values() or wrong:
            raise DeviceError(
                "the clip read back other values than were written",
                "run this again, then replace the clip",
            )
        return held

    def ask(self, layout: Layout, reply: Layout, patience: int = 1, **values: Any) -> dict[str, Any]:
        """Values of the `reply` to one request of the table; it is repeated when no answer comes."""
        return self._channel.ask(layout, reply, patience, **values)

    def ask_once(self, layout: Layout, reply: Layout, patience: int = 1, **values: Any) -> dict[str, Any]:
        """As `ask`, for a request that must not arrive twice."""
        return self._channel.ask_once(layout, reply, patience, **values)

    def set_keys(self, secrets: dict[int, bytes], discard: bool = False) -> None:
        """Give the clip what is derived from these secrets (ROLE_ bit -> secret), in the place of what it held.

        New keys for a reader of the log begin a new log; discard: even if the old one holds what nobody has pulled.
        """
        send_keys(self._channel, self.hello, self.keys, secrets, discard)
        self._greet(self._answer_s)

    def accepts(self, role: int, key: bytes) -> bool:
        """True if `key` shows `role` (a ROLE_ bit) to this clip, which waits after a wrong one before the next."""
        Authentication(self._channel, self.hello, lambda _, asked: key if asked == role else None)
        try:
            self.status()
        except MissingKey:
            return False
        finally:
            self._greet(self._answer_s)
        return True

    # The clip itself --------------------------------------------------------------------------------------

    def identify(self, seconds: int) -> None:
        """Blink for `seconds` (1-255)."""
        self._channel.ask(messages.IDENTIFY, messages.DONE, seconds=seconds)

    def status(self) -> dict[str, Any]:
        """Values of STATUS_REPLY, `state` and `log` by name."""
        values = self._channel.ask(messages.STATUS, messages.STATUS_REPLY)
        for name, words in (("state", records.STATES), ("log", messages.LOG_STATES)):
            number = values[name]
            values[name] = words[number] if number is not None and number < len(words) else str(number)
        return values

    def monitor(
        self, seconds: float | None = None, over: Callable[[], bool] = lambda: False
    ) -> Iterator[Message | records.Record]:
        """MONITOR_STATE messages and log records as they come, for `seconds`, until `over()` or the caller stops.

        What the clip had said before it was told to stop comes as well, unless it is the caller who stops.
        """
        self._channel.unasked.clear()
        self._channel.ask(messages.MONITOR, messages.DONE, on=1)
        end = None if seconds is None else time.monotonic() + seconds
        last = time.monotonic()
        try:
            while not over() and (end is None or time.monotonic() < end):
                if not self._channel.unasked:
                    self._channel.listen()
                while self._channel.unasked:
                    last = time.monotonic()
                    yield from _seen(self._channel.unasked.popleft())
                if time.monotonic() - last > QUIET_S:
                    raise NoAnswer(
                        f"the clip on {self.path} fell silent",
                        "press its reset button and run this again",
                    )
        finally:
            self._stop_monitor()
        while self._channel.unasked:
            yield from _seen(self._channel.unasked.popleft())

    def _stop_monitor(self) -> None:
        try:
            self._channel.ask_once(messages.MONITOR, messages.DONE, on=0)
        except CutOff:
            return  # nobody is left to be told

    # Files ------------------------------------------------------------------------------------------------

    def put_file(self, path: str, data: bytes, sent: Callable[[int], None] | None = None) -> None:
        """Replace the file at `path`; the old one stays until the new one is verified.

        A transfer in which an answer is lost is begun anew, if the clip still answers a greeting. sent: told how
        many bytes have arrived so far.
        """
        try:
            return self._send_file(path, data, sent)
        except NoAnswer as lost:
            try:
                self._channel.greet(self._answer_s)
            except WrongDevice:
                raise lost from None
        return self._send_file(path, data, sent)

    def _send_file(self, path: str, data: bytes, sent: Callable[[int], None] | None) -> None:
        room = self.hello.max_payload - 2 - 4 - proof.SEAL_BYTES  # type and tag, offset, seal
        self._channel.ask_once(messages.FILE_BEGIN, messages.DONE, size=len(data), path=path.encode())
        for at in range(0, len(data), room):
            piece = data[at : at + room]
            self._channel.ask_once(messages.FILE_DATA, messages.DONE, offset=at, data=piece)
            if sent:
                sent(at + len(piece))
        self._channel.ask_once(messages.FILE_END, messages.DONE, SLOW, sha256=hashlib.sha256(data).digest())

    def file_hash(self, path: str) -> bytes | None:
        """SHA-256 of the file at `path`; None if the clip has no such file."""
        try:
            reply = self._channel.ask(
                messages.FILE_HASH,
                messages.FILE_HASH_REPLY,
                SLOW,
                path=path.encode(),
            )
        except Refused as error:
            if error.code == errors.BAD_REQUEST:
                return None
            raise
        return bytes(reply["sha256"])

    def reboot(self, mode: int = messages.REBOOT_APPLICATION) -> None:
        """Start the clip anew; it must be opened again, or see `restart`."""
        try:
            self._channel.ask_once(messages.REBOOT, messages.DONE, mode=mode)
        except CutOff:
            return  # the restart came first

    def restart(self, wait_s: float = RESTART_S) -> None:
        """Start the application anew and greet it again; CutOff if it is not back within `wait_s`."""
        boot = self.hello.boot
        self.reboot()
        self.come_back(lambda: self.hello.boot != boot, wait_s)

    def come_back(self, restarted: Callable[[], bool], wait_s: float) -> None:
        """Greet a clip that starts anew; restarted(): this greeting was that of the new start. CutOff if it is not
        back within `wait_s`."""
        self._line.close()
        end = time.monotonic() + wait_s
        while True:
            try:
                self._open(min(HELLO_S, wait_s))
                if restarted():
                    return
                self._line.close()
            except (CutOff, NoDevice, WrongDevice, PortBusy) as error:
                if time.monotonic() > end:
                    raise CutOff(
                        f"the clip on {self.path} did not come back within {wait_s:.0f} s ({error.cause})",
                        "press its reset button, then see `allears devices`",
                    ) from error
            time.sleep(LOOK_AGAIN_S)  # USB takes the port away and brings it back: only looking tells when


def _rows(layout: Layout, size: int, raw: bytes) -> Iterator[dict[str, Any]]:
    """Values of one `layout` of `size` bytes after the other; DeviceError where the last is not whole."""
    if len(raw) % size:
        raise DeviceError("the clip's answer ends in the middle", "run this again")
    for at in range(0, len(raw), size):
        yield layout.unpack(raw[at : at + size])


def _settings(pairs: bytes) -> Settings:
    """Settings from PAIR after PAIR; ids unknown to this release are left out."""
    settings = Settings()
    for pair in _rows(messages.PAIR, messages.PAIR_BYTES, pairs):
        row = BY_ID.get(pair["setting"])
        if row:
            setattr(settings, row[1], pair["value"])
    return settings


def _seen(message: Message) -> Iterator[Message | records.Record]:
    if message.layout is messages.MONITOR_STATE:
        yield message
    elif message.layout is messages.MONITOR_RECORD:
        for record, _ in records.Reader().feed(message.values["record"], last=True):
            yield record
