# Hold told from dead air: sustained sound at the ear while neither side speaks (music, ringing, announcements' tones).
# Three things speak for it: how loud the ear is against the customer's own speech, how far the ear's bands stand
# above their floors, and that the mouth's bands do not (a noisy room is heard by both). Weights and thresholds were
# fitted on simulated calls of the acoustic family: docs/conversation.md.
from array import array

from .compat import const
from .params import BANDS, hops_up

_DEFAULT_REFERENCE_Q8 = const(-9216)  # -36 dBFS: the customer at the ear, before anything is known
_REFERENCE_HOPS = const(512)  # running mean of the customer's speech over about 8 s
_FLOOR_UP = const(4)  # every fourth hop: 0.7 dB a second …
_FLOOR_DOWN = const(96)  # … and 17 dB a second: the floor settles where 4 % of the hops lie below it
_NOTHING = const(512)  # digital silence: no floor at all, the next sound sets it
_EXCESS_MOST = const(2048)  # 24 dB
_RISE = const(2)  # the ear's level follows upwards in 4 hops …
_FALL = const(7)  # … and downwards in 128, so that a pulsed tone stays up
_SMOOTH = const(4)  # running mean of the excess over 16 steps of four hops
_PER_DB_Q8 = const(49)
_PER_EAR_Q8 = const(238)
_PER_MOUTH_Q8 = const(82)
_BIAS_Q8 = const(283)
_AFTER_SPEECH = const(12)  # hops: the room and the detector's own tail
_BURST = const(8)  # hops: what is shorter is a slip of the detector
_MOST_Q8 = const(256)
_LEAST_Q8 = const(-24)
_SURE = const(20000)  # 1.25 s of full evidence
_FULL = const(24000)
_DOUBT = const(6000)
_SPOKEN = const(512)  # what a hop of the customer's speech takes away
_LINGER = hops_up(4500)  # ringing pauses for 4 s
_MASK_HOPS = hops_up(1500)
_BACK = hops_up(500)  # so much speech, gaps counted against it, and the customer is back
_LOUD_Q8 = const(4096)  # within 16 dB of the customer's speech: part of the hold


# A function with more than eleven words of locals and stack takes them from the heap on the chip, at every call, and
# the search for room there costs more than all the rest: so what runs at every hop is cut into small ones.


def _above_floors(floors, bands, band):
    """Sum of what stands above the floors in every fourth band of one side, from `band` on; the floors follow."""
    end = band // BANDS * BANDS + BANDS
    total = 0
    while band < end:
        floor = floors[band]
        above = bands[band] - floor
        if above > 0:
            floors[band] = bands[band] if floor < _NOTHING else floor + _FLOOR_UP
            total += above if above < _EXCESS_MOST else _EXCESS_MOST
        else:
            floors[band] = floor - _FLOOR_DOWN
        band += 4
    return total


