# Hold told from dead air, on made sounds: band powers and levels as a quiet call, a noisy line and music have them.
from allears_core import records
from allears_core.conversation import Conversation
from allears_core.params import hops
from allears_core.settings import Settings
from support import THRESHOLDS, Lcg

_NOISE = 3000  # band power of the line's noise, log2 Q8
_SPEECH = 6500
_SPEECH_DB = -34
_NOISE_DB = -60


class Line:
    """A conversation fed with sounds at the ear; `bands`, `level` and `peak` are what the feature kernel would fill."""

    def __init__(self):
        self.records = []
        self.talk = Conversation(Settings(), THRESHOLDS, self._emit, lambda kind, strength: None)
        self.bands = [_NOISE] * 48
        self.level = [-60 * 256, _NOISE_DB * 256]
        self.peak = [40, 40]
        self._lcg = Lcg(7)

    def _emit(self, layout, values):
        self.records.append((layout.name, layout.unpack(layout.pack(**values))))

    def hop(self, ear=_NOISE, ear_db=_NOISE_DB, mouth=_NOISE, mouth_db=-60, agent=0, customer=0, swing=200):
        """One hop; `swing`: how far a band wanders."""
        for band in range(48):
            base = mouth if band < 24 else ear
            self.bands[band] = max(0, base + self._lcg.below(2 * swing + 1) - swing)
        self.level[0] = mouth_db * 256
        self.level[1] = ear_db * 256
        self.talk.step([1024 if agent else -1024, 1024 if customer else -1024, -1024], self.level, self)

    def quiet(self, ms, ear=_NOISE, ear_db=_NOISE_DB):
        for _ in range(hops(ms)):
            self.hop(ear, ear_db)

    def customer(self, ms):
        for _ in range(hops(ms)):
            self.hop(_SPEECH, _SPEECH_DB, customer=1, swing=1200)

    def agent(self, ms, leak_db=_NOISE_DB):
        for _ in range(hops(ms)):
            self.hop(_SPEECH - 800, leak_db, _SPEECH, -26, agent=1, swing=1200)

    def music(self, ms, taken=0):
        """Music as loud as the customer; every `taken`-th hop is taken for speech."""
        for k in range(hops(ms)):
            soft = k % 31 < 6
            self.hop(
                _SPEECH - 1500 * soft,
                _SPEECH_DB - 4 - 6 * soft,
                customer=1 if taken and k % taken == 0 else 0,
                swing=900,
            )

    def ringing(self, times):
        """Ringing: 1 s of tone, 4 s of pause."""
        for _ in range(times):
            for _ in range(hops(1000)):
                self.hop(_SPEECH, _SPEECH_DB, swing=60)
            self.quiet(4000)

    def opening(self):
        self.quiet(500)
        self.agent(3000)
        self.quiet(300)
        self.customer(4000)
        self.quiet(300)
        self.agent(2000)
        return self

    def closing(self):
        self.quiet(400)
        self.agent(2000)
        self.quiet(300)
        self.customer(2000)
        self.talk.finish()
        return self

    def values(self, name):
        return [values for found, values in self.records if found == name]

    def dead_air(self):
        """(length in hops, doubts) of each."""
        kind = records.EVENT_KINDS.index("dead-air")
        return [(v["duration_hops"], v["doubts"]) for v in self.values("EVENT") if v["kind"] == kind]

    def cues(self):
        return [records.CUE_KINDS[v["kind"]] for v in self.values("CUE")]

    def states(self):
        return [records.STATES[v["state"]] for v in self.values("STATE")]

    def hold_ms(self):
        return [v["hold_hops"] * 16 for v in self.values("CALL")]


def test_music_is_hold_and_not_dead_air():
    line = Line().opening()
    line.quiet(800)
    line.music(25000)
    line.closing()
    assert line.dead_air() == []
    assert line.cues() == []
    assert line.states() == ["talk", "hold", "talk", "ready"]
    assert 23000 <= line.hold_ms()[0] <= 26000, line.hold_ms()


