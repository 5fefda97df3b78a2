# Renders the patterns of core.cues on the light and the motor, step by step as time passes; it decides nothing.
from allears_core import cues, guide
from allears_core.compat import ticks_diff

_FULL = 255
_DARK = (0, 0, 0)


class Track:
    """One pattern in progress. Each call of step() yields the value that holds now; None while idle.

    pattern: the one in progress, () while idle.
    """

    def __init__(self):
        self.pattern = ()
        self._index = -1
        self._since = 0
        self._loop = False

    def start(self, pattern, loop=False):
        """Begin `pattern`, tuples of (ms, value), with the next step; what was running is cut off."""
        self.pattern = pattern
        self._index = -1
        self._loop = loop

    def stop(self):
        self.pattern = ()

    def step(self, ms):
        if not self.pattern:
            return None
        if self._index < 0:
            self._index = 0
            self._since = ms
        while ticks_diff(ms, self._since) >= self.pattern[self._index][0]:
            self._since += self.pattern[self._index][0]
            self._index += 1
            if self._index == len(self.pattern):
                if not self._loop:
                    self.pattern = ()
                    return None
                self._index = 0
                self._since = ms
        return self.pattern[self._index][1]


class CuePlayer:
    """light, haptic: the board's. settings: brightness, strength and profile are read when a step is shown.

    busy: something is shown, or about to be; else there is nothing to tick for, as at most hops.
    """

    def __init__(self, light, haptic, settings):
        self._light = light
        self._haptic = haptic
        self._settings = settings
        self._words = Track()
        self._signals = Track()
        self._exercises = Track()
        self._exercise = ""
        self._run = 0
        self._background = Track()  # identify and trouble go on until told otherwise
        self._tracks = (self._words, self._signals, self._exercises, self._background)
        self._background_ends = None
        self._trouble = ""
        self._shown = None
        self._felt = 0
        self.busy = True

    def cue(self, kind, strength):
        """Show a cue: indices into records.CUE_KINDS and CUE_STRENGTHS."""
        self.busy = True
        profile = self._settings.profile
        if cues.light_allowed(profile):
            self._signals.start(cues.LIGHT[kind][strength])
        if cues.haptic_allowed(profile):
            self._words.start(cues.HAPTIC[kind][strength])

    def confirm(self, name):
        """Show the answer `name` of cues.CONFIRM, by light only."""
        self.busy = True
        self._signals.start(cues.CONFIRM[name])

    def exercise(self, name, run):
        """Render the exercise `name` of guide.PATTERNS, "" to end the one under way; run: a number of its own."""
        if name == self._exercise and run == self._run:
            return
        self._exercise = name
        self._run = run
        self.busy = True
        motor, light = cues.exercise_uses(self._settings.profile)
        haptic, colours = guide.PATTERNS[name] if name else ((), ())
        self._words.start(haptic if motor else ())
        self._exercises.start(colours if light else ())

    def identify(self, seconds, ms):
        """Blink for `seconds`, so that a person finds this clip among many."""
        self.busy = True
        self._background.start(cues.CONFIRM["identify"], loop=True)
        self._background_ends = ms + 1000 * seconds

    def trouble(self, name=cues.NO_JUDGEMENT):
        """From now on tell why the clip cannot judge: `name` of cues.TROUBLE, "" once it can again.

        What keeps the clip from judging at all is not talked over by what is wrong with the sound.
        """
        if name == self._trouble or self._trouble == cues.NO_JUDGEMENT:
            return
        self._trouble = name
        if self._background_ends is None:
            self._show_trouble()

    def _show_trouble(self):
        self.busy = True
        if self._trouble:
            self._background.start(cues.TROUBLE[self._trouble], loop=True)
        else:
            self._background.stop()

    def off(self):
        """Everything dark and still."""
        for track in self._tracks:
            track.stop()
        self._set_light(_DARK)
        self._set_haptic(0)

    def tick(self, ms):
        """Bring light and motor to where their patterns are at `ms`; call it every hop or so while busy."""
        self._end_background(ms)
        self._set_haptic(self._words.step(ms) or 0)
        background = self._background.step(ms)
        exercise = self._exercises.step(ms)
        self._set_light(self._signals.step(ms) or exercise or background or _DARK)
        self.busy = self._background_ends is not None
        for track in self._tracks:  # not any(): its generator would come from the heap, at every hop
            if track.pattern:
                self.busy = True

    def _end_background(self, ms):
        if self._background_ends is not None and ticks_diff(ms, self._background_ends) >= 0:
            self._background_ends = None
            self._show_trouble()

    def _set_light(self, colour):
        if colour is self._shown:
            return
        self._shown = colour
        level = self._settings.light_level
        self._light.set(colour[0] * level // _FULL, colour[1] * level // _FULL, colour[2] * level // _FULL)

    def _set_haptic(self, strength):
        if strength != self._felt:
            self._felt = strength
            self._haptic.set(strength * self._settings.haptic_level // _FULL)
