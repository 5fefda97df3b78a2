"""Sound on its way into a virtual clip: hops as blocks through a pipe, at their own pace or as fast as it reads."""

import os
import select
import threading
import time
from collections.abc import Callable

import numpy as np

from allears.errors import CutOff
from allears.sim import status
from allears_core import params

HOP_S = params.HOP_MS / 1000
SAMPLES = params.HOP_SAMPLES
BLOCK_BYTES = 1 + 2 * params.CHANNELS * SAMPLES
BLOCKS_AT_ONCE = 4096 // BLOCK_BYTES  # a pipe takes so much whole or not at all
NOT_READING_S = 10.0
_LOOK_S = 0.1

HOP, ENDED, DOWN, UP = (kind.encode() for kind in "AEDU")


class SoundFeed:
    """Writes the blocks of firmware/boards/sim/sound.py into a clip's sound pipe."""

    def __init__(self, pipe: int, state: status.Status, fast: bool):
        self._pipe = pipe
        self._state = state
        self._fast = fast
        self._turn = threading.Lock()  # a press may come from another thread
        self._playing = False
        self._hops = 0
        self._release_at: int | None = None  # hop at which a pressed button is let go

    def play(self, pcm: np.ndarray, progress: Callable[[int], None] | None = None) -> None:
        """Feed int16 samples (n, 2) and the end of this sound; an incomplete last hop is left out.

        progress: called with the number of hops sent so far. Raises CutOff when the clip stops listening.
        """
        blocks = _blocks(pcm)
        started = time.monotonic()
        self._playing, self._hops = True, 0
        try:
            step = BLOCKS_AT_ONCE if self._fast else 1
            for at in range(0, len(blocks), step):
                if not self._fast:
                    self._pause_until(started + (at + 1) * HOP_S)
                self._send_hops(blocks[at : at + step])
                if progress:
                    progress(self._hops)
        finally:
            self._playing = False
            self._let_go()
        self._send(_padded(ENDED))

    def hop(self, samples: bytes) -> None:
        """Feed one hop of live sound (128 x mouth, ear, int16 LE)."""
        self._send(HOP + samples)

    def end(self) -> None:
        """Say that live sound has ended."""
        self._send(_padded(ENDED))

    def press(self, ms: int) -> None:
        """Hold the button for `ms`: of the sound's time while a fast sound plays, else of real time."""
        self._send(_padded(DOWN))
        if self._fast and self._playing:
            with self._turn:
                self._release_at = self._hops + max(1, round(ms / (1000 * HOP_S)))
        else:
            time.sleep(ms / 1000)
            self._send(_padded(UP))

    def _send_hops(self, blocks: np.ndarray) -> None:
        self._send(blocks.tobytes())
        self._hops += len(blocks)
        if self._release_at is not None and self._hops >= self._release_at:
            self._let_go()

    def _let_go(self) -> None:
        with self._turn:
            due, self._release_at = self._release_at is not None, None
        if due:
            self._send(_padded(UP))

    def _pause_until(self, moment: float) -> None:
        left = moment - time.monotonic()
        if left > 0 and self._state.wait(_dead, left):
            raise self._gone()

    def _send(self, data: bytes) -> None:
        with self._turn:
            while data:
                self._wait_for_room()
                try:
                    data = data[os.write(self._pipe, data) :]
                except BlockingIOError:
                    continue

    def _wait_for_room(self) -> None:
        poll = select.poll()
        poll.register(self._pipe, select.POLLOUT)
        deadline = time.monotonic() + NOT_READING_S
        while not poll.poll(1000 * _LOOK_S):
            if _dead(self._state.now) or time.monotonic() > deadline:
                raise self._gone()

    def _gone(self) -> CutOff:
        now = self._state.now
        reason = now.failure or f"it is {now.phase}"
        return CutOff(f"the virtual clip takes no sound ({reason})", "start it again")


def _dead(now: status.Snapshot) -> bool:
    return now.phase in (status.OFF, status.FAILED)


def _padded(kind: bytes) -> bytes:
    return kind.ljust(BLOCK_BYTES, b"\0")


def _blocks(pcm: np.ndarray) -> np.ndarray:
    """uint8 (hops, BLOCK_BYTES): the sound as blocks."""
    hops = len(pcm) // SAMPLES
    blocks = np.empty((hops, BLOCK_BYTES), np.uint8)
    blocks[:, 0] = HOP[0]
    samples = np.ascontiguousarray(pcm[: hops * SAMPLES], "<i2")
    blocks[:, 1:] = samples.reshape(hops, params.CHANNELS * SAMPLES).view(np.uint8)
    return blocks
