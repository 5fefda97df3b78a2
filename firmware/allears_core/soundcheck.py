# Can this sound be judged? Dead, stuck, clipped, humming, identical and swapped channels, told from levels, peaks and
# bands alone. What is digitally silent is not dead once it has lived: taps and gated lines are silent for long.
# None of it hurries, so the hops take turns: mouth and ear are looked at every other hop, both beside each other every
# fourth, and what follows from it is told every eighth.
from .compat import const
from .params import BANDS, CH_EAR, CH_MOUTH, LEVEL_FLOOR_Q8, hops_up
from .records import HEALTH_CODES

_ALIVE_PEAK = const(16)  # -66 dBFS: above the noise of the last bit
_ALIVE_LOOKS = const(2)
_LOUD_PEAK = const(512)
_DEAD_HOPS = hops_up(8000)  # the other side heard for so long …
_DEAD_LOUD_LOOKS = hops_up(2000) // 2  # … so much of it loud, and nothing here
_STUCK_LOOKS = hops_up(4000) // 2
_STUCK_BAND_Q8 = const(2560)  # a constant has next to nothing in any band
_CLIP_PEAK = const(32700)
_CLIP_WEIGHT = const(8)  # above one clipped hop in nine the count rises
_CLIP_ON = const(100)
_CLIP_MOST = const(200)
_HUM_BLOCK = hops_up(2000) // 2
_HUM_BLOCKS = const(3)
_HUM_LEAST_Q8 = const(-12800)  # -50 dBFS
_HUM_BELOW_LOUD_Q8 = const(1536)  # 6 dB: speech would not stand out
_HUM_BANDS = const(5)  # below 400 Hz
_HUM_TONAL_Q8 = const(1280)  # 15 dB above the mean of the bands
_SAME_LEVEL_Q8 = const(64)
_SAME_BANDS_Q8 = const(384)  # over six bands
_SAME_LEAST_Q8 = const(-17920)  # -70 dBFS
_SAME_LOOKS = hops_up(4000) // 4
_OWN_Q8 = const(1536)  # a channel 6 dB above the other and above -50 dBFS speaks for itself
_OWN_LEAST_Q8 = const(-12800)
_OWN_LOOKS = hops_up(2000) // 4
_WIDE_Q8 = const(700)  # 62-188 Hz at most this far (8.2 dB) below 500-1300 Hz: no telephone's band
_LEAST_LOOKS = const(10)
_NARROWER_Q8 = const(400)  # 4.7 dB: what makes the mouth the narrower of the two after _OWN_LOOKS
_WELL_LOOKS = hops_up(2000) // 8

# Names of HEALTH codes, in the order in which they are asked.
TROUBLES = (
    "channel-stuck",
    "microphone-dead",
    "channels-identical",
    "clipping",
    "hum",
    "microphones-swapped",
)
WELL = "sound-well"
_SIDES = (b"mouth", b"ear")


class Channel:
    """One channel's own troubles; dead, stuck, clipped, hum: flags."""

    def __init__(self, side):
        self._first = side * BANDS
        self._hear_hum = (
            self._listen_for_hum
        )  # bound once: the chip looks for a method in the instance first, in vain
        self.reset()

    def reset(self):
        self.alive = 0
        self.loud = 0  # looks above _LOUD_PEAK
        self.own = 0  # looks in which it speaks for itself, and the sum of what its low bands lack in them
        self.own_low = 0
        self.dead = self.stuck = self.clipped = self.hum = 0
        self._level = 0
        self._peak = 0
        self._same = 0
        self._clips = 0
        self._loudest = LEVEL_FLOOR_Q8
        self._lowest = 0
        self._tonal = 0
        self._in_block = 0
        self._hum_blocks = 0

    def step(self, level, peak, bands):
        """One hop: level dBFS Q8, peak 0-32767, the 48 bands."""
        if peak > _ALIVE_PEAK and self.alive < _ALIVE_LOOKS:
            self.alive += 1
        if peak > _LOUD_PEAK:
            self.loud += 1
        if peak and peak == self._peak and level == self._level:
            self._same += 1
            if self._same >= _STUCK_LOOKS and not self.stuck:
                self.stuck = 1 if self._strongest(bands) < _STUCK_BAND_Q8 else 0
        elif self._same:
            self._same = 0
            self.stuck = 0
        self._peak = peak
        self._level = level
        if peak >= _CLIP_PEAK or self._clips:
            self._count_clips(peak)
        self._hear_hum(level, bands)

    def _count_clips(self, peak):
        clips = self._clips + (_CLIP_WEIGHT if peak >= _CLIP_PEAK else -1)
        self._clips = _CLIP_MOST if clips > _CLIP_MOST else clips
        if clips == 0 or clips >= _CLIP_ON:
            self.clipped = 1 if clips else 0

    def _strongest(self, bands):
        most = 0
        for band in range(self._first, self._first + BANDS):
            if bands[band] > most:
                most = bands[band]
        return most

    def _listen_for_hum(self, level, bands):
        """Blocks of 2 s whose quietest hop is a loud tone below 400 Hz, and nothing was much louder of late."""
        self._loudest = level if level > self._loudest else self._loudest - 2
        if self._in_block == 0 or level < self._lowest:
            self._lowest = level
            # The bands are looked at only where the block can still end as hum: its quietest hop is mostly too quiet.
            self._tonal = 1 if level >= _HUM_LEAST_Q8 and self._is_hum(bands) else 0
        self._in_block += 1
        if self._in_block < _HUM_BLOCK:
            return
        self._in_block = 0
        humming = (
            self._tonal
            and self._lowest >= _HUM_LEAST_Q8
            and self._loudest - self._lowest <= _HUM_BELOW_LOUD_Q8
        )
        self._hum_blocks = min(_HUM_BLOCKS, self._hum_blocks + 1) if humming else 0
        self.hum = 1 if self._hum_blocks == _HUM_BLOCKS else 0

    def _is_hum(self, bands):
        total = low = 0
        for k in range(BANDS):
            power = bands[self._first + k]
            total += power
            if k < _HUM_BANDS and power > low:
                low = power
        return low - total // BANDS >= _HUM_TONAL_Q8

    def narrow(self):
        """How far the bands below 188 Hz lie under 500-1300 Hz while it speaks for itself, Q8 log2."""
        return self.own_low // self.own

    def hear_own(self, bands):
        band = self._first
        low = max(bands[band], bands[band + 1])
        middle = 0
        band += 6
        end = band + 8
        while band < end:
            middle += bands[band]
            band += 1
        self.own += 1
        self.own_low += (middle >> 3) - low
        if self.own >= 4 * _OWN_LOOKS:  # the last few seconds count
            self.own >>= 1
            self.own_low >>= 1


