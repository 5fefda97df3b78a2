# The log's records: tables, packing, and reading a stretch of log that may be damaged.
# A record: MAGIC, type, payload length, boot id, sequence, milliseconds, payload, CRC-32 of all before it.
from .compat import crc32
from .fields import NONE_U32, Layout

MAGIC = 0xA5
MAX_PAYLOAD = 255

# Streams: events belong to the agent, summaries to the lead. Each has its own sequence.
EVENTS = 0
SUMMARIES = 1
STREAMS = ("events", "summaries")

# Event kinds and subtypes (design: conversation).
EVENT_KINDS = (
    "simultaneous-start",
    "acknowledgement",
    "early-answer",
    "talk-over",
    "overlap-other",
    "dead-air",
    "monologue",
    "loud-customer",
)
DOUBTS = ("hold", "sound")  # bit 0 first: perhaps it was hold; the sound could not be judged
CALL_ENDS = ("silence", "line", "sound")  # long silence; the line went dead; nothing more was heard
SUBTYPES = ("", "mutual", "floor-taken", "attempt")
FLOORS = ("none", "agent", "customer")
CUE_KINDS = ("talk-over", "dead-air", "monologue", "talk-share", "positive")
CUE_STRENGTHS = ("soft", "firm")
SUPPRESSIONS = ("", "budget", "stale", "profile", "snooze", "sound")
CUE_NOTES = ("withdrawn", "contested", "firm")
STATES = ("off", "ready", "talk", "hold", "acw", "break", "pause", "other")
STATE_SOURCES = ("sound", "button", "host", "capture")
MARKS = ("hard-call", "shift-start", "shift-end", "snooze", "breathing", "practice")
RESET_CAUSES = ("power-on", "watchdog", "soft", "brown-out", "crash", "update", "unknown")
HEALTH_CODES = (
    "overrun",
    "log-full",
    "torn-tail",
    "weights-refused",
    "microphone-dead",
    "watchdog",
    "exception",
    "battery-low",
    "motor-blanking",
    "channel-stuck",
    "channels-identical",
    "clipping",
    "hum",
    "microphones-swapped",
    "sound-well",
    "crash",
    "safe-state",
    "update",
    "erased",
    "keys",
)

HEADER = Layout(
    MAGIC,
    "HEADER",
    (
        ("magic", "u8", "0xA5", 1),
        ("type", "u8", "record type", 1),
        ("length", "u16", "bytes of payload", 1),
        ("boot", "u16", "boot id", 1),
        ("seq", "u32", "sequence in the stream", 1),
        ("ms", "u32", "ms since boot", 1),
    ),
)
HEADER_BYTES = 14
TRAILER = Layout(0, "TRAILER", (("crc", "u32", "CRC-32", 1),))

