# The drivers' arithmetic, without a chip. Runs on both interpreters.
from allears_clip.drivers.cells import CellReader
from allears_clip.drivers.debounce import Debounce
from allears_clip.drivers.ring import Ring, aligned, hops_due

HOP = 128
RING = 32 * HOP


def test_hops_come_in_order_and_none_twice(folder):
    ring = Ring(RING, HOP)
    slots = []
    for written in range(0, 100 * HOP, 37):
        while ring.waiting(written):
            slots.append(ring.take())
    assert slots == [hop % 32 for hop in range(len(slots))]
    assert len(slots) == 99 and ring.overruns == 0


def test_half_a_hop_does_not_wait(folder):
    ring = Ring(RING, HOP)
    assert ring.waiting(HOP - 1) == 0
    assert ring.waiting(HOP) == 1


def test_a_45_ms_stall_loses_nothing_and_a_second_is_counted(folder):
    ring = Ring(RING, HOP)
    assert ring.waiting(360) == 2 and ring.overruns == 0  # 45 ms of 8 kHz
    assert ring.waiting(62 * HOP) == ring.capacity
    assert ring.overruns == 62 - ring.capacity
    assert ring.take() == (62 - ring.capacity) % 32


def test_what_is_read_is_never_what_is_being_written(folder):
    for stall in range(200):
        ring = Ring(RING, HOP)
        written = stall * HOP + 50
        if ring.waiting(written):
            being_written = written // HOP % 32
            assert ring.take() != being_written


def test_rewinding_keeps_the_place(folder):
    ring = Ring(RING, HOP)
    written = 0
    slots = []
    for _ in range(200):
        written += HOP
        assert ring.waiting(written) == 1
        slots.append(ring.take())
        if len(slots) % 50 == 0:
            written -= ring.rewind()
    assert written < 50 * HOP
    assert slots == [hop % 32 for hop in range(200)] and ring.overruns == 0


def test_restart_reads_from_the_next_hop(folder):
    ring = Ring(RING, HOP)
    ring.restart(1000)
    assert ring.waiting(1000) == 0 and ring.overruns == 0
    assert ring.waiting(8 * HOP) == 0
    assert ring.waiting(9 * HOP) == 1 and ring.take() == 8


def test_alignment(folder):
    for address in range(0x20001230, 0x20009000, 16):
        assert (address + aligned(address, 16384)) % 16384 == 0
        assert 0 <= aligned(address, 16384) < 16384


def test_hops_by_the_clock(folder):
    assert hops_due(0, 16, 0, 32) == (0, 0)
    assert hops_due(160, 16, 4, 32) == (6, 0)
    assert hops_due(1600, 16, 10, 32) == (32, 58)
    assert hops_due(10, 16, 4, 32) == (0, 0)


def test_a_bounce_is_one_press(folder):
    switch = Debounce()
    levels = [0, 1, 0, 1, 0] + [1] * 40 + [0, 1, 0, 1] + [0] * 40
    seen = [switch.step(level, ms) for ms, level in enumerate(levels)]
    assert seen[5 + 19] == 0 and seen[5 + 21] == 1 and seen[-1] == 0
    changes = sum(1 for at in range(1, len(seen)) if seen[at] != seen[at - 1])
    assert changes == 2


def test_at_rest_a_switch_need_not_be_stepped(folder):
    stepped, skipped = Debounce(), Debounce()
    level = drawn = 0
    for ms in range(0, 20000, 16):
        drawn = (drawn * 1103515245 + 12345) & 0x7FFFFFFF
        if (drawn >> 16) % 6 == 0:
            level = 1 - level
        shown = level if level == skipped.rest else skipped.step(level, ms)
        assert shown == stepped.step(level, ms)


class Line:
    """A stream as the chip's: readinto blocks for all it was asked, which here is a failure."""

    def __init__(self):
        self.waiting = b""
        self.ms = 0

    def ready(self):
        return bool(self.waiting)

    def readinto(self, buf):
        assert len(self.waiting) >= len(buf), "this read would stop the clip"
        buf[:] = self.waiting[: len(buf)]
        self.waiting = self.waiting[len(buf) :]

    def ticks_ms(self):
        return self.ms


def test_cells_come_whole(folder):
    line = Line()
    reader = CellReader(64, line.ready, line.readinto, line.ticks_ms)
    cell = bytearray(64)
    assert reader.readinto(cell) == 0
    sent = bytes([7 + at % 200 for at in range(64 * 5)])
    line.waiting = sent
    taken = b""
    while reader.readinto(cell):
        taken += bytes(cell)
        line.ms += 1
    assert taken == sent


def test_a_key_struck_in_a_terminal_stops_nothing(folder):
    line = Line()
    reader = CellReader(64, line.ready, line.readinto, line.ticks_ms)
    cell = bytearray(64)
    line.waiting = b"x"
    assert reader.readinto(cell) == 0
    line.ms += 1000
    sent = bytes(range(64, 128))
    line.waiting = sent
    assert reader.readinto(cell) == 64 and bytes(cell) == sent


def test_a_cell_in_two_pieces_is_put_together(folder):
    line = Line()
    reader = CellReader(64, line.ready, line.readinto, line.ticks_ms)
    cell = bytearray(64)
    sent = bytes(range(64, 128))
    line.waiting = sent[:20]
    assert reader.readinto(cell) == 0
    line.ms += 50
    line.waiting = sent[20:]
    assert reader.readinto(cell) == 64 and bytes(cell) == sent
