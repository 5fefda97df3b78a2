# Sound and time of the virtual clip. The host sends blocks of one kind byte and 512 bytes:
# A = one hop of sound, E = this sound has ended, D/U = the button goes down/up.
# Real time: the host sends a hop every 16 ms, and a ring that is full loses the oldest, as on a chip.
# Fast: the host sends as fast as the clip reads, nothing is lost, and time passes with the hops.
import select
import time

from allears_core.compat import TICKS_PERIOD

BLOCK_BYTES = 513
HOP_MS = 16
SLOTS = 32  # as the reference board's 16 KiB ring: 512 ms
HOP, ENDED, DOWN, UP = b"AEDU"


class Clock:
    """Milliseconds since boot. In fast mode a sound that plays carries the time, 16 ms a hop."""

    def __init__(self, chip):
        self._fast = chip.fast
        self._mark = time.ticks_ms()  # real time up to which _passed has been counted
        self._passed = 0
        self._playing = False
        self._mic = None
        self._poll = select.poll()
        self._poll.register(chip.line_in, select.POLLIN)
        self._poll.register(chip.sound, select.POLLIN)

    def real_ms(self):
        """Time that passes in the world, whatever the mode; the watchdog's."""
        return time.ticks_ms()

    def ticks_ms(self):
        if not self._playing:
            now = time.ticks_ms()
            self._passed += now - self._mark
            self._mark = now
        return self._passed & (TICKS_PERIOD - 1)

    def watch(self, mic):
        self._mic = mic

    def hop(self):
        """A hop of sound has been heard."""
        if self._fast:
            if not self._playing:
                self.ticks_ms()
                self._playing = True
            self._passed += HOP_MS

    def sound_ended(self):
        if self._playing:
            self._mark = time.ticks_ms()
            self._playing = False

    def idle(self):
        """Wait for a hop of sound or a byte on the line, at most a hop's time."""
        if not self._mic.ready():
            for _ in self._poll.ipoll(HOP_MS):
                pass


class Mic:
    """The two microphones. A stopped one lets the sound that arrives go by."""

    capacity = SLOTS

    def __init__(self, chip, clock):
        self._chip = chip
        self._clock = clock
        # One slot more than the ring holds takes the block that pushes the oldest out.
        ring = memoryview(bytearray((SLOTS + 1) * BLOCK_BYTES))
        # Slices made once: the frame path allocates nothing.
        self._slots = [ring[slot * BLOCK_BYTES : (slot + 1) * BLOCK_BYTES] for slot in range(SLOTS + 1)]
        self._hops = [slot[1:] for slot in self._slots]
        self._head = 0  # slot to be read next
        self._held = 0  # slots that hold a block
        self._started = False
        self._end_due = False  # an end was pushed out of the ring before it was read
        self._unconfirmed = False  # the application has been given an end and may still be busy with it
        self.overruns = 0
        self.pressed = False

    def start(self):
        self._started = True

    def stop(self):
        self._started = False

    def waiting(self):
        self._fill()
        return self._held

    def readinto(self, buf):
        """A hop in buf: how many waited; 0: none yet, or the button has changed just here; -1: this sound has ended."""
        self._confirm()
        self._fill()
        if not self._started:
            return 0
        if self._end_due:
            return self._take(ENDED)
        if not self._held:
            return 0
        slot = self._pop()
        kind = self._slots[slot][0]
        if kind == HOP:
            buf[:] = self._hops[slot]
        return self._take(kind)

    def ready(self):
        """True if there is something to read. Called while the application idles: a stopped ring drains here."""
        self._confirm()
        self._fill()
        if self._started:
            return self._end_due or self._held > 0
        if self._end_due:
            self._take(ENDED)
        while self._held:
            if self._take(self._slots[self._pop()][0]) == 0:
                return True  # the button has changed: one change at a time, or a short press would be missed
        return False

    def _take(self, kind):
        if kind == HOP:
            self._clock.hop()
            return self._held + 1
        if kind == ENDED:
            self._end_due = False
            self._clock.sound_ended()
            self._unconfirmed = True
            return -1
        self.pressed = kind == DOWN
        return 0

    def _confirm(self):
        # The application asks for more, so it is done with the end of sound it was given.
        if self._unconfirmed:
            self._unconfirmed = False
            self._chip.tell(b"heard\n")

    def _pop(self):
        slot = self._head
        self._head = (slot + 1) % len(self._slots)
        self._held -= 1
        return slot

    def _fill(self):
        """Move what is in the pipe into the ring."""
        while self._held < SLOTS or not self._chip.fast:
            got = self._chip.sound.readinto(self._slots[(self._head + self._held) % len(self._slots)])
            if got is None:
                return
            if got == 0:
                raise SystemExit  # the supervisor is gone
            self._held += 1
            if self._held > SLOTS:
                self._make_room()

    def _make_room(self):
        # Only a hop may be lost.
        kind = self._slots[self._pop()][0]
        if kind == HOP:
            self.overruns += self._started
        elif kind == ENDED:
            self._end_due = True
        else:
            self._take(kind)
