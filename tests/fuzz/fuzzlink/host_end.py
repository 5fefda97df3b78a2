"""The host's end of the link under fire: the real client on a line whose far end sends what it likes."""

from __future__ import annotations

import gc
import random
import time
import traceback
import tracemalloc
from collections.abc import Callable
from typing import Any
from unittest import mock

from allears.device import client, pulling
from allears.device.line import Line
from allears.errors import AllEarsError, CutOff
from allears.keys import KeyStore, UnitSecrets
from allears_core import frame, messages, records, version

from . import cases

UNIT = bytes(range(8))
LOG_ID = bytes(range(8, 16))
SECRETS = {role: bytes((role,)) * 32 for role in messages.ROLE_WORDS}
_LINE_BYTES = 4000  # what one hostile peer gets to say before it hangs up
_LATE_S = 5.0  # longer than any call on a line that answers at once may take


class Keys(KeyStore):
    """A machine that holds every key of every unit."""

    def find(self, unit: str) -> UnitSecrets:
        return UnitSecrets(unit, SECRETS)


class HostileLine(Line):
    """answer(request's tag) -> bytes; after `most` of them the line is cut. said: bytes so far."""

    def __init__(self, answer: Callable[[int, str], bytes], most: int = _LINE_BYTES):
        self.path = "the hostile line"
        self.said = 0
        self._answer = answer
        self._most = most
        self._decoder = frame.Decoder()
        self._waiting = b""

    def write(self, data: bytes) -> None:
        for request in self._decoder.feed(data):
            layout = messages.BY_CODE.get(request[0])
            self._waiting += self._answer(request[1], layout.name if layout else "")

    def read(self) -> bytes:
        if not self._waiting or self.said >= self._most:
            raise CutOff("the hostile line ended", "go on with the next")
        piece, self._waiting = self._waiting[:997], self._waiting[997:]
        self.said += len(piece)
        return piece

    def close(self) -> None:
        self._waiting = b""


def greeting(draw: random.Random) -> dict[str, object]:
    """A greeting that the client takes, of a clip that claims anything else."""
    return {
        **cases.fields(draw, messages.HELLO_REPLY),
        "protocol": version.PROTOCOL,
        "capabilities": draw.choice((0xFFFF, 0, messages.CAP_SEALED, draw.getrandbits(16))),
        "unit": UNIT,
        "log_id": LOG_ID,
        "max_payload": draw.choice((1024, 1024, 0, 19, draw.getrandbits(16))),
    }


def hostile(draw: random.Random) -> Callable[[int, str], bytes]:
    """Far end that mostly lets a greeting pass and then sends anything."""

    def answer(tag: int, name: str) -> bytes:
        if name == "HELLO" and draw.randrange(8):
            return frame.encode(messages.pack(messages.HELLO_REPLY, tag, **greeting(draw)))
        return cases.answers(draw, tag)

    return answer


class NoStore:
    """A keeper that keeps nothing."""

    def put_unit(self, unit: str, log_id: str, **named: str) -> None:
        pass

    def next_seq(self, unit: str, log_id: str, stream: int | str) -> int:
        return 0

    def ingest(self, unit: str, log_id: str, stream: int | str, items: list[Any]) -> None:
        pass


def _put_file(clip: client.Clip) -> None:
    clip.put_file("weights/x.bin", bytes(3000))


CALLS: tuple[Callable[[client.Clip], Any], ...] = (
    lambda clip: clip.range(records.EVENTS),
    lambda clip: list(clip.pull(records.EVENTS, 0, 4096)),
    lambda clip: pulling.read_all(clip, records.SUMMARIES),
    lambda clip: pulling.register(clip, NoStore()),
    lambda clip: clip.ack(records.EVENTS, 3),
    lambda clip: clip.set_clock(1_700_000_000),
    lambda clip: clip.settings(),
    lambda clip: clip.identity(),
    lambda clip: clip.limits(),
    lambda clip: clip.status(),
    lambda clip: clip.commit(clip.settings(), {"serial": "x"}),
    lambda clip: list(clip.monitor(0.001)),
    lambda clip: clip.file_hash("main.py"),
    _put_file,
    lambda clip: clip.reboot(),
)


class Outcome:
    """What a hostile peer achieved. bytes: it sent; crashes: errors that are none of ours; late: calls that took
    longer than they may; believed: sessions in which the client took it for the clip; given: records taken in."""

    def __init__(self) -> None:
        self.bytes = 0
        self.crashes: list[str] = []
        self.late = 0
        self.believed = 0
        self.given = 0

    def meet(self, line: HostileLine, calls: list[Callable[[client.Clip], Any]]) -> None:
        """One client on one line."""
        began = time.monotonic()
        try:
            with mock.patch.object(client, "Line", lambda path: line):
                clip = client.Clip(line.path, wait_s=2.0, answer_s=1.0, keys=Keys())
                for call in calls:
                    self._call(clip, call)
                self.believed += clip._channel._client.sealer is not None
        except AllEarsError:
            pass
        except Exception as error:  # noqa: BLE001  whatever it was, it is a crash
            self.crashes.append("".join(traceback.format_exception(error))[-1500:])
        self.late += time.monotonic() - began > _LATE_S
        self.bytes += line.said

    def _call(self, clip: client.Clip, call: Callable[[client.Clip], Any]) -> None:
        try:
            found = call(clip)
        except CutOff:
            raise
        except AllEarsError:
            return
        if isinstance(found, list):
            self.given += sum(isinstance(item, records.Record) for item in found)


def hostile_clips(trials: int, seed: int = 1) -> dict[str, Any]:
    """The client against peers that send at least `trials` bytes in all.

    bytes, peers, crashes, late, believed, given as in Outcome; heap_growth_bytes: from the second quarter to the last.
    """
    draw = random.Random(seed)
    outcome = Outcome()
    peers = 0
    heap: list[int] = []
    tracemalloc.start()
    try:
        while outcome.bytes < trials:
            outcome.meet(HostileLine(hostile(draw)), draw.choices(CALLS, k=6))
            peers += 1
            if peers % 100 == 0:
                gc.collect()
                heap.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    quarter = len(heap) // 4  # the first is when caches fill
    growth = min(heap[-quarter:]) - min(heap[quarter : 2 * quarter]) if quarter else 0
    return {**outcome.__dict__, "peers": peers, "heap_growth_bytes": growth}