def test_music_taken_for_speech_now_and_then_is_still_hold():
    line = Line().opening()
    line.quiet(800)
    line.music(25000, taken=9)
    line.closing()
    assert line.dead_air() == []
    assert line.states() == ["talk", "hold", "talk", "ready"]
    turns = [v["customer_turns"] for v in line.values("CALL")]
    assert turns[0] <= 3, turns


def test_hold_longer_than_the_silence_that_ends_a_call():
    line = Line().opening()
    line.music(70000)
    line.closing()
    assert len(line.values("CALL")) == 1
    assert line.hold_ms()[0] > 60000


def test_ringing_is_hold_through_its_pauses():
    line = Line().opening()
    line.quiet(1000)
    line.ringing(6)
    line.closing()
    assert line.dead_air() == []
    assert "hold" in line.states()


def test_a_quiet_line_is_dead_air():
    line = Line().opening()
    line.quiet(8000)
    line.closing()
    assert [length * 16 // 1000 for length, doubts in line.dead_air()] == [8]
    assert line.dead_air()[0][1] == 0
    assert line.cues() == ["dead-air"]
    assert "hold" not in line.states()


def test_a_noisy_line_is_dead_air():
    # Steady noise 14 dB below the customer all through the call.
    line = Line()
    line.quiet(4000, _SPEECH - 1200, _SPEECH_DB - 14)
    line.customer(5000)
    line.quiet(9000, _SPEECH - 1200, _SPEECH_DB - 14)
    line.closing()
    assert len(line.dead_air()) == 1
    assert "hold" not in line.states()


def test_a_line_that_opens_with_comfort_noise_is_not_hold():
    line = Line()
    line.quiet(2000, 0, -96)
    line.opening()
    line.quiet(7000, _NOISE + 500, _NOISE_DB + 6)
    line.closing()
    assert len(line.dead_air()) == 1
    assert "hold" not in line.states()


def test_the_agent_at_the_ear_is_not_hold():
    line = Line().opening()
    for _ in range(6):
        line.agent(3000, leak_db=_SPEECH_DB + 2)
        line.quiet(700)
    line.closing()
    assert "hold" not in line.states()


def test_a_noisy_room_heard_by_both_is_not_hold():
    line = Line().opening()
    for _ in range(hops(7000)):
        line.hop(_NOISE + 900, _NOISE_DB + 9, _NOISE + 2200, -42, swing=500)
    line.closing()
    assert len(line.dead_air()) == 1
    assert "hold" not in line.states()


def test_silence_after_hold_is_dead_air_from_the_end_of_the_music():
    line = Line().opening()
    line.quiet(800)
    line.music(12000)
    end = line.talk.hop
    line.quiet(9000)
    line.closing()
    found = line.dead_air()
    assert len(found) == 1
    assert abs(found[0][0] * 16 - 9400) < 600, found
    kind = records.EVENT_KINDS.index("dead-air")
    onset = [v["onset_hop"] for v in line.values("EVENT") if v["kind"] == kind][0]
    assert abs(onset - end) < 20, (onset, end)


def test_silence_before_hold_is_dead_air_up_to_the_music():
    line = Line().opening()
    line.quiet(8000)
    line.music(12000)
    line.closing()
    found = line.dead_air()
    assert len(found) == 1
    assert abs(found[0][0] * 16 - 8000) < 400, found


def test_the_customer_comes_back_out_of_the_music():
    line = Line().opening()
    line.quiet(500)
    line.music(12000)
    line.customer(6000)
    line.quiet(300)
    line.closing()
    assert line.states() == ["talk", "hold", "talk", "ready"]
    spoken = line.values("CALL")[0]["customer_hops"] * 16
    assert 4000 + 5000 + 2000 <= spoken <= 4000 + 6300 + 2300, spoken
