"""No sample, and nothing a sample could be rebuilt from, leaves the frame path of the real firmware.

A call in which every sample is marked goes through the virtual clip while it is watched and pulled. Then its whole
flash, every byte on its line in both directions, and its log opened with every key are searched for any trace.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tainted import Search, mark

from allears import sim
from allears.demo.call import render_call
from allears.device import open_clip
from allears.device.line import Line
from allears.device.pulling import read_all
from allears.sim import home
from allears_core import frame, params, records

NAME = "tainted"
CALL_S = 60
HELLO_S = 20.0
WATCHED_S = 1.5  # of the time that a fast clip takes for the call
# The sparsest code that still carries intelligible speech (NATO STANAG 4591 at 600 bit/s).
SPEECH_BYTES_PER_S = 75


@dataclass(frozen=True)
class Heard:
    """One marked call, and everything that came of it. seconds: its length; hops: as the clip counted them."""

    pcm: np.ndarray
    flash: bytes
    wire: bytes
    log: list[records.Record]
    hops: int

    @property
    def plain(self) -> bytes:
        """The log's records as they are before they are sealed."""
        layouts = {layout.name: layout for layout in records.LAYOUTS}
        return b"".join(
            records.pack(layouts[record.name], record.boot, record.seq, record.ms, record.values)
            for record in self.log
        )

    @property
    def seconds(self) -> float:
        return len(self.pcm) / params.SAMPLE_RATE_HZ


class Tap:
    """Keeps every byte that goes over lines of this process, as it stands there and unstuffed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.raw = bytearray()
        read, write = Line.read, Line.write

        def reading(line: Line) -> bytes:
            data = read(line)
            self.raw.extend(data)
            return data

        def writing(line: Line, data: bytes) -> None:
            self.raw.extend(data)
            write(line, data)

        monkeypatch.setattr(Line, "read", reading)
        monkeypatch.setattr(Line, "write", writing)

    def all(self) -> bytes:
        return bytes(self.raw) + b"".join(frame.Decoder().feed(bytes(self.raw)))


@pytest.fixture(scope="module")
def search() -> Iterator[Search]:
    yield Search(call())


def call() -> np.ndarray:
    return mark(render_call()[0][: CALL_S * params.SAMPLE_RATE_HZ])


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """The marked call through a virtual clip that is being watched, then pulled and switched off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLEARS_HOME", str(tmp_path_factory.mktemp("home")))
        yield listen(Tap(patch))


def listen(tap: Tap) -> Heard:
    pcm = call()
    with sim.start(NAME, fast=True) as virtual:
        with open_clip(virtual.port, HELLO_S) as clip:
            player = threading.Thread(target=virtual.play, args=(pcm,))
            player.start()
            for _ in clip.monitor(WATCHED_S):
                pass
            player.join()
            hops = clip.status()["frames"]
            log = [record for stream in (0, 1) for record in read_all(clip, stream)]
        virtual.cut_power()
        flash = Path(home.Home(NAME).image).read_bytes()
    return Heard(pcm, flash, tap.all(), log, hops)


def test_a_marked_call_leaves_no_trace(heard: Heard, search: Search) -> None:
    assert heard.hops == len(heard.pcm) // params.HOP_SAMPLES, "the clip heard all of it"
    names = {record.name for record in heard.log}
    assert {"CALL", "EVENT"} <= names, "and judged it"
    assert len(heard.flash) > 1 << 20 and len(heard.wire) > 2_000
    assert search.found(heard.flash) == []
    assert search.found(heard.wire) == []
    assert search.found(heard.plain) == []


def test_what_is_kept_of_a_call_is_too_little_to_hold_speech(heard: Heard) -> None:
    """Everything on the line while the clip is watched and pulled, and far more so everything in its log."""
    assert len(heard.plain) / heard.seconds < SPEECH_BYTES_PER_S / 2
    assert len(heard.wire) / 2 / heard.seconds < 4 * SPEECH_BYTES_PER_S


@pytest.mark.parametrize("place", [0, 4095])
def test_any_trace_would_be_found(search: Search, place: int) -> None:
    """Guards the search: a single trace of any form, anywhere, is named."""
    rest = np.random.default_rng(place).integers(0, 256, 9_000, np.uint8).tobytes()
    assert search.found(rest) == []
    for name, traces in search.traces.items():
        assert len(traces) > 200, name
        one = traces[len(traces) // 2].tobytes()
        assert name in search.found(rest[:place] + one + rest[place:]), name
