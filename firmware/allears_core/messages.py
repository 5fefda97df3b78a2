# The wire's messages. This table is the specification: the clip's server and the host's client both run it.
# A message: type, tag, payload. The tag is chosen by the host; every reply carries the request's tag.
# The host sends one request at a time; PULL and FILE replies are described at their rows.
from .fields import Layout
from .version import PROTOCOL

# Capability bits in HELLO_REPLY: gate on these, never on a version or a board's name.
CAP_LIGHT = 1
CAP_HAPTIC = 2
CAP_BUTTON = 4
CAP_BATTERY = 8
CAP_MICROPHONES = 16
CAP_VIRTUAL = 32  # the virtual clip: sound comes from the host
CAP_FILES = 64  # application files may be replaced over the link
CAP_MONITOR = 128
CAP_SEALED = 256  # the clip holds keys: records are sealed and requests need a role
CAP_KEYS = 512  # it can hold keys
LOG_STATES = ("sealed", "no-keys", "no-vault", "vault-failed")  # a log is kept, or why none is
CAP_SLOTS = 1024  # the application is updated whole, into a spare slot

# Who may send a request to a clip that holds keys: ROLES below. A role is shown by CHALLENGE and AUTHENTICATE.
ROLE_AGENT = 1
ROLE_LEAD = 2
ROLE_IT = 4
ROLE_WORDS = {ROLE_AGENT: "agent", ROLE_LEAD: "lead", ROLE_IT: "IT"}
ANYBODY = 0
_ANY_ROLE = ROLE_AGENT | ROLE_LEAD | ROLE_IT
NONCE_BYTES = 16