BOOT = Layout(
    1,
    "BOOT",
    (
        ("records_version", "u8", "", 1),
        ("reset_cause", "u8", "index into RESET_CAUSES", 1),
        ("feature_version", "u8", "", 1),
        ("settings_crc", "u32", "CRC-32 of the settings in force", 1),
        ("unit", "b8", "unit id", 1),
        ("firmware", "*", "UTF-8 version", 1),
    ),
)
CLOCK = Layout(
    2,
    "CLOCK",
    (
        ("hop", "u32", "hops since boot", 1),
        ("utc_s", "u32", "s since 1970", 1),
        ("utc_ms", "u16", "ms", 1),
        ("source", "u8", "index into STATE_SOURCES", 1),
    ),
)
STATE = Layout(
    3,
    "STATE",
    (
        ("hop", "u32", "hops since boot", 1),
        ("state", "u8", "index into STATES", 1),
        ("source", "u8", "index into STATE_SOURCES", 1),
    ),
)
EVENT = Layout(
    4,
    "EVENT",
    (
        ("call", "u16", "call number since boot", 1),
        ("kind", "u8", "index into EVENT_KINDS", 1),
        ("subtype", "u8", "index into SUBTYPES", 1),
        ("onset_hop", "u32", "hops since boot", 1),
        ("duration_hops", "u16", "hops", 1),
        ("overlap_hops", "u16", "hops of joint speech", 1),
        ("floor", "u8", "who held the floor at onset, index into FLOORS", 1),
        ("floor_hops", "u16", "hops the floor had been held at onset", 1),
        ("agent_level_q8", "i16", "dBFS Q8, mean over the agent's speech in the event", 1),
        ("customer_level_q8", "i16", "dBFS Q8, mean over the customer's speech in the event", 1),
        ("confidence", "u8", "0-255, mean detector margin over the event", 1),
        ("settings_id", "u16", "low half of the settings' CRC-32", 1),
        ("doubts", "u8", "what this may have been instead, bits of DOUBTS", 1),
    ),
)
CUE = Layout(
    5,
    "CUE",
    (
        ("call", "u16", "call number since boot", 1),
        ("at_hop", "u32", "hops since boot, moment of decision", 1),
        ("kind", "u8", "index into CUE_KINDS", 1),
        ("strength", "u8", "index into CUE_STRENGTHS", 1),
        ("suppressed", "u8", "index into SUPPRESSIONS", 1),
        ("reason_hop", "u32", "onset of the event that is the reason, 0xFFFFFFFF for none", 1),
    ),
)
CUE_NOTE = Layout(
    6,
    "CUE_NOTE",
    (
        ("at_hop", "u32", "hops since boot, now", 1),
        ("cue_hop", "u32", "at_hop of the cue spoken of", 1),
        ("note", "u8", "index into CUE_NOTES", 1),
    ),
)
CALL = Layout(
    7,
    "CALL",
    (
        ("call", "u16", "call number since boot", 1),
        ("start_hop", "u32", "hops since boot", 1),
        ("end_hop", "u32", "hops since boot, end of the last speech", 1),
        ("agent_hops", "u32", "hops of agent speech", 1),
        ("customer_hops", "u32", "hops of customer speech", 1),
        ("joint_hops", "u32", "hops of joint speech", 1),
        ("blanked_hops", "u32", "hops not judged (motor, pause, lost)", 1),
        ("hold_hops", "u32", "hops of hold", 1),
        ("dead_air_count", "u16", "", 1),
        ("dead_air_hops", "u32", "hops", 1),
        ("longest_agent_hops", "u16", "hops, longest monologue-rule talk", 1),
        ("longest_customer_hops", "u16", "hops, longest customer turn", 1),
        ("talk_overs", "u16", "", 1),
        ("acknowledgements", "u16", "", 1),
        ("early_answers", "u16", "", 1),
        ("simultaneous_starts", "u16", "", 1),
        ("agent_turns", "u16", "", 1),
        ("customer_turns", "u16", "", 1),
        ("gap_count", "u16", "responses by the agent", 1),
        ("gap_median_hops", "i16", "hops, negative where the agent began first", 1),
        ("gap_p90_hops", "i16", "hops", 1),
        ("first_word_hops", "u16", "hops from call start to the agent's first words, 0xFFFF none", 1),
        ("opening_share_q8", "u16", "agent's talk share in the first 20 s, 0-256, 0xFFFF none", 1),
        ("opening_whole", "u8", "1 the customer's first turn was left whole, 0 not, 255 none", 1),
        ("cues", "u8", "cues shown", 1),
        ("agent_level_q8", "i16", "dBFS Q8, mean over agent speech", 1),
        ("customer_level_q8", "i16", "dBFS Q8, mean over customer speech", 1),
        ("customer_start_q8", "i16", "dBFS Q8, mean over the customer's first 20 s of speech", 1),
        ("loud_count", "u16", "times the customer's level rose above their start", 1),
        (
            "pace_q4",
            "u16",
            "syllables a second of agent speech, estimated, Q4, 0xFFFF none: too little speech",
            1,
        ),
        (
            "usual_pace_q4",
            "u16",
            "the agent's own mean over earlier calls, Q4, 0xFFFF none: not enough data",
            1,
        ),
        (
            "usual_level_q8",
            "i16",
            "dBFS Q8, the agent's own mean over earlier calls, -32768 none: not enough data",
            1,
        ),
        ("ended_by", "u8", "index into CALL_ENDS", 1),
        ("doubts", "u8", "what may be wrong with it, bits of DOUBTS", 1),
    ),
)
SESSION = Layout(
    12,
    "SESSION",
    (
        ("session", "u16", "number since boot", 1),
        ("start_hop", "u32", "hops since boot", 1),
        ("end_hop", "u32", "hops since boot", 1),
        ("calls", "u16", "", 1),
        ("agent_hops", "u32", "hops of agent speech: the speech dose", 1),
        ("customer_hops", "u32", "hops of customer speech", 1),
        ("joint_hops", "u32", "hops of joint speech", 1),
        ("blanked_hops", "u32", "hops not judged", 1),
        ("hold_hops", "u32", "hops of hold", 1),
        ("dead_air_count", "u16", "", 1),
        ("dead_air_hops", "u32", "hops", 1),
        ("talk_overs", "u16", "", 1),
        ("acknowledgements", "u16", "", 1),
        ("early_answers", "u16", "", 1),
        ("cues", "u16", "cues shown", 1),
    ),
)
MARK = Layout(
    8,
    "MARK",
    (
        ("hop", "u32", "hops since boot", 1),
        ("call", "u16", "call number, 0xFFFF none", 1),
        ("mark", "u8", "index into MARKS", 1),
    ),
)
HEALTH = Layout(
    9,
    "HEALTH",
    (
        ("hop", "u32", "hops since boot", 1),
        ("code", "u8", "index into HEALTH_CODES", 1),
        ("count", "u32", "since boot", 1),
        ("detail", "*", "UTF-8, never sound", 1),
    ),
)
LOST = Layout(
    10,
    "LOST",
    (("first_seq", "u32", "", 1), ("last_seq", "u32", "", 1)),
)
SETTING = Layout(
    11,
    "SETTING",
    (("settings_id", "u16", "", 1), ("setting", "u8", "setting id", 1), ("value", "i32", "", 1)),
)

