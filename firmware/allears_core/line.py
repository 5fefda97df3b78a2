# Is there anybody at the other end? An open line is heard at the ear: its noise, or the codec's comfort noise. When
# that falls away for good in a pause, the customer has hung up. A line that is silent between words tells nothing.
from .compat import const
from .params import hops_up

_AFTER_SPEECH = const(12)  # hops: the room and the detector's tail
_NOISE_PEAK = const(1)  # what is louder is noise
_LEARN_HOPS = hops_up(2000)  # of pauses in this call, before anything is said about the line
_GATED_HOPS = hops_up(500)  # so much silence between words, and it is a line that is gated
_GONE_HOPS = hops_up(2000)  # digital silence for so long …
_FALLEN_HOPS = hops_up(3000)  # … or much less noise for so long
_FALL_Q8 = const(2304)  # 9 dB
_STEADY_Q8 = const(512)  # 2 dB: noise that wanders more can fall by itself
_SMOOTH = const(6)


class Line:
    """The customer's line in the pauses of a call. closed: 1 while it seems to be hung up."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Another call: nothing is known."""
        self.closed = 0
        self._since_speech = 0
        self._learned = 0
        self._gated = 0
        self._silent = 0
        self._fallen = 0
        self._mean = 0  # of the noise, dBFS Q8, << 6
        self._spread = 0  # mean distance from it, << 6

    def step(self, level, peak, speaks):
        """One hop at the ear: dBFS Q8, peak, whether anybody speaks."""
        if speaks:
            if self._since_speech:
                self._gated += self._silent  # it was a pause after all
                self._silent = self._fallen = 0
            self._since_speech = 0
            self.closed = 0
            return
        self._since_speech += 1
        if self._since_speech <= _AFTER_SPEECH:
            return
        if peak <= _NOISE_PEAK:
            self._silent += 1
        else:
            self._silent = 0
            self._follow(level)
        known = self._learned >= _LEARN_HOPS
        gone = self._silent >= _GONE_HOPS and self._gated < _GATED_HOPS
        fallen = self._fallen >= _FALLEN_HOPS and self._spread >> _SMOOTH <= _STEADY_Q8
        self.closed = 1 if known and (gone or fallen) else 0

    def _follow(self, level):
        """The noise's own level and how much it wanders; a fall is waited for, not followed."""
        apart = level - (self._mean >> _SMOOTH)
        if self._learned < _LEARN_HOPS:
            self._learned += 1
            if self._learned == 1:
                self._mean = level << _SMOOTH
                return
        elif apart <= -_FALL_Q8:
            self._fallen += 1
            return
        self._fallen = 0
        self._mean += apart
        self._spread += abs(apart) - (self._spread >> _SMOOTH)