# Request types are even, replies odd.
HELLO = Layout(0x10, "HELLO", (("protocol", "u8", "", 1),))
HELLO_REPLY = Layout(
    0x11,
    "HELLO_REPLY",
    (
        ("protocol", "u8", "", 1),
        ("capabilities", "u32", "CAP_ bits", 1),
        ("unit", "b8", "unit id", 1),
        ("log_id", "b8", "drawn anew whenever the log is formatted", 1),
        ("boot", "u16", "boot id", 1),
        ("ms", "u32", "ms since boot", 1),
        ("hop", "u32", "hops since boot", 1),
        ("reset_cause", "u8", "index into records.RESET_CAUSES", 1),
        ("max_payload", "u16", "largest frame payload the clip takes or sends", 1),
        ("records_version", "u8", "", 1),
        ("feature_version", "u8", "", 1),
        ("settings_crc", "u32", "", 1),
        ("text", "*", "UTF-8: firmware version, board, kernels, split by newline", 1),
    ),
)
IDENTIFY = Layout(0x12, "IDENTIFY", (("seconds", "u8", "s", 1),))
SET_CLOCK = Layout(0x14, "SET_CLOCK", (("utc_s", "u32", "s since 1970", 1), ("utc_ms", "u16", "ms", 1)))
STATUS = Layout(0x16, "STATUS", ())
STATUS_REPLY = Layout(
    0x17,
    "STATUS_REPLY",
    (
        ("hop", "u32", "hops since boot", 1),
        ("frames", "u32", "hops judged", 1),
        ("overruns", "u32", "hops lost before they were judged", 1),
        ("bad_frames", "u32", "link frames dropped", 1),
        ("exceptions", "u16", "", 1),
        ("heap_free", "u32", "bytes", 1),
        ("flash_free", "u32", "bytes", 1),
        ("battery_mv", "u16", "mV, 0xFFFF none", 1),
        ("state", "u8", "index into records.STATES", 1),
        ("in_call", "u8", "0 or 1", 1),
        ("capturing", "u8", "1 while sound is coming in", 1),
        ("wrong_proofs", "u16", "authentications refused since boot", 1),
        ("refused", "u16", "requests refused since boot for want of a role", 1),
        ("log", "u8", "index into LOG_STATES", 1),
    ),
)
LOG_RANGE = Layout(0x18, "LOG_RANGE", (("stream", "u8", "", 1),))
LOG_RANGE_REPLY = Layout(
    0x19,
    "LOG_RANGE_REPLY",
    (
        ("stream", "u8", "", 1),
        ("first_seq", "u32", "oldest kept", 1),
        ("next_seq", "u32", "one past the newest", 1),
        ("acked_seq", "u32", "one past the newest acknowledged", 1),
    ),
)
# PULL is answered by LOG_DATA frames (whole records, raw, in order) and one LOG_END.
PULL = Layout(
    0x1A,
    "PULL",
    (("stream", "u8", "", 1), ("from_seq", "u32", "", 1), ("max_bytes", "u32", "bytes of records", 1)),
)
LOG_DATA = Layout(0x1B, "LOG_DATA", (("stream", "u8", "", 1), ("data", "*", "records", 1)))
LOG_END = Layout(
    0x1D,
    "LOG_END",
    (
        ("stream", "u8", "", 1),
        ("next_seq", "u32", "where to go on", 1),
        ("more", "u8", "1 if records are left", 1),
        ("corrupt", "u32", "damaged stretches skipped by the clip", 1),
    ),
)
# Only after the host has the records in durable storage.
LOG_ACK = Layout(0x1E, "LOG_ACK", (("stream", "u8", "", 1), ("below_seq", "u32", "all below are stored", 1)))
GET_SETTINGS = Layout(0x20, "GET_SETTINGS", ())
SETTINGS_REPLY = Layout(0x21, "SETTINGS_REPLY", (("pairs", "*", "PAIR after PAIR", 1),))
# Staged until COMMIT, which names the CRC of what is to be in force and answers SETTINGS_REPLY read back.
STAGE_SETTING = Layout(0x22, "STAGE_SETTING", (("setting", "u8", "setting id", 1), ("value", "i32", "", 1)))
STAGE_IDENTITY = Layout(
    0x24,
    "STAGE_IDENTITY",
    (("field", "u8", "index into IDENTITY", 1), ("text", "*", "UTF-8, up to 64 bytes", 1)),
)
COMMIT = Layout(0x26, "COMMIT", (("settings_crc", "u32", "", 1),))
GET_IDENTITY = Layout(0x28, "GET_IDENTITY", ())
IDENTITY_REPLY = Layout(0x29, "IDENTITY_REPLY", (("text", "*", "UTF-8, one line a field", 1),))
# Watching live: MONITOR_STATE about twice a second, MONITOR_RECORD for each record as it is logged.
MONITOR = Layout(0x2A, "MONITOR", (("on", "u8", "0 or 1", 1),))
MONITOR_STATE = Layout(
    0x2B,
    "MONITOR_STATE",
    (
        ("hop", "u32", "hops since boot", 1),
        ("agent", "u8", "0 or 1", 1),
        ("customer", "u8", "0 or 1", 1),
        ("agent_level_q8", "i16", "dBFS Q8", 1),
        ("customer_level_q8", "i16", "dBFS Q8", 1),
        ("in_call", "u8", "0 or 1", 1),
        ("share_pct", "u8", "agent's talk share in the window, 255 none", 1),
    ),
)
MONITOR_RECORD = Layout(0x2D, "MONITOR_RECORD", (("record", "*", "one record", 1),))
# A file is written under a temporary name, read back, and renamed by FILE_END when its SHA-256 fits.
FILE_BEGIN = Layout(0x30, "FILE_BEGIN", (("size", "u32", "bytes", 1), ("path", "*", "UTF-8", 1)))
FILE_DATA = Layout(0x32, "FILE_DATA", (("offset", "u32", "bytes", 1), ("data", "*", "", 1)))
FILE_END = Layout(0x34, "FILE_END", (("sha256", "b32", "", 1),))
FILE_HASH = Layout(0x36, "FILE_HASH", (("path", "*", "UTF-8", 1),))
FILE_HASH_REPLY = Layout(0x37, "FILE_HASH_REPLY", (("size", "u32", "bytes", 1), ("sha256", "b32", "", 1)))
REBOOT = Layout(0x38, "REBOOT", (("mode", "u8", "0 application, 1 REPL", 1),))
PRACTICE = Layout(0x3A, "PRACTICE", (("on", "u8", "0 or 1", 1),))
# A site's limits: staged beside the settings, in force by the same COMMIT, which refuses settings outside them.
STAGE_LIMIT = Layout(
    0x3C,
    "STAGE_LIMIT",
    (("setting", "u8", "setting id", 1), ("lowest", "i32", "", 1), ("highest", "i32", "", 1)),
)
GET_LIMITS = Layout(0x3E, "GET_LIMITS", ())
LIMITS_REPLY = Layout(
    0x3F, "LIMITS_REPLY", (("limits", "*", "LIMIT after LIMIT, only settings that have one", 1),)
)
# A host shows that it holds a role's key, and the clip shows the same: core.proof says what is signed. A nonce is
# good for one AUTHENTICATE. From then on every request that needs a role carries a seal after its payload.
CHALLENGE = Layout(0x44, "CHALLENGE", ())
CHALLENGE_REPLY = Layout(0x45, "CHALLENGE_REPLY", (("nonce", "b16", "the clip's, drawn for this once", 1),))
AUTHENTICATE = Layout(
    0x46,
    "AUTHENTICATE",
    (
        ("role", "u8", "one ROLE_ bit", 1),
        ("nonce", "b16", "the host's", 1),
        ("proof", "b32", "HMAC-SHA-256 by the role's key", 1),
    ),
)
AUTHENTICATE_REPLY = Layout(0x47, "AUTHENTICATE_REPLY", (("proof", "b32", "the clip's", 1),))
# Keys of one unit, made and derived on a host: core.keys.KEYS. A clip that holds keys takes others encrypted.
SET_KEYS = Layout(
    0x48,
    "SET_KEYS",
    (
        ("roles", "u8", "ROLE_ bits whose keys these are; all of them for a clip without keys", 1),
        ("discard", "u8", "1: new keys for a log's reader erase what nobody has read yet, 0: refuse then", 1),
        ("start", "b16", "the cipher's start, drawn for this once", 1),
        ("keys", "*", "KEYS; AES-256-CBC under the wrapping key of IT's key where the clip holds one", 1),
    ),
)
# A new application: an image (core.image) written from its beginning, in pieces, or as copies of what the one that
# runs stores, refused where it stores no such thing. UPDATE_END checks it whole and puts it on trial from the next
# start on.
UPDATE_BEGIN = Layout(0x50, "UPDATE_BEGIN", (("size", "u32", "bytes of the image", 1),))
UPDATE_DATA = Layout(0x52, "UPDATE_DATA", (("offset", "u32", "bytes so far", 1), ("data", "*", "", 1)))
UPDATE_COPY = Layout(
    0x54, "UPDATE_COPY", (("offset", "u32", "bytes so far", 1), ("digest", "b32", "SHA-256 as stored", 1))
)
UPDATE_END = Layout(
    0x56,
    "UPDATE_END",
    (
        ("flags", "u8", "1: an older version is meant", 1),
        ("proof", "b32", "HMAC-SHA-256 by the update key of UPDATE_LABEL, flags, the image's head", 1),
    ),
)
UPDATE_OLDER = 1
UPDATE_LABEL = b"allears update 1 "
SLOTS = Layout(0x58, "SLOTS", ())
SLOTS_REPLY = Layout(
    0x59,
    "SLOTS_REPLY",
    (
        ("left", "u8", "starts until an application on trial is given up, 255 confirmed", 1),
        ("digest", "b32", "SHA-256 of the running image's head, zeros where files at the root run", 1),
        ("text", "*", "UTF-8: slot that runs, slot that was given up, split by newline", 1),
    ),
)
# The log and all that was learnt about the agent; done at the restart that follows, before the log is opened anew.
ERASE = Layout(0x5A, "ERASE", ())
COUNTERS = Layout(0x5C, "COUNTERS", ())
COUNTERS_REPLY = Layout(
    0x5D,
    "COUNTERS_REPLY",
    (
        ("ms", "u32", "ms since boot", 1),
        ("torn_bytes", "u32", "bytes cut off the log at boot", 1),
        ("dropped_unread", "u32", "segments deleted since boot before anybody had read them", 1),
        ("flash_failures", "u32", "flushes since boot that the flash refused", 1),
        ("log_blocks", "u16", "blocks of 4096 bytes that the log occupies", 1),
        ("erased_blocks", "u16", "blocks written over and read back at this start, 0 nothing was erased", 1),
        ("crashes", "u16", "crashes ever", 1),
        ("crash_records", "u8", "of them kept, see CRASH", 1),
        ("safe", "u8", "1: after crashes in a row nothing is judged and no cue is given", 1),
        ("health", "*", "COUNT after COUNT, since boot", 1),
    ),
)
CRASH = Layout(0x5E, "CRASH", (("index", "u8", "0 the newest kept", 1),))
CRASH_REPLY = Layout(
    0x5F,
    "CRASH_REPLY",
    (
        ("ms", "u32", "ms since that run's boot, 0 unknown", 1),
        ("text", "*", "UTF-8: kind, firmware version, then the traceback, split by newline", 1),
    ),
)
CONSENT = Layout(
    0x4A,
    "CONSENT",
    (
        (
            "until_utc_s",
            "u32",
            "s since 1970, how long a lead may see the agent's figures by name; 0: no longer",
            1,
        ),
    ),
)
DONE = Layout(0x41, "DONE", ())  # a request without anything to tell went well
FAILED = Layout(0x43, "FAILED", (("error", "u8", "code of errors.py", 1), ("detail", "*", "UTF-8", 1)))