CONSENT = Layout(
    13,
    "CONSENT",
    (
        ("hop", "u32", "hops since boot", 1),
        (
            "until_utc_s",
            "u32",
            "s since 1970, how long a lead may see this log's figures by name; 0: no longer",
            1,
        ),
    ),
)

LAYOUTS = (BOOT, CLOCK, STATE, EVENT, CUE, CUE_NOTE, CALL, MARK, HEALTH, LOST, SETTING, SESSION, CONSENT)
BY_CODE = {layout.code: layout for layout in LAYOUTS}
# Which streams a record goes to. The lead's stream holds no event, no cue and no mark of the agent's.
BOTH = (EVENTS, SUMMARIES)
STREAMS_OF = {
    "BOOT": BOTH,
    "CLOCK": BOTH,
    "STATE": BOTH,
    "CALL": BOTH,
    "SESSION": BOTH,
    "LOST": BOTH,
    "CONSENT": BOTH,
    "EVENT": (EVENTS,),
    "CUE": (EVENTS,),
    "CUE_NOTE": (EVENTS,),
    "MARK": (EVENTS,),
    "HEALTH": (EVENTS,),
    "SETTING": (EVENTS,),
}


class Record:
    """One record read back: name, values (dict), boot, seq, ms."""

    def __init__(self, name, values, boot, seq, ms):
        self.name = name
        self.values = values
        self.boot = boot
        self.seq = seq
        self.ms = ms


def pack(layout, boot, seq, ms, values):
    """Bytes of one record; `values` maps every field of `layout` to a value."""
    payload = layout.pack(**values)
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("%s payload exceeds %d bytes" % (layout.name, MAX_PAYLOAD))
    head = HEADER.pack(
        magic=MAGIC, type=layout.code, length=len(payload), boot=boot, seq=seq, ms=ms & NONE_U32
    )
    return head + payload + TRAILER.pack(crc=crc32(payload, crc32(head)))


def size_at(data, at):
    """Bytes of the whole, undamaged record that starts at `at`; 0 if none does."""
    left = len(data) - at
    if left < HEADER_BYTES + 4 or data[at] != MAGIC:
        return 0
    length = data[at + 2] | data[at + 3] << 8
    size = HEADER_BYTES + length + 4
    if length > MAX_PAYLOAD or left < size:
        return 0
    crc = TRAILER.unpack(data[at + size - 4 : at + size])["crc"]
    return size if crc == crc32(data[at : at + size - 4]) else 0


def parse(data):
    """Record from the bytes of exactly one undamaged record; None for a type or payload this version cannot read."""
    head = HEADER.unpack(data[:HEADER_BYTES])
    layout = BY_CODE.get(head["type"])
    if layout is None:
        return None
    try:
        values = layout.unpack(data[HEADER_BYTES : len(data) - 4])
    except ValueError:
        return None
    return Record(layout.name, values, head["boot"], head["seq"], head["ms"])


class Reader:
    """Reads records from bytes that arrive in pieces. Damage is skipped and counted.

    corrupt: stretches skipped; skipped_bytes: their bytes; unknown: undamaged records of types unknown here.
    """

    def __init__(self):
        self._tail = b""
        self._lost = False
        self.corrupt = 0
        self.skipped_bytes = 0
        self.unknown = 0

    def feed(self, data, last=False):
        """List of (Record, raw bytes); with `last`, what is left over counts as damage."""
        data = self._tail + bytes(data)
        at = 0
        found = []
        while at < len(data):
            size = size_at(data, at)
            if size:
                self._lost = False
                raw = data[at : at + size]
                record = parse(raw)
                if record is None:
                    self.unknown += 1
                else:
                    found.append((record, raw))
                at += size
            elif not last and _may_grow(data, at):
                break
            else:
                self._skip()
                at += 1
        self._tail = data[at:]
        return found

    def _skip(self):
        self.skipped_bytes += 1
        if not self._lost:
            self.corrupt += 1
            self._lost = True


def _may_grow(data, at):
    """True if a record that starts at `at` could still be completed by bytes to come."""
    left = len(data) - at
    if data[at] != MAGIC:
        return False
    if left < 4:
        return True
    length = data[at + 2] | data[at + 3] << 8
    return length <= MAX_PAYLOAD and left < HEADER_BYTES + length + 4
