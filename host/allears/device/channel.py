"""Requests and replies over an open line: deadlines, retries where a request may be repeated, refusals."""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from allears.device import stranger
from allears.device.line import Line
from allears.device.refusals import Refused
from allears.errors import CutOff, DeviceError, ProtocolMismatch, WrongDevice
from allears_core import errors, link, messages, proof
from allears_core.fields import Layout
from allears_core.version import PROTOCOL

ANSWER_S = 4.0  # a flash erase on the clip takes 0.4 s at worst; the rest is for a busy host
SLOW = 4  # times as long, for what writes, reads back or hashes a whole file
TRIES = 3
GREETING_S = 0.5  # between two HELLOs: the first may complete a cell that an earlier host left unfinished
PROBE_AFTER_S = 2.0
LEAST_PAYLOAD = 128  # bytes of a message: every clip takes more
_UNASKED_KEPT = 4096


class Message(NamedTuple):
    """One message from the clip: its table and its values."""

    layout: Layout
    values: dict[str, Any]


class NoAnswer(CutOff):
    """The line stands but no answer came in time."""


class Guard(Protocol):
    """Sees to it that the clip knows who asks (authentication.Authentication)."""

    def ready(self, layout: Layout, values: dict[str, Any]) -> None:
        """Called before every request."""

    def forget(self) -> bool:
        """The session is over; True if there was one."""


class Channel:
    """One host's conversation with one clip. answer_s: how long an answer may take. guard: set once greeted."""

    def __init__(self, line: Line, answer_s: float = ANSWER_S):
        self.line = line
        self._answer_s = answer_s
        self._client = link.Client()
        self._waiting: deque[tuple[Message, int]] = deque()
        self.unasked: deque[Message] = deque(maxlen=_UNASKED_KEPT)
        self.guard: Guard | None = None

    @property
    def bad_frames(self) -> int:
        """Frames from the clip that were dropped as damaged."""
        return int(self._client.bad_frames)

    def sealer(self, sealer: proof.Sealer | None) -> None:
        """Seal what is sent from now on, None for no more."""
        self._client.sealer = sealer

    def greet(self, wait_s: float, any_protocol: bool = False) -> dict[str, Any]:
        """Values of the HELLO_REPLY; WrongDevice if no clip answers, ProtocolMismatch for another version.

        any_protocol: only what every version of the protocol understands will be asked.

        Silence is waited out, for a clip may just be starting. A MicroPython prompt is asked for, harmlessly, and
        not waited out: where it answers no application runs.
        """
        if self.guard:
            self.guard.forget()  # a greeting ends the session
        heard = stranger.Heard()
        tags = set()
        end = time.monotonic() + wait_s
        probe_at = time.monotonic() + min(PROBE_AFTER_S, wait_s / 2)
        while time.monotonic() < end:
            tag, cells = self._client.request(messages.HELLO, protocol=PROTOCOL)
            tags.add(tag)
            self.line.write(cells)
            if time.monotonic() >= probe_at:
                probe_at = time.monotonic() + PROBE_AFTER_S
                self.line.write(stranger.PROBE)
                heard.probed()
            listen_until = min(end, time.monotonic() + GREETING_S)
            while time.monotonic() < listen_until and not heard.prompt:
                values = self._hello_reply(heard, tags)
                if values is not None:
                    return values if any_protocol else self._checked(values)
            if heard.prompt:
                break
        raise stranger.describe(self.line.path, heard, wait_s)

    def _hello_reply(self, heard: stranger.Heard, tags: set[int]) -> dict[str, Any] | None:
        data = self.line.read()
        heard.take(data)
        for layout, answered, values in self._client.receive(data):
            if layout is messages.HELLO_REPLY and answered in tags:
                return dict(values)
            heard.echoed = heard.echoed or layout is messages.HELLO
        return None

    def _checked(self, values: dict[str, Any]) -> dict[str, Any]:
        spoken = values["protocol"]
        if spoken == PROTOCOL and (values["max_payload"] or 0) < LEAST_PAYLOAD:
            raise WrongDevice(
                f"what answers on {self.line.path} as a clip takes no request worth the name",
                "name a clip's port, see `allears devices`",
            )
        if not messages.same_protocol(spoken):
            raise ProtocolMismatch(
                f"the clip on {self.line.path} speaks protocol {spoken} and this release {PROTOCOL}",
                f"bring both to one release with `allears flash --port {self.line.path}`",
            )
        return values

    def ask(self, layout: Layout, reply: Layout, patience: int = 1, **values: Any) -> dict[str, Any]:
        """Values of the one `reply` to a request that may be repeated when no answer comes.

        patience: times answer_s to wait for it.
        """
        for _ in range(TRIES - 1):
            try:
                return self.ask_once(layout, reply, patience, **values)
            except NoAnswer:
                continue
        return self.ask_once(layout, reply, patience, **values)

    def ask_once(self, layout: Layout, reply: Layout, patience: int = 1, **values: Any) -> dict[str, Any]:
        """As `ask`, for a request that must not arrive twice."""
        try:
            return self._one_reply(layout, reply, patience, values)
        except Refused as refused:
            # A clip that has restarted since knows of no session.
            if refused.code != errors.NEEDS_ROLE or self.guard is None or not self.guard.forget():
                raise
        return self._one_reply(layout, reply, patience, values)

    def _one_reply(
        self, layout: Layout, reply: Layout, patience: int, values: dict[str, Any]
    ) -> dict[str, Any]:
        tag = self.send(layout, **values)
        for message in self.replies(tag, patience):
            if message.layout is reply:
                return message.values
        raise AssertionError("replies() ends only by an error")

    def send(self, layout: Layout, **values: Any) -> int:
        """Send one request, in a session where it needs one; its tag."""
        if self.guard:
            self.guard.ready(layout, values)
        tag, cells = self._client.request(layout, **values)
        self.line.write(cells)
        return int(tag)

    def replies(self, tag: int, patience: int = 1) -> Iterator[Message]:
        """Messages that answer `tag`, for as long as the caller wants them.

        Raises Refused when the clip answers FAILED, NoAnswer when `patience` runs out without a word, CutOff when
        the line is lost. What the clip sends unasked meanwhile is kept in `unasked`.
        """
        wait_s = patience * self._answer_s
        end = time.monotonic() + wait_s
        while True:
            while self._waiting:
                message, answered = self._waiting.popleft()
                if answered != tag:
                    continue  # a late answer to a request that was given up
                if message.layout is messages.FAILED:
                    self._whole(message)
                    raise Refused(
                        message.values["error"],
                        message.values["detail"].decode(errors="replace"),
                    )
                yield self._whole(message)
                end = time.monotonic() + wait_s
            if time.monotonic() > end:
                raise NoAnswer(
                    f"the clip on {self.line.path} stopped answering",
                    "press its reset button and run this again",
                )
            self.listen()

    def _whole(self, message: Message) -> Message:
        """The message; DeviceError where fields are missing, which every clip of this protocol sends."""
        if None in message.values.values():
            raise DeviceError(
                f"the clip on {self.line.path} answered with half a {message.layout.name}",
                "run this again, and if it stays, `allears flash`",
            )
        return message

    def listen(self) -> None:
        """Take in what the line has, waiting a moment for it."""
        for layout, tag, values in self._client.receive(self.line.read()):
            message = Message(layout, values)
            if tag == messages.UNSOLICITED_TAG:
                if None not in values.values():
                    self.unasked.append(message)
            else:
                self._waiting.append((message, tag))
