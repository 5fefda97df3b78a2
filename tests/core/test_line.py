# The customer has hung up: told from what the ear hears in pauses, and only where it can be known.
from allears_core import records
from allears_core.conversation import Conversation
from allears_core.params import hops
from allears_core.settings import Settings
from support import Lcg

_THRESHOLDS = {"on_q8": [0, 0], "off_q8": [0, 0]}


class Ear:
    """A call heard hop by hop; the line's noise is (level dB, wander dB), None for digital silence."""

    def __init__(self):
        self.records = []
        self.talk = Conversation(Settings(), _THRESHOLDS, self._emit, lambda kind, strength: None)
        self.bands = [2500] * 48
        self.level = [-60 * 256, 0]
        self.peak = [30, 0]
        self._lcg = Lcg(11)

    def _emit(self, layout, values):
        self.records.append((layout.name, layout.unpack(layout.pack(**values))))

    def hear(self, ms, noise, agent=0, customer=0):
        for _ in range(hops(ms)):
            if customer:
                level, peak = -34, 2000
            elif noise is None:
                level, peak = -96, 0
            else:
                level, peak = noise[0] + self._lcg.below(2 * noise[1] + 1) - noise[1], 60
            power = 6000 if customer else 0 if noise is None else 2500
            for band in range(24):
                self.bands[band] = 6500 + self._lcg.below(900) if agent else 2400 + self._lcg.below(300)
                self.bands[band + 24] = power + self._lcg.below(300) if power else 0
            self.level[0] = (-26 if agent else -60) * 256 + self._lcg.below(200)
            self.peak[0] = 3000 + self._lcg.below(100) if agent else 30 + self._lcg.below(9)
            self.level[1] = level * 256
            self.peak[1] = peak
            self.talk.step([1024 if agent else -1024, 1024 if customer else -1024, -1024], self.level, self)
        return self

    def conversation(self, noise):
        for _ in range(3):
            self.hear(2500, noise, agent=1).hear(1200, noise).hear(2500, noise, customer=1).hear(1200, noise)
        return self

    def ended(self):
        """How each call ended, and ms from its last word to the moment this was known."""
        return [records.CALL_ENDS[values["ended_by"]] for name, values in self.records if name == "CALL"]

    def cues(self):
        return [records.CUE_KINDS[values["kind"]] for name, values in self.records if name == "CUE"]

    def dead_air(self):
        kind = records.EVENT_KINDS.index("dead-air")
        return [v["duration_hops"] for name, v in self.records if name == "EVENT" and v["kind"] == kind]


def test_a_line_that_falls_silent_ends_the_call_early_and_without_a_cue():
    ear = Ear().conversation((-55, 1)).hear(9500, None)
    assert ear.ended() == ["line"]
    assert ear.cues() == [] and ear.dead_air() == []


def test_noise_that_falls_by_much_is_a_closed_line_too():
    ear = Ear().conversation((-50, 1)).hear(9500, (-70, 1))
    assert ear.ended() == ["line"]
    assert ear.cues() == []


def test_a_line_that_stays_open_is_dead_air_and_ends_after_half_a_minute():
    ear = Ear().conversation((-55, 1)).hear(28000, (-55, 1))
    assert ear.ended() == [] and ear.cues() == ["dead-air"]
    ear.hear(3000, (-55, 1))
    assert ear.ended() == ["silence"]


def test_a_gated_line_tells_nothing():
    ear = Ear().conversation(None).hear(28000, None)
    assert ear.ended() == [] and ear.cues() == ["dead-air"]


def test_noise_that_wanders_tells_nothing_by_its_level():
    ear = Ear().conversation((-50, 9)).hear(20000, (-61, 2))
    assert ear.ended() == [] and ear.cues() == ["dead-air"]


def test_who_speaks_again_in_time_is_in_the_same_call():
    ear = Ear().conversation((-55, 1)).hear(6300, None).hear(3000, (-55, 1), customer=1).hear(32000, (-55, 1))
    assert len(ear.ended()) == 1
    assert len(ear.dead_air()) == 1  # it was no hang-up after all


def test_a_recording_that_ends_says_so():
    ear = Ear().conversation((-55, 1))
    ear.talk.finish()
    assert ear.ended() == ["sound"]


def test_ringing_before_a_call_opens_none():
    ear = Ear().hear(1000, (-55, 1))
    for _ in range(4):
        for k in range(hops(1000)):  # the detector takes some of it for speech
            ear.level[1] = -36 * 256
            ear.peak[1] = 2000
            for band in range(24):
                ear.bands[band + 24] = 6500 if band in (6, 7, 8) else 5200
            ear.talk.step([-1024, 1024 if k % 12 == 0 else -1024, -1024], ear.level, ear)
        ear.hear(4000, (-55, 1))
    assert not ear.talk.in_call
    states = [records.STATES[values["state"]] for name, values in ear.records]
    assert states in ([], ["talk", "ready"]), states
    ear.conversation((-55, 1)).talk.finish()
    assert [values["call"] for name, values in ear.records if name == "CALL"] == [1]
