# Led exercises outside of calls: 4-7-8 breathing, and practice of the clip's words. Core says what is felt and seen and
# when it is over; cueplayer renders it. The motor works in short pulses, so that a call that begins is still heard.
from . import cues
from .params import HOP_MS

BREATHING = "breathing"
PRACTICE = "practice"
_ROUNDS = 4
_PULSE_MS = 120


def _swell(length_ms, step_ms, first, last):
    """(haptic, light) of one breath: pulses and a blue light that grow or shrink from `first` to `last` of 255."""
    haptic = []
    light = []
    steps = length_ms // step_ms
    for k in range(steps):
        level = first + (last - first) * k // (steps - 1)
        haptic += [(_PULSE_MS, level), (step_ms - _PULSE_MS, 0)]
        light.append((step_ms, (0, level // 4, level)))
    return tuple(haptic), tuple(light)


def _breathing():
    """Inhale 4 s swelling, hold 7 s still, exhale 8 s ebbing; four rounds."""
    inhale = _swell(4000, 500, 60, 255)
    exhale = _swell(8000, 1000, 200, 40)
    hold = ((7000, 0),), ((7000, (0, 40, 160)),)
    return tuple((inhale[part] + hold[part] + exhale[part]) * _ROUNDS for part in (0, 1))


def _lesson(kind):
    """One cue, motor and light together, then still until 3.5 s are over."""
    parts = []
    for pattern, still in ((cues.HAPTIC[kind][cues.SOFT], 0), (cues.LIGHT[kind][cues.SOFT], (0, 0, 0))):
        parts.append(pattern + ((3500 - cues.pattern_ms(pattern), still),))
    return parts


def _practice():
    """The three words and the light-only praise, each twice: let them finish, dead air, give a break, well listened."""
    haptic = light = ()
    for kind in (cues.TALK_OVER, cues.DEAD_AIR, cues.MONOLOGUE, cues.POSITIVE):
        lesson = _lesson(kind)
        haptic += lesson[0] * 2
        light += lesson[1] * 2
    return haptic, light


# name: (haptic steps, light steps), of equal length
PATTERNS = {BREATHING: _breathing(), PRACTICE: _practice()}


class Guide:
    """The exercise under way. name: "" when there is none; run: how many were begun; pulse: 1 while its motor runs."""

    def __init__(self):
        self.run = 0
        self.stop()

    def start(self, name):
        """Begin the exercise `name` with the next hop."""
        self.name = name
        self.run += 1
        self._steps = PATTERNS[name][0]
        self._at = 0
        self._left_ms = self._steps[0][0]
        self.pulse = 1 if self._steps[0][1] else 0

    def stop(self):
        """End it, wherever it is."""
        self.name = ""
        self._steps = ()
        self._at = 0
        self._left_ms = 0
        self.pulse = 0

    def step(self):
        """One hop. True if the exercise came to its end."""
        self._left_ms -= HOP_MS
        while self._left_ms <= 0:
            self._at += 1
            if self._at == len(self._steps):
                self.stop()
                return True
            self._left_ms += self._steps[self._at][0]
        self.pulse = 1 if self._steps[self._at][1] else 0
        return False