LAYOUTS = (
    HELLO, HELLO_REPLY, IDENTIFY, SET_CLOCK, STATUS, STATUS_REPLY, LOG_RANGE, LOG_RANGE_REPLY, PULL, LOG_DATA,
    LOG_END, LOG_ACK, GET_SETTINGS, SETTINGS_REPLY, STAGE_SETTING, STAGE_IDENTITY, COMMIT, GET_IDENTITY,
    IDENTITY_REPLY, MONITOR, MONITOR_STATE, MONITOR_RECORD, FILE_BEGIN, FILE_DATA, FILE_END, FILE_HASH,
    FILE_HASH_REPLY, REBOOT, PRACTICE, CONSENT, STAGE_LIMIT, GET_LIMITS, LIMITS_REPLY, CHALLENGE,
    CHALLENGE_REPLY, AUTHENTICATE, AUTHENTICATE_REPLY, SET_KEYS, UPDATE_BEGIN, UPDATE_DATA, UPDATE_COPY, UPDATE_END,
    SLOTS, SLOTS_REPLY, ERASE, COUNTERS, COUNTERS_REPLY, CRASH, CRASH_REPLY, DONE, FAILED,
)  # fmt: skip
BY_CODE = {layout.code: layout for layout in LAYOUTS}

# Request -> the roles that may send it to a clip that holds keys. A clip without keys answers everybody.
ROLES = {
    "HELLO": ANYBODY,
    "IDENTIFY": ANYBODY,
    "CHALLENGE": ANYBODY,
    "AUTHENTICATE": ANYBODY,
    "SET_CLOCK": _ANY_ROLE,
    "STATUS": _ANY_ROLE,
    "LOG_RANGE": _ANY_ROLE,  # narrowed by STREAM_ROLES, as the next two
    "PULL": _ANY_ROLE,
    "LOG_ACK": _ANY_ROLE,
    "GET_SETTINGS": _ANY_ROLE,
    "GET_IDENTITY": _ANY_ROLE,
    "GET_LIMITS": _ANY_ROLE,
    "MONITOR": ROLE_AGENT,
    "PRACTICE": ROLE_AGENT,
    "CONSENT": ROLE_AGENT,
    "STAGE_SETTING": ROLE_AGENT | ROLE_IT,
    "COMMIT": ROLE_AGENT | ROLE_IT,
    "STAGE_IDENTITY": ROLE_IT,
    "STAGE_LIMIT": ROLE_IT,
    "FILE_BEGIN": ROLE_IT,
    "FILE_DATA": ROLE_IT,
    "FILE_END": ROLE_IT,
    "FILE_HASH": ROLE_IT,
    "REBOOT": ROLE_IT,
    "SET_KEYS": ROLE_IT,
    "UPDATE_BEGIN": ROLE_IT,
    "UPDATE_DATA": ROLE_IT,
    "UPDATE_COPY": ROLE_IT,
    "UPDATE_END": ROLE_IT,
    "SLOTS": _ANY_ROLE,
    "ERASE": ROLE_AGENT | ROLE_IT,
    "COUNTERS": _ANY_ROLE,
    "CRASH": _ANY_ROLE,
}
# The roles that may ask for a stream of the log: events, summaries. IT carries sealed bytes that it cannot open.
STREAM_ROLES = (ROLE_AGENT | ROLE_IT, _ANY_ROLE)
# Alike in every version of the protocol, so that a clip can always be brought to another one.
STABLE = (
    "HELLO", "CHALLENGE", "AUTHENTICATE", "FILE_HASH", "UPDATE_BEGIN", "UPDATE_DATA", "UPDATE_COPY", "UPDATE_END",
    "SLOTS", "REBOOT",
)  # fmt: skip
PAIR = Layout(0, "PAIR", (("setting", "u8", "setting id", 1), ("value", "i32", "", 1)))
PAIR_BYTES = 5
LIMIT = Layout(0, "LIMIT", STAGE_LIMIT.fields)
COUNT = Layout(0, "COUNT", (("code", "u8", "index into records.HEALTH_CODES", 1), ("count", "u32", "", 1)))
COUNT_BYTES = 5
LIMIT_BYTES = 9
IDENTITY = ("serial", "pseudonym", "team", "site")  # what provisioning writes, beside the settings
IDENTITY_MAX_BYTES = 64
UNSOLICITED_TAG = 0  # MONITOR_ frames; requests use tags 1-255
REBOOT_APPLICATION = 0
REBOOT_REPL = 1


def pack(layout, tag, **values):
    """Payload of one frame."""
    return bytes((layout.code, tag)) + layout.pack(**values)


def unpack(payload):
    """(layout or None for an unknown type, tag, values); raises ValueError for a malformed payload."""
    if len(payload) < 2:
        raise ValueError("a message has at least a type and a tag")
    layout = BY_CODE.get(payload[0])
    values = layout.unpack(payload[2:]) if layout else {}
    return layout, payload[1], values


def roles(layout, values):
    """Mask of the roles of which one is needed for this request, ANYBODY if none is."""
    mask = ROLES[layout.name]
    stream = values.get("stream")
    if stream is not None and stream < len(STREAM_ROLES):
        mask &= STREAM_ROLES[stream]
    return mask


def role_words(mask):
    """A mask of roles for people: "agent or IT"."""
    return " or ".join([ROLE_WORDS[role] for role in sorted(ROLE_WORDS) if mask & role])


def same_protocol(version):
    """True if a peer that speaks `version` can be understood: majors must be equal."""
    return version == PROTOCOL
