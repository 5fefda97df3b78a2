# Hold told from dead air: sustained sound at the ear while neither side speaks (music, ringing, announcements' tones).
# Three things speak for it, all levels: how loud the ear is against the customer's own speech, how far it stands above
# what it has been in the pauses of this talk so far, and that the mouth does not (a noisy room is heard by both).
# Weights and thresholds were fitted on simulated calls of the acoustic family: docs/conversation.md.
from .compat import const
from .params import hops_up

_DEFAULT_REFERENCE_Q8 = const(-9216)  # -36 dBFS: the customer at the ear, before anything is known
_REFERENCE_HOPS = const(512)  # running mean of the customer's speech over about 8 s
_PAUSE_FROM = const(8)  # hops after speech: the room and the detector's own tail are over …
_PAUSE_UNTIL = const(40)  # … and a hold has seldom begun: what is heard now is what a pause sounds like
_PAUSE_HOPS = const(512)  # running mean over so many of them
_SMOOTH = const(5)  # running mean of what is new over 32 hops
_APART_MOST = const(5120)  # 20 dB
_BELOW_MOST = const(-768)  # 3 dB: between the tones of a signal the line may be quieter than any pause before
_ABOVE_MOST = const(1536)  # 6 dB
_PER_DB_Q8 = const(34)
_PER_NEW_EAR_Q8 = const(139)
_PER_NEW_MOUTH_Q8 = const(74)
_BIAS_Q8 = const(23)
_AFTER_SPEECH = const(12)  # hops: what is weighed begins later than speech ends
_BURST = const(8)  # hops: what is shorter is a slip of the detector
_MOST_Q8 = const(384)
_LEAST_Q8 = const(-32)
_SURE = const(36000)  # 1.5 s of full evidence
_FULL = const(42000)
_DOUBT = const(9000)
_SPOKEN = const(512)  # what a hop of the customer's speech takes away
_TALK = const(
    31
)  # hops of speech, gaps counted double against them: evidence from before it is none any more
_LINGER = hops_up(4500)  # ringing pauses for 4 s
_MASK_HOPS = hops_up(1500)
_BACK = hops_up(500)  # so much speech, gaps counted against it, and the customer is back
_LOUD_Q8 = const(4096)  # within 16 dB of the customer's speech: part of the hold


def _within(value, most):
    return most if value > most else -most if value < -most else value


# A function with more than eleven words of locals and stack takes them from the heap on the chip, at every call, and
# the search for room there costs more than all the rest: so what runs at every hop is cut into small ones.


