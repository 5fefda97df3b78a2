"""One end of the link under atheris, coverage guiding the bytes: python atheris_link.py clip|host BYTES FOLDER

Prints one line of JSON once BYTES have been given in. A crash ends the program with the input that made it.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "clip")]
END, WANTED, FOLDER = sys.argv[1], int(sys.argv[2]), sys.argv[3]
LONGEST = 4096  # bytes of one input

with atheris.instrument_imports(include=["allears_core", "allears_clip", "allears.device", "allears.keys"]):
    from fuzzlink import host_end
    from watched import Watched

    from allears_core import frame, messages


def frames(data: bytes) -> list[bytes]:
    """Cut at a length byte each: whole frames around whatever the fuzzer likes."""
    found = []
    while data:
        size = data[0] * 4
        found.append(frame.encode(data[1 : 1 + size][: frame.MAX_PAYLOAD]))
        data = data[1 + size :]
    return found


def clip_end() -> Callable[[bytes], None]:
    """What takes one input to a clip that holds keys."""
    watched = Watched(FOLDER + "/")

    def give(data: bytes) -> None:
        whole = data[:1] >= b"\x40"
        for piece in frames(data[1:]) if whole else [data[1:]]:
            watched.feed(bytes(frame.to_cells(piece)))
        watched.bench.board.clock.now += 70_000
        reached = watched.reached()
        if watched.crashes or watched.clip.health.exceptions or reached:
            raise AssertionError(f"crashes {watched.crashes}, reached {reached}")

    return give


def host_client() -> Callable[[bytes], None]:
    """What makes one input the words of a hostile clip."""

    def give(data: bytes) -> None:
        draw = random.Random(data[:2])
        said = iter(frames(data[2:]))

        def answer(tag: int, name: str) -> bytes:
            if name == "HELLO":
                greeting = host_end.greeting(draw)
                return bytes(frame.encode(messages.pack(messages.HELLO_REPLY, tag, **greeting)))
            return _tagged(next(said, b""), tag)

        outcome = host_end.Outcome()
        outcome.meet(host_end.HostileLine(answer), draw.choices(host_end.CALLS, k=6))
        if outcome.crashes or outcome.believed or outcome.given or outcome.late:
            raise AssertionError(outcome.__dict__)

    return give


def _tagged(one: bytes, tag: int) -> bytes:
    """The frame with the tag that the host waits for."""
    payloads = frame.Decoder().feed(one)
    if not payloads or len(payloads[0]) < 2:
        return one
    return bytes(frame.encode(payloads[0][:1] + bytes((tag,)) + payloads[0][2:]))


def main() -> None:
    """Hand over to the fuzzer, which ends the program."""
    give = {"clip": clip_end, "host": host_client}[END]()
    given = inputs = 0

    def one_input(data: bytes) -> None:
        nonlocal given, inputs
        give(data)
        given += len(data)
        inputs += 1
        if given >= WANTED:
            print(json.dumps({"bytes": given, "inputs": inputs}), flush=True)
            os._exit(0)

    options = [f"-max_len={LONGEST}", "-len_control=0", "-rss_limit_mb=2048", f"-artifact_prefix={FOLDER}/"]
    atheris.Setup([sys.argv[0], *options, "-seed=1", "-verbosity=0"], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
