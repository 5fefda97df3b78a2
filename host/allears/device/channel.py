"""Requests and replies over an open line: deadlines, retries where a request may be repeated, refusals."""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from allears.device import stranger
from allears.device.line import Line
from allears.device.refusals import Refused
from allears.errors import CutOff, ProtocolMismatch
from allears_core import link, messages
from allears_core.fields import Layout
from allears_core.version import PROTOCOL

ANSWER_S = 4.0  # a flash erase on the clip takes 0.4 s at worst; the rest is for a busy host
SLOW_ANSWER_S = 15.0  # for what writes, reads back or hashes a whole file
TRIES = 3
GREETING_S = 0.5  # between two HELLOs: the first may complete a cell that an earlier host left unfinished
PROBE_S = 0.5
_UNASKED_KEPT = 4096


class Message(NamedTuple):
    """One message from the clip: its table and its values."""

    layout: Layout
    values: dict[str, Any]


class NoAnswer(CutOff):
    """The line stands but no answer came in time."""


class Channel:
    """One host's conversation with one clip."""

    def __init__(self, line: Line):
        self.line = line
        self._client = link.Client()
        self._waiting: deque[tuple[Message, int]] = deque()
        self.unasked: deque[Message] = deque(maxlen=_UNASKED_KEPT)

    @property
    def bad_frames(self) -> int:
        """Frames from the clip that were dropped as damaged."""
        return int(self._client.bad_frames)

    def greet(self, wait_s: float) -> dict[str, Any]:
        """Values of the HELLO_REPLY; WrongDevice if no clip answers, ProtocolMismatch for another version."""
        heard = b""
        echoed = False
        tags = set()
        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            tag, cells = self._client.request(messages.HELLO, protocol=PROTOCOL)
            tags.add(tag)
            self.line.write(cells)
            listen_until = min(end, time.monotonic() + GREETING_S)
            while time.monotonic() < listen_until:
                data = self.line.read()
                heard = (heard + data)[-4096:]
                for layout, answered, values in self._client.receive(data):
                    if layout is messages.HELLO_REPLY and answered in tags:
                        return self._checked(values)
                    echoed = echoed or layout is messages.HELLO
        raise self._stranger(heard, echoed, wait_s)

    def _checked(self, values: dict[str, Any]) -> dict[str, Any]:
        spoken = values["protocol"]
        if not messages.same_protocol(spoken):
            raise ProtocolMismatch(
                f"the clip on {self.line.path} speaks protocol {spoken} and this release {PROTOCOL}",
                f"bring both to one release with `allears flash --port {self.line.path}`",
            )
        return values

    def _stranger(self, heard: bytes, echoed: bool, waited_s: float) -> Exception:
        """Ask once, harmlessly, whether a MicroPython prompt is there; then say what was found."""
        self.line.write(stranger.PROBE)
        end = time.monotonic() + PROBE_S
        while time.monotonic() < end:
            heard += self.line.read()
        return stranger.describe(self.line.path, heard, echoed, waited_s)

    def ask(self, layout: Layout, reply: Layout, wait_s: float = ANSWER_S, **values: Any) -> dict[str, Any]:
        """Values of the one `reply` to a request that may be repeated when no answer comes."""
        for _ in range(TRIES - 1):
            try:
                return self.ask_once(layout, reply, wait_s, **values)
            except NoAnswer:
                continue
        return self.ask_once(layout, reply, wait_s, **values)

    def ask_once(
        self,
        layout: Layout,
        reply: Layout,
        wait_s: float = SLOW_ANSWER_S,
        **values: Any,
    ) -> dict[str, Any]:
        """As `ask`, for a request that must not arrive twice."""
        tag = self.send(layout, **values)
        for message in self.replies(tag, wait_s):
            if message.layout is reply:
                return message.values
        raise AssertionError("replies() ends only by an error")

    def send(self, layout: Layout, **values: Any) -> int:
        """Send one request; its tag."""
        tag, cells = self._client.request(layout, **values)
        self.line.write(cells)
        return int(tag)

    def replies(self, tag: int, wait_s: float) -> Iterator[Message]:
        """Messages that answer `tag`, for as long as the caller wants them.

        Raises Refused when the clip answers FAILED, NoAnswer when `wait_s` pass without a word, CutOff when
        the line is lost. What the clip sends unasked meanwhile is kept in `unasked`.
        """
        end = time.monotonic() + wait_s
        while True:
            while self._waiting:
                message, answered = self._waiting.popleft()
                if answered != tag:
                    continue  # a late answer to a request that was given up
                if message.layout is messages.FAILED:
                    raise Refused(
                        message.values["error"],
                        message.values["detail"].decode(errors="replace"),
                    )
                yield message
                end = time.monotonic() + wait_s
            if time.monotonic() > end:
                raise NoAnswer(
                    f"the clip on {self.line.path} stopped answering",
                    "press its reset button and run this again",
                )
            self.listen()

    def listen(self) -> None:
        """Take in what the line has, waiting a moment for it."""
        for layout, tag, values in self._client.receive(self.line.read()):
            message = Message(layout, values)
            if tag == messages.UNSOLICITED_TAG:
                self.unasked.append(message)
            else:
                self._waiting.append((message, tag))
