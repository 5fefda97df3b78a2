# Every threshold that can change an event or a cue, with unit, range and default: the one table that the
# clip obeys, the host validates against and the docs are rendered from. Values are integers.
from .compat import crc32
from .errors import BAD_VALUE, CoreError

PROFILES = ("service", "pull", "push", "haptic-only", "led-only", "log-only")

# (id, key, default, lowest, highest, unit, since, meaning); ids are for ever, they stand in logs.
TABLE = (
    (1, "profile", 0, 0, len(PROFILES) - 1, "index", 1, "cue profile: " + ", ".join(PROFILES)),
    (2, "bridge_ms", 180, 0, 500, "ms", 1, "own gaps up to this are bridged into one burst"),
    (3, "min_burst_ms", 120, 16, 500, "ms", 1, "bursts shorter than this are dropped"),
    (4, "turn_gap_ms", 1000, 300, 3000, "ms", 1, "an own gap this long ends a turn"),
    (5, "network_delay_ms", 100, 0, 1000, "ms", 1, "allowance for one-way network delay (d)"),
    (6, "early_answer_ms", 500, 100, 2000, "ms", 1, "customer stops within this + d: early answer"),
    (7, "ack_max_ms", 1000, 200, 2000, "ms", 1, "longest acknowledgement"),
    (8, "floor_min_ms", 1000, 200, 5000, "ms", 1, "floor held this long before a talk-over"),
    (9, "mutual_ms", 2000, 1000, 10000, "ms", 1, "overlap beyond this is mutual"),
    (10, "talk_over_cue_ms", 800, 500, 3000, "ms", 1, "joint speech before the talk-over cue"),
    (11, "dead_air_soft_ms", 6000, 2000, 30000, "ms", 1, "joint silence before the soft dead-air cue"),
    (12, "dead_air_firm_ms", 10000, 4000, 60000, "ms", 1, "joint silence before the firm dead-air cue"),
    (13, "monologue_ms", 60000, 10000, 300000, "ms", 1, "agent's talk before the monologue cue"),
    (14, "monologue_pause_ms", 2000, 500, 10000, "ms", 1, "an own pause this long ends a monologue"),
    (15, "monologue_answer_ms", 1000, 200, 5000, "ms", 1, "a longer customer burst ends a monologue"),
    (16, "share_window_s", 180, 30, 600, "s", 1, "window of the rolling talk share"),
    (17, "share_min_speech_s", 60, 10, 300, "s", 1, "speech in the window before the share is judged"),
    (18, "share_limit_pct", 65, 30, 95, "%", 1, "agent's talk share above this gives a cue"),
    (19, "cues_per_hour", 6, 0, 60, "1/h", 1, "cue budget an hour"),
    (20, "cue_spacing_ms", 45000, 0, 600000, "ms", 1, "least time between two cues"),
    (21, "cues_per_kind", 2, 0, 20, "1/call", 1, "cues of one kind a call"),
    (22, "cue_stale_ms", 2000, 500, 10000, "ms", 1, "a cue not begun by then is dropped"),
    (23, "positive_turns", 3, 1, 20, "turns", 1, "customer turns left whole for the positive cue"),
    (24, "positive_turn_ms", 10000, 3000, 60000, "ms", 1, "shortest customer turn that counts for it"),
    (25, "call_end_ms", 30000, 10000, 120000, "ms", 1, "joint silence that ends a call"),
    (26, "loud_rise_db", 9, 3, 30, "dB", 1, "customer's level above the call's own start"),
    (27, "loud_hold_ms", 1000, 200, 5000, "ms", 1, "for how long before it is an event"),
    (28, "motor_tail_ms", 48, 0, 500, "ms", 1, "detectors stay blanked after the motor stops"),
    (29, "wrong_cue_ms", 10000, 2000, 60000, "ms", 1, "a press this soon after a cue contests it"),
    (30, "hard_call_ms", 30000, 0, 120000, "ms", 1, "a press this soon after a call marks it hard"),
    (31, "snooze_min", 15, 1, 120, "min", 1, "length of a snooze"),
    (32, "light_level", 24, 0, 255, "of 255", 1, "brightness of the light"),
    (33, "haptic_level", 200, 0, 255, "of 255", 1, "strength of the motor"),
    (34, "same_onset_ms", 200, 50, 500, "ms", 1, "turns that begin this close begin together"),
    (35, "line_end_ms", 8000, 3000, 60000, "ms", 1, "joint silence that ends a call once its line is dead"),
    (36, "retention_days", 14, 1, 90, "d", 1, "the clip's log keeps records for this long, read or not"),
)

BY_KEY = {row[1]: row for row in TABLE}
BY_ID = {row[0]: row for row in TABLE}

# What a profile changes against the defaults; every other value stays as set.
PROFILE_VALUES = {
    "pull": (("monologue_ms", 30000), ("share_limit_pct", 50)),
    # The agent is to explain and lead: more talk is right, silence is not.
    "push": (("monologue_ms", 90000), ("share_limit_pct", 75)),
}


def check(key, value):
    """The value as int; CoreError(BAD_VALUE) for an unknown key or a value outside the row's range."""
    row = BY_KEY.get(key)
    if row is None:
        raise CoreError(BAD_VALUE, "there is no setting %s" % key)
    if not isinstance(value, int) or not row[3] <= value <= row[4]:
        raise CoreError(
            BAD_VALUE, "%s must be a whole number from %d to %d %s" % (key, row[3], row[4], row[5])
        )
    return int(value)


class Settings:
    """The settings in force: attribute access by key, e.g. settings.bridge_ms."""

    def __init__(self, values=None):
        for row in TABLE:
            setattr(self, row[1], row[2])
        if values:
            self.update(values)

    def update(self, values):
        """Set all of `values` (key to int) or, where one of them is refused, none.

        A change of profile first sets what that profile changes; keys given beside it win.
        """
        checked = {}
        for key, value in values.items():
            checked[key] = check(key, value)
        if "profile" in checked:
            for key, value in PROFILE_VALUES.get(PROFILES[checked["profile"]], ()):
                checked.setdefault(key, value)
        for key, value in checked.items():
            setattr(self, key, value)

    def values(self):
        """List of (id, value) in table order."""
        return [(row[0], getattr(self, row[1])) for row in TABLE]

    def changed(self):
        """Dictionary key to value of all that differs from the defaults."""
        return {row[1]: getattr(self, row[1]) for row in TABLE if getattr(self, row[1]) != row[2]}

    def crc(self):
        """CRC-32 over (id, value) pairs: two equal numbers mean equal settings."""
        text = ";".join("%d=%d" % pair for pair in self.values())
        return crc32(text.encode())

    @property
    def profile_name(self):
        return PROFILES[self.profile]
