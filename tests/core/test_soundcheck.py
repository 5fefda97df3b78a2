# Sound that cannot be judged is told within 10 s, stays told, and is taken back; sound that can be is left alone.
from allears_core import cues, records, soundcheck
from allears_core.conversation import Conversation
from allears_core.params import hops
from allears_core.settings import Settings
from support import THRESHOLDS, Lcg

_WIDE = [6000] * 24
_NARROW = [4300, 4600] + [6000] * 22
_FAINT = [1500] * 24


class Ears:
    """Two channels of made sound. Each hop gives both as (level dB, peak, 24 bands)."""

    def __init__(self):
        self.told = []
        self.cues = []
        self.talk = Conversation(Settings(), THRESHOLDS, self._emit, lambda kind, strength: None)
        self.bands = [0] * 48
        self.level = [0, 0]
        self.peak = [0, 0]
        self._lcg = Lcg(3)

    def _emit(self, layout, values):
        read = layout.unpack(layout.pack(**values))
        if layout.name == "HEALTH":
            code = records.HEALTH_CODES[read["code"]]
            self.told.append((read["hop"] * 16, code, read["detail"].decode()))
        elif layout.name == "CUE":
            self.cues.append(records.SUPPRESSIONS[read["suppressed"]])

    def hop(self, mouth, ear, agent=0, customer=0):
        for side, (level_db, peak, bands) in enumerate((mouth, ear)):
            self.level[side] = level_db * 256
            self.peak[side] = peak
            self.bands[24 * side : 24 * side + 24] = bands
        self.talk.step([1024 if agent else -1024, 1024 if customer else -1024, -1024], self.level, self)

    def voice(self, db, bands=_WIDE):
        """A hop of lively sound about `db`."""
        up = self._lcg.below(17) - 8
        rough = [max(0, band + 85 * up + self._lcg.below(600) - 300) for band in bands]
        return (db + up, 300 + self._lcg.below(3000), rough)

    def quiet(self):
        return (
            -60 + self._lcg.below(4),
            20 + self._lcg.below(20),
            [2000 + self._lcg.below(500) for _ in range(24)],
        )

    def call(self, seconds, mouth=None, ear=None, at_mouth=_WIDE, at_ear=_NARROW):
        """Turns of 1.6 s; mouth, ear: functions of the honest channel's hop that spoil it."""
        for k in range(hops(seconds * 1000)):
            agent = (k // 100) % 2
            here = self.voice(-28, at_mouth) if agent else self.quiet()
            there = self.quiet() if agent else self.voice(-36, at_ear)
            self.hop(mouth(here) if mouth else here, ear(there) if ear else there, agent, 1 - agent)
        return self

    def codes(self):
        return [code for _, code, _ in self.told]


def silent(hop):
    return (-96, 0, [0] * 24)


def last_bit(hop):
    return (-90 + hop[1] % 3, 1, [600] * 24)


def constant(hop):
    return (-20, 3276, [300] * 24)


def clipped(hop):
    level, peak, bands = hop
    return (level, 32767, bands) if level > -40 else hop


def hum(hop):
    return (-24, 3000, [4000, 8000, 6000] + [1000] * 21)


def test_honest_sound_is_left_alone():
    ears = Ears().call(60)
    assert ears.told == []
    assert ears.talk.trouble == ""


def test_each_trouble_is_told_within_ten_seconds():
    for spoil, code in (
        (silent, "microphone-dead"),
        (last_bit, "microphone-dead"),
        (constant, "channel-stuck"),
        (clipped, "clipping"),
        (hum, "hum"),
    ):
        for side in ("mouth", "ear"):
            ears = Ears().call(12, **{side: spoil})
            at_ms, told, where = ears.told[0]
            assert (told, where) == (code, side), (code, side, ears.told)
            assert at_ms <= 10000
            assert ears.talk.trouble == code
            assert code in cues.TROUBLE


def test_identical_channels():
    ears = Ears()
    for _ in range(hops(10000)):
        both = ears.voice(-30)
        ears.hop(both, both, 1, 1)
    assert ears.codes() == ["channels-identical"]
    assert ears.told[0][0] <= 10000


def test_swapped_microphones():
    ears = Ears().call(20, at_mouth=_NARROW, at_ear=_WIDE)
    assert ears.codes() == ["microphones-swapped"]
    assert ears.told[0][0] <= 10000


def test_two_narrow_channels_are_not_swapped():
    assert Ears().call(30, at_mouth=_NARROW, at_ear=_NARROW).told == []


def test_a_gated_side_that_has_been_heard_is_not_dead():
    ears = Ears().call(5)
    assert ears.call(60, mouth=silent).told == []


def test_it_is_told_when_the_sound_is_well_again():
    ears = Ears().call(12, ear=silent)
    ears.call(5)
    assert ears.codes() == ["microphone-dead", "sound-well"]
    assert ears.talk.trouble == ""
    counts = Ears().call(12, ear=silent).call(5).call(3)
    assert counts.codes() == ["microphone-dead", "sound-well"]


def test_no_cue_on_what_cannot_be_judged():
    ears = Ears().call(12, mouth=constant)
    for _ in range(hops(8000)):
        ears.hop(constant(None), ears.quiet())
    assert ears.cues == ["sound"]
    ears.call(20)
    for _ in range(hops(8000)):
        ears.hop(ears.quiet(), ears.quiet())
    assert ears.cues == ["sound", ""]


def test_every_trouble_has_its_own_light_and_its_own_rhythm():
    names = soundcheck.TROUBLES + (cues.NO_JUDGEMENT,)
    rhythms = [tuple((step[0], step[1] == (0, 0, 0)) for step in cues.TROUBLE[name]) for name in names]
    assert len(set(rhythms)) == len(names)
    assert sorted(cues.TROUBLE) == sorted(names)