class Hold:
    """Whether the line is on hold.

    sure: 1 from the moment it is known until it has been over for 4.5 s or somebody is back; doubt: 1 while there is
    some evidence, too little or too much to call it; start, last: first and newest hop of its sound (kept after it);
    began, ended: 1 on the hop at which that became known; masks: 1 while the customer's decisions are music.
    """

    def __init__(self):
        self._floors = array("h", bytes(4 * BANDS))
        self.reset()

    def reset(self):
        """The next hop is the first."""
        self._fresh = 1
        self._sums = [0, 0]  # excess of mouth and ear in the four hops under way
        self._excess = [0, 0]  # running means, Q8 log2, << _SMOOTH
        self._ear = 0
        self._since_speech = 0
        self._spoken = 0
        self._evidence = 0
        self._back = 0
        self._rising = -1
        self.sure = 0
        self.start = -1
        self.last = -1
        self.began = 0
        self.ended = 0
        self.masks = 0
        self.new_call()

    def new_call(self):
        """Another customer: nothing is known about their level."""
        self._reference = _DEFAULT_REFERENCE_Q8 * _REFERENCE_HOPS
        self._heard = 0

    @property
    def doubt(self):
        return 1 if self._evidence >= _DOUBT and not self.sure else 0

    def step(self, hop, heard, agent, customer):
        """One hop: its sound (see Conversation.step) and what the detector says, hold or not."""
        self.began = 0
        self.ended = 0
        if self._fresh:
            self._begin(heard)
        self._bands(hop, heard.bands)
        if customer and not agent and not self.sure:
            self._refer(heard.level[1])
        if agent or customer:
            self._spoken += 1
            if self._spoken >= _BURST:
                self._since_speech = 0
                self._rising = -1
            if customer:
                self._evidence = max(0, self._evidence - _SPOKEN)
        else:
            self._spoken = 0
            self._since_speech += 1
            if self._since_speech > _AFTER_SPEECH:
                self._weigh(hop, heard.level[1])
        if self.sure:
            self._hold_on(hop, customer)
        elif self._evidence >= _SURE:
            self.sure = 1
            self.began = 1
            self.start = max(self._rising, self.last + 1) if self._rising >= 0 else hop
            self.last = hop
            self._back = 0
        self.masks = 1 if self.sure and hop - self.last <= _MASK_HOPS else 0

    def end(self):
        """The sound ends here, or the call does."""
        if self.sure:
            self.sure = 0
            self.ended = 1
            self.masks = 0
            self._evidence = 0

    def _begin(self, heard):
        self._fresh = 0
        self._ear = heard.level[1] << 8
        for band in range(2 * BANDS):
            self._floors[band] = heard.bands[band]

    def _bands(self, hop, bands):
        """A quarter of the bands each hop: floors follow, what stands above them is summed."""
        first = hop & 3
        if first == 0:
            self._sums[0] = self._sums[1] = 0
        mouth = _above_floors(self._floors, bands, first)
        ear = _above_floors(self._floors, bands, first + BANDS)
        self._sums[0] += mouth
        self._sums[1] += ear

    def _refer(self, level):
        """The customer's speech at the ear: a mean that soon becomes a running one."""
        if self._heard < _REFERENCE_HOPS:
            self._heard += 1
        self._reference += (level - (self._reference // _REFERENCE_HOPS)) * (_REFERENCE_HOPS // self._heard)

    def _weigh(self, hop, level):
        """Evidence of one hop without speech."""
        shift = _RISE if level > self._ear >> 8 else _FALL
        self._ear += ((level << 8) - self._ear) >> shift
        if hop & 3 == 3:
            self._smooth(0)
            self._smooth(1)
        reference = self._reference // _REFERENCE_HOPS
        score = self._score(reference)
        if score > 0 and level > reference - _LOUD_Q8:
            if self._rising < 0:
                self._rising = hop
            if self.sure:
                self.last = hop
        score = max(_LEAST_Q8, min(_MOST_Q8, score)) + self._evidence
        self._evidence = max(0, min(_FULL, score))
        if self._evidence == 0:
            self._rising = -1

    def _smooth(self, side):
        self._excess[side] += self._sums[side] // BANDS - (self._excess[side] >> _SMOOTH)

    def _score(self, reference):
        """What one hop says for hold, Q8, given the level (dBFS Q8) of the customer's speech."""
        above = max(-5120, min(1536, (self._ear >> 8) - reference))
        score = above * _PER_DB_Q8 + (self._excess[1] >> _SMOOTH) * _PER_EAR_Q8
        return ((score - (self._excess[0] >> _SMOOTH) * _PER_MOUTH_Q8) >> 8) - _BIAS_Q8

    def _hold_on(self, hop, customer):
        """Still on hold? Not when its sound has been gone for long, nor when the customer is plainly back."""
        self._back = max(0, self._back + (1 if customer else -2))
        quiet = hop - self.last
        if quiet > _LINGER or self._back >= _BACK or (self._back >= _BURST and quiet > _MASK_HOPS):
            self.end()
