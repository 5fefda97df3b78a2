# Cues: their signals (haptic, light) and the budget that keeps them few. cueplayer only renders what stands here.
from .params import HOP_MS, hops, hops_up
from .records import CUE_KINDS, CUE_STRENGTHS, SUPPRESSIONS
from .settings import PROFILES

TALK_OVER = CUE_KINDS.index("talk-over")
DEAD_AIR = CUE_KINDS.index("dead-air")
MONOLOGUE = CUE_KINDS.index("monologue")
TALK_SHARE = CUE_KINDS.index("talk-share")
POSITIVE = CUE_KINDS.index("positive")
SOFT = CUE_STRENGTHS.index("soft")
FIRM = CUE_STRENGTHS.index("firm")
SHOWN = SUPPRESSIONS.index("")
BY_BUDGET = SUPPRESSIONS.index("budget")
BY_STALE = SUPPRESSIONS.index("stale")
BY_PROFILE = SUPPRESSIONS.index("profile")
BY_SNOOZE = SUPPRESSIONS.index("snooze")
BY_SOUND = SUPPRESSIONS.index("sound")
HAPTIC_ONLY = PROFILES.index("haptic-only")
LED_ONLY = PROFILES.index("led-only")
LOG_ONLY = PROFILES.index("log-only")

# Haptic words: (ms, strength 0-255 of the haptic_level setting). What is under about 30 ms is felt as a tap; the
# talk-over word stays within 250 ms; three words are learnable (sources: docs/conversation.md).
_SHORT_SHORT = ((90, 255), (70, 0), (90, 255))
_SWELL = ((250, 90), (250, 160), (200, 255))
_FIRM_SWELL = ((250, 120), (300, 200), (350, 255))
_TRIPLE = ((120, 255), (100, 0), (120, 255), (100, 0), (120, 255))
HAPTIC = (
    (_SHORT_SHORT, _SHORT_SHORT),
    (_SWELL, _FIRM_SWELL),
    (_TRIPLE, _TRIPLE),
    (_TRIPLE, _TRIPLE),
    ((), ()),
)

# Light: (ms, (red, green, blue)) scaled by light_level. Blue and orange, never red against green, and each
# kind has its own rhythm, so that colour alone never carries the meaning.
_ORANGE = (255, 110, 0)
_BLUE = (0, 60, 255)
_WHITE = (180, 180, 180)
_DARK = (0, 0, 0)
_BLINK_2 = ((150, _ORANGE), (120, _DARK), (150, _ORANGE))
_GLOW = ((1500, _BLUE),)
_PULSE_2 = ((700, _BLUE), (200, _DARK), (700, _BLUE))
_BLINK_3 = ((250, _ORANGE), (200, _DARK), (250, _ORANGE), (200, _DARK), (250, _ORANGE))
_BLINK_3_WHITE = ((250, _WHITE), (200, _DARK), (250, _WHITE), (200, _DARK), (250, _WHITE))
_LONG_GLOW = ((400, _BLUE), (200, _WHITE), (1400, _BLUE))
LIGHT = (
    (_BLINK_2, _BLINK_2),
    (_GLOW, _PULSE_2),
    (_BLINK_3, _BLINK_3),
    (_BLINK_3_WHITE, _BLINK_3_WHITE),
    (_LONG_GLOW, _LONG_GLOW),
)
# Answers to the button and to the host, by light only.
CONFIRM = {
    "contested": ((80, _WHITE), (80, _DARK), (80, _WHITE)),
    "hard-call": ((600, _WHITE),),
    "acw": ((200, _BLUE), (100, _DARK), (200, _BLUE)),
    "ready": ((400, _BLUE),),
    "breathing": ((600, _BLUE),),
    "practice": ((150, _WHITE), (100, _DARK), (150, _WHITE), (100, _DARK), (400, _BLUE)),
    "snooze": ((200, _WHITE), (100, _DARK), (400, _BLUE)),
    "pause": ((300, _ORANGE), (150, _DARK), (300, _ORANGE), (150, _DARK), (300, _ORANGE)),
    "resume": ((500, _BLUE),),
    "shift-start": ((250, _BLUE), (100, _DARK), (250, _BLUE), (100, _DARK), (250, _BLUE)),
    "shift-end": ((900, _ORANGE),),
    "identify": ((250, _WHITE), (250, _DARK)),
}
# What goes on being shown while the clip cannot judge: as many blinks as the trouble's place in this list, or a
# pattern of its own. Names: NO_JUDGEMENT (no weights, no microphones), then soundcheck.TROUBLES.
NO_JUDGEMENT = "no-judgement"
_ON = (100, _ORANGE)
_OFF = (200, _DARK)
_REST = (2500, _DARK)
_FLASH = (60, _WHITE)
_GAP = (60, _DARK)
TROUBLE = {
    NO_JUDGEMENT: ((100, _ORANGE), (900, _DARK)),
    "microphone-dead": (_ON, _REST),
    "channel-stuck": (_ON, _OFF, _ON, _REST),
    "channels-identical": (_ON, _OFF, _ON, _OFF, _ON, _REST),
    "clipping": (_FLASH, _GAP, _FLASH, _GAP, _FLASH, _GAP, _FLASH, _REST),
    "hum": ((1500, _ORANGE), _REST),
    "microphones-swapped": ((600, _ORANGE), (600, _BLUE), _REST),
}