class SoundCheck:
    """Watches both channels. trouble: one of TROUBLES, or "" while the sound can be judged; side: index of the
    channel it is about, None for both; changed: 1 on the hop at which trouble came, changed or went."""

    def __init__(self):
        self.channels = (Channel(CH_MOUTH), Channel(CH_EAR))
        self._counts = [0] * len(HEALTH_CODES)
        self._step = [channel.step for channel in self.channels]
        self.reset()

    def reset(self):
        """The next hop is the first."""
        for channel in self.channels:
            channel.reset()
        self.trouble = ""
        self.side = None
        self.changed = 0
        self._hops = 0
        self._same = 0
        self._well = 0

    def step(self, heard):
        """One hop of sound (see Conversation.step)."""
        turn = self._hops = self._hops + 1
        side = turn & 1
        self._step[side](heard.level[side], heard.peak[side], heard.bands)
        if turn & 3 == 2:
            self._compare(heard.level, heard.bands)
        if turn & 7 == 0:
            self._find_dead()
            self._settle()
        else:
            self.changed = 0

    def values(self, hop):
        """Fields of the HEALTH record for what just changed."""
        code = HEALTH_CODES.index(self.trouble or WELL)
        self._counts[code] += 1
        detail = b"" if self.side is None or not self.trouble else _SIDES[self.side]
        return {"hop": hop, "code": code, "count": self._counts[code], "detail": detail}

    def _compare(self, level, bands):
        """Are the channels one and the same? Whose voice is wide, whose is narrow?"""
        apart = level[0] - level[1]
        if level[0] > _SAME_LEAST_Q8:
            same = abs(apart) <= _SAME_LEVEL_Q8 and self._difference(bands) <= _SAME_BANDS_Q8
            self._same = max(0, min(2 * _SAME_LOOKS, self._same + (1 if same else -4)))
        if apart > _OWN_Q8 and level[0] > _OWN_LEAST_Q8:
            self.channels[0].hear_own(bands)
        elif apart < -_OWN_Q8 and level[1] > _OWN_LEAST_Q8:
            self.channels[1].hear_own(bands)

    def _difference(self, bands):
        total = 0
        band = self._hops >> 2 & 3
        while band < BANDS:
            total += abs(bands[band] - bands[band + BANDS])
            band += 4
        return total

    def _find_dead(self):
        for side in (0, 1):
            here = self.channels[side]
            other = self.channels[1 - side]
            if here.alive >= _ALIVE_LOOKS:
                here.dead = 0
            elif self._hops >= _DEAD_HOPS and other.loud >= _DEAD_LOUD_LOOKS:
                here.dead = 1

    def _settle(self):
        """Tell a trouble, and that it has gone when nothing has been wrong for 2 s."""
        self.changed = 0
        found, side = self._worst()
        if found:
            self._well = 0
            if found != self.trouble:
                self.trouble = found
                self.side = side
                self.changed = 1
        elif self.trouble:
            self._well += 1
            if self._well >= _WELL_LOOKS:
                self.trouble = ""
                self.changed = 1

    def _worst(self):
        mouth, ear = self.channels
        if mouth.stuck or ear.stuck:
            return TROUBLES[0], CH_MOUTH if mouth.stuck else CH_EAR
        if mouth.dead or ear.dead:
            return TROUBLES[1], CH_MOUTH if mouth.dead else CH_EAR
        if self._same >= _SAME_LOOKS:
            return TROUBLES[2], None
        if mouth.clipped or ear.clipped:
            return TROUBLES[3], CH_MOUTH if mouth.clipped else CH_EAR
        if mouth.hum or ear.hum:
            return TROUBLES[4], CH_MOUTH if mouth.hum else CH_EAR
        if self._swapped():
            return TROUBLES[5], None
        return "", None

    def _swapped(self):
        """The telephone's band at the mouth and a wide one at the ear; where both are alike nobody can tell.

        A plain difference is believed sooner: after _LEAST_LOOKS, if it is that much larger.
        """
        mouth, ear = self.channels
        looks = min(mouth.own, ear.own, _OWN_LOOKS)
        if looks < _LEAST_LOOKS:
            return False
        narrower = mouth.narrow() - ear.narrow()
        if self.trouble == TROUBLES[5]:  # once found it stays until the other is plain
            return narrower > 0
        plain = ear.narrow() < _WIDE_Q8 and narrower > _NARROWER_Q8
        return plain and narrower * looks > _NARROWER_Q8 * _OWN_LOOKS