class Hold:
    """Whether the line is on hold.

    sure: 1 from the moment it is known until it has been over for 4.5 s or somebody is back; doubt: 1 while there is
    some evidence, too little or too much to call it; start, last: first and newest hop of its sound (kept after it);
    began, ended: 1 on the hop at which that became known; masks: 1 while the customer's decisions are music.
    """

    def __init__(self):
        # What runs at every hop is bound once: the chip looks for a method in the instance first, in vain.
        self._hear_speech = self._speech
        self._hear_pause = self._pause
        self._learn_level = self._refer
        self.reset()

    def reset(self):
        """The next hop is the first."""
        self._fresh = 1
        self._usual_mouth = 0  # level in the pauses of talk, dBFS Q8, times _PAUSE_HOPS
        self._usual_ear = 0
        self._new_mouth = 0  # running means of what stands above them, Q8 << _SMOOTH
        self._new_ear = 0
        self._since_speech = 0
        self._spoken = 0
        self._talk = 0
        self._evidence = 0
        self._back = 0
        self._rising = -1
        self.sure = 0
        self.doubt = 0
        self.start = -1
        self.last = -1
        self.began = 0
        self.ended = 0
        self.masks = 0
        self.new_call()

    def new_call(self):
        """Another customer: nothing is known about their level, and the pauses on their line are soon learnt."""
        self._reference = _DEFAULT_REFERENCE_Q8 * _REFERENCE_HOPS
        self._heard = 0
        self._pauses = 0

    def step(self, hop, heard, agent, customer):
        """One hop: its sound (see Conversation.step) and what the detector says, hold or not."""
        self.began = 0
        self.ended = 0
        if self._fresh:
            self._begin(heard.level)
        if agent or customer:
            self._hear_speech(heard.level[1], agent, customer)
        else:
            self._hear_pause(hop, heard.level)
        if self.sure or self._evidence or self.doubt:
            self._judge(hop, customer)

    def _judge(self, hop, customer):
        if self.sure:
            self._hold_on(hop, customer)
        elif self._evidence >= _SURE:
            self._known(hop)
        self.masks = 1 if self.sure and hop - self.last <= _MASK_HOPS else 0
        self.doubt = 1 if self._evidence >= _DOUBT and not self.sure else 0

    def end(self):
        """The sound ends here, or the call does."""
        if self.sure:
            self.sure = 0
            self.ended = 1
            self.masks = 0
            self._evidence = 0

    def _begin(self, level):
        self._fresh = 0
        self._usual_mouth = level[0] * _PAUSE_HOPS
        self._usual_ear = level[1] * _PAUSE_HOPS

    def _known(self, hop):
        self.sure = 1
        self.began = 1
        self.start = max(self._rising, self.last + 1) if self._rising >= 0 else hop
        self.last = hop
        self._back = 0

    def _speech(self, level, agent, customer):
        """A hop of somebody's speech; level: at the ear."""
        self._spoken += 1
        if self._spoken == _BURST:  # nothing of this changes before the next pause
            self._since_speech = 0
            self._rising = -1
            self._new_mouth = 0
            self._new_ear = 0
        self._talk += 1
        if self._talk >= _TALK:
            self._evidence = 0
            self._talk = _TALK
        if customer:
            if self._evidence:
                self._evidence = max(0, self._evidence - _SPOKEN)
            if not agent and not self.sure:
                self._learn_level(level)

    def _refer(self, level):
        """The customer's speech at the ear: a mean that soon becomes a running one."""
        if self._heard < _REFERENCE_HOPS:
            self._heard += 1
        self._reference += (level - (self._reference // _REFERENCE_HOPS)) * (_REFERENCE_HOPS // self._heard)

    def _pause(self, hop, level):
        """A hop in which neither speaks; level: of both."""
        self._spoken = 0
        self._talk = self._talk - 2 if self._talk > 2 else 0
        self._since_speech += 1
        mouth = _within(level[0] - self._usual_mouth // _PAUSE_HOPS, _APART_MOST)
        self._new_mouth += mouth - (self._new_mouth >> _SMOOTH)
        ear = _within(level[1] - self._usual_ear // _PAUSE_HOPS, _APART_MOST)
        if ear < _BELOW_MOST:
            ear = _BELOW_MOST
        self._new_ear += ear - (self._new_ear >> _SMOOTH)
        if self._since_speech > _AFTER_SPEECH:
            self._weigh(hop, level[1])
        if _PAUSE_FROM <= self._since_speech <= _PAUSE_UNTIL:
            self._learn(level)

    def _learn(self, level):
        """What a pause sounds like: means that soon become running ones."""
        if self._pauses < _PAUSE_HOPS:
            self._pauses += 1
        share = _PAUSE_HOPS // self._pauses
        self._usual_mouth += (level[0] - self._usual_mouth // _PAUSE_HOPS) * share
        self._usual_ear += (level[1] - self._usual_ear // _PAUSE_HOPS) * share

    def _weigh(self, hop, level):
        """Evidence of one hop without speech; level: at the ear."""
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

    def _score(self, reference):
        """What one hop says for hold, Q8, given the level (dBFS Q8) of the customer's speech."""
        new = self._new_ear >> _SMOOTH
        above = new + self._usual_ear // _PAUSE_HOPS - reference
        above = max(-_APART_MOST, min(_ABOVE_MOST, above))
        score = above * _PER_DB_Q8 + new * _PER_NEW_EAR_Q8
        if self._new_mouth > 0:  # a mouth quieter than before says nothing about the line
            score -= (self._new_mouth >> _SMOOTH) * _PER_NEW_MOUTH_Q8
        return (score >> 8) - _BIAS_Q8

    def _hold_on(self, hop, customer):
        """Still on hold? Not when its sound has been gone for long, nor when the customer is plainly back."""
        self._back = max(0, self._back + (1 if customer else -2))
        quiet = hop - self.last
        if quiet > _LINGER or self._back >= _BACK or (self._back >= _BURST and quiet > _MASK_HOPS):
            self.end()
