# Sound in: one hop at a time out of the driver's ring. What the ring lost is counted, never hidden.
from boards.contract import HOP_BYTES


class Capture:
    """buffer: the hop last taken, 128 x (mouth, ear) int16 little-endian. running: the microphones are on."""

    def __init__(self, mic):
        self.buffer = bytearray(HOP_BYTES)
        self.running = False
        self._mic = mic
        self._overruns_told = 0

    def start(self):
        """Begin. Raises OSError where there is no microphone clock."""
        self._mic.start()
        self._overruns_told = self._mic.overruns
        self.running = True

    def stop(self):
        if self.running:
            self._mic.stop()
            self.running = False

    def take(self):
        """The next hop into `buffer`: how many waited, this one among them; 0: none yet; -1: this sound is over (a
        recording; a microphone never ends)."""
        return self._mic.readinto(self.buffer) if self.running else 0

    def waiting(self):
        """Hops that wait in the ring."""
        return self._mic.waiting() if self.running else 0

    def calm(self):
        """True while the ring is at most half full: the only time for a flash write."""
        return self.waiting() * 2 <= self._mic.capacity

    def newly_lost(self):
        """Hops lost since this was last asked."""
        lost = self._mic.overruns - self._overruns_told
        self._overruns_told += lost
        return lost
