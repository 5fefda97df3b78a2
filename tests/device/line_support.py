"""A pseudo-terminal whose far end runs the core's own link server, for faults of the line and nothing else.

The clip itself is never imitated: what a clip does is tested on the virtual clip. Here the wire is cut, garbled or
answered by strangers, which no well-behaved clip can be asked to do.
"""

import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from allears_clip.gate import Gate
from allears_core import frame, keys, link, messages, records, sealed
from allears_core.errors import CoreError

UNIT = bytes(range(8))
LOG_ID = bytes(range(8, 16))
SECRETS = {role: bytes((role,)) * keys.SECRET_BYTES for role in messages.ROLE_WORDS}
KEY_ID = keys.key_id(keys.stream_seed(SECRETS[messages.ROLE_AGENT], UNIT, 0))


def greeting(protocol: int = 1, sealed: bool = False) -> dict:
    """Values of a HELLO_REPLY; sealed: of a clip that holds SECRETS' keys."""
    return {
        "protocol": protocol,
        "capabilities": messages.CAP_FILES | messages.CAP_MONITOR | (messages.CAP_SEALED if sealed else 0),
        "unit": UNIT,
        "log_id": LOG_ID,
        "boot": 1,
        "ms": 0,
        "hop": 0,
        "reset_cause": 0,
        "max_payload": frame.MAX_PAYLOAD,
        "records_version": 1,
        "feature_version": 1,
        "settings_crc": 0,
        "text": b"0.0.0\nwire\nnone",
    }


def log_of(count: int) -> list[bytes]:
    """`count` records of one stream, from sequence 0."""
    values = {"hop": 7, "state": 1, "source": 0}
    return [records.pack(records.STATE, 1, seq, seq * 10, values) for seq in range(count)]


class Held:
    """What the gate asks of a clip's keys."""

    keyed = True

    def auth(self, role: int) -> bytes:
        return keys.auth_key(SECRETS[role], UNIT, role)


class Log:
    """The far end of a clip with a log of `raw` records in memory: sealed, and behind the clip's own gate."""

    def __init__(self, raw: list[bytes]):
        self.raw = raw
        self.acked: list[int] = []
        self.pulls = 0
        self.gate = Gate(Held(), UNIT, lambda: LOG_ID, lambda: 0, lambda: None)
        self._session = keys.session_keys(keys.stream_seed(SECRETS[messages.ROLE_AGENT], UNIT, 0))

    def handlers(self) -> dict:
        return {
            **self.gate.handlers,
            "HELLO": self._hello,
            "LOG_RANGE": self._range,
            "PULL": self._pull,
            "LOG_ACK": self._ack,
        }

    def _hello(self, values, reply):
        self.gate.close()
        reply(messages.HELLO_REPLY, **greeting(sealed=True))

    def _block(self, at):
        """The sealed block with the eight records from `at` on."""
        some = self.raw[at : at + 8]
        values = {"stream": 0, "count": len(some), "boot": 1, "first_seq": at, "step": 0, "key": KEY_ID}
        return sealed.seal_block(self._session, values, b"".join(some))

    def _range(self, values, reply):
        reply(
            messages.LOG_RANGE_REPLY,
            stream=values["stream"],
            first_seq=0,
            next_seq=len(self.raw),
            acked_seq=0,
        )

    def _pull(self, values, reply):
        self.pulls += 1
        at, size = values["from_seq"], 0
        if at > len(self.raw):
            raise CoreError(5)
        while at < len(self.raw) and size < values["max_bytes"]:
            part = self._block(at)
            at, size = min(at + 8, len(self.raw)), size + len(part)
            reply(messages.LOG_DATA, stream=values["stream"], data=part)
        reply(messages.LOG_END, stream=values["stream"], next_seq=at, more=int(at < len(self.raw)), corrupt=0)

    def _ack(self, values, reply):
        self.acked.append(values["below_seq"])
        reply(messages.DONE)


Answer = Callable[[bytes], bytes]


def server(handlers: dict | Log) -> Answer:
    """Far end that answers as the core's link server does: by `handlers`, or as a clip with a Log."""
    out = bytearray()
    if isinstance(handlers, Log):
        core = link.Server(handlers.handlers(), out.extend, handlers.gate)
    else:
        core = link.Server(handlers, out.extend)

    def answer(data: bytes) -> bytes:
        core.receive(data)
        sent = bytes(out)
        out.clear()
        return sent

    return answer


@contextmanager
def far_end(
    answer: Answer, cut_after: int | None = None, damage: Callable[[bytes], bytes] | None = None
) -> Iterator[str]:
    """Path of a pseudo-terminal on which `answer` turns what arrives into what is sent back.

    cut_after: hang up once so many bytes have been sent. damage: applied to everything that is sent.
    """
    master, slave = os.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    stop, stopped = os.pipe()

    def run() -> None:
        left = cut_after
        while left is None or left > 0:
            ready, _, _ = select.select([master, stop], [], [])
            if stop in ready:
                break
            data = answer(os.read(master, 65536))
            data = (damage(data) if damage else data)[:left]
            left = None if left is None else left - len(data)
            _send(master, stop, data)
        os.close(slave)  # held until now, so that the line is up before the host opens it
        os.close(master)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield path
    finally:
        os.write(stopped, b"x")
        thread.join()
        os.close(stop)
        os.close(stopped)


def _send(master: int, stop: int, data: bytes) -> None:
    while data:
        stopping, _, _ = select.select([stop], [master], [])
        if stopping:
            return
        data = data[os.write(master, data[:1024]) :]