def pattern_ms(pattern):
    """Length of a haptic or light pattern, ms."""
    return sum(step[0] for step in pattern)


def haptic_allowed(profile):
    """True if the profile uses the motor."""
    return profile not in (LED_ONLY, LOG_ONLY)


def light_allowed(profile):
    """True if the profile uses the light for cues."""
    return profile not in (HAPTIC_ONLY, LOG_ONLY)


def exercise_uses(profile):
    """(motor, light) for breathing and practice: what the profile uses for cues; both where it uses neither, because
    the agent asked for it."""
    if profile == LOG_ONLY:
        return True, True
    return haptic_allowed(profile), light_allowed(profile)


def can_show(profile, kind):
    """True if the profile leaves the kind any signal at all."""
    return light_allowed(profile) or (haptic_allowed(profile) and bool(HAPTIC[kind][SOFT]))


class Budget:
    """Decides whether a cue may be shown. Suppressed cues cost nothing."""

    def __init__(self, settings):
        self._settings = settings
        self._hour = hops(3600 * 1000)
        self._shown = []  # hops of the newest shown cues, oldest first, at most cues_per_hour
        self._kinds = [0] * len(CUE_KINDS)
        self._snooze_until = -1

    def new_call(self):
        for kind in range(len(CUE_KINDS)):
            self._kinds[kind] = 0

    def snooze(self, hop):
        """No cue from `hop` on for snooze_min minutes."""
        self._snooze_until = hop + hops(self._settings.snooze_min * 60 * 1000)

    def judge(self, kind, hop, behind_hops, trouble=""):
        """Index into SUPPRESSIONS for a cue decided at `hop`; SHOWN spends from the budget.

        behind_hops: hops of sound that wait unjudged: a cue that would come too late is stale.
        trouble: what is wrong with the sound (soundcheck.py): nothing is said about what cannot be judged.
        """
        reason = BY_SOUND if trouble else self._reason(kind, hop, behind_hops)
        if reason == SHOWN:
            self._kinds[kind] += 1
            self._shown.append(hop)
        return reason

    def _reason(self, kind, hop, behind_hops):
        settings = self._settings
        if not can_show(settings.profile, kind):
            return BY_PROFILE
        if hop < self._snooze_until:
            return BY_SNOOZE
        if behind_hops * HOP_MS > settings.cue_stale_ms:
            return BY_STALE
        self._shown = [at for at in self._shown if hop - at < self._hour]
        spaced = not self._shown or hop - self._shown[-1] >= hops_up(settings.cue_spacing_ms)
        if (
            spaced
            and len(self._shown) < settings.cues_per_hour
            and self._kinds[kind] < settings.cues_per_kind
        ):
            return SHOWN
        return BY_BUDGET
