# The keys of one unit: what is derived from a role's secret, how the log's keys step forward, what the vault holds.
# Secrets stay on hosts. A clip gets what is derived from them, and every session less: docs/sealing.md.
from .compat import crc32
from .fields import Layout
from .messages import ROLE_AGENT, ROLE_IT, ROLE_LEAD
from .records import STREAMS
from .seal import BLOCK_BYTES, KEY_BYTES, derive

SECRET_BYTES = KEY_BYTES
KEY_ID_BYTES = 4
STREAM_ROLE = (ROLE_AGENT, ROLE_LEAD)  # who reads events, who reads summaries

VAULT_MAGIC = b"AEv1"
VAULT_BYTES = 256  # one page of flash
_CRC_BYTES = 4
VAULT = Layout(
    0,
    "VAULT",
    (
        ("magic", "b4", "AEv1", 1),
        ("count", "u32", "times the vault was written; the higher of two is the newer", 1),
        ("agent", "b32", "shows the role of the agent", 1),
        ("lead", "b32", "shows the role of the lead", 1),
        ("it", "b32", "shows the role of IT", 1),
        ("update", "b32", "proves a bundle", 1),
        ("events_id", "b4", "names the seed of the events' keys", 1),
        ("events_step", "u32", "of the next session", 1),
        ("events_state", "b32", "of the next session", 1),
        ("summaries_id", "b4", "names the seed of the summaries' keys", 1),
        ("summaries_step", "u32", "of the next session", 1),
        ("summaries_state", "b32", "of the next session", 1),
    ),
)
ALL_ROLES = ROLE_AGENT | ROLE_LEAD | ROLE_IT
# What a host gives a clip; seeds are state 0 of the streams' keys.
KEYS = Layout(
    0,
    "KEYS",
    (
        ("agent", "b32", "shows the role of the agent", 1),
        ("lead", "b32", "shows the role of the lead", 1),
        ("it", "b32", "shows the role of IT", 1),
        ("update", "b32", "proves a bundle", 1),
        ("events", "b32", "seed of the events' keys", 1),
        ("summaries", "b32", "seed of the summaries' keys", 1),
    ),
)
ROLE_FIELD = {ROLE_AGENT: "agent", ROLE_LEAD: "lead", ROLE_IT: "it"}


def auth_key(secret, unit, role):
    """The key that shows a role. secret: the role's; unit: bytes(8); role: a ROLE_ bit."""
    return derive(secret, b"allears auth " + bytes((role,)) + unit)


def stream_seed(secret, unit, stream):
    """State 0 of a stream's keys. secret: of the role that reads the stream."""
    return derive(secret, b"allears log " + STREAMS[stream].encode() + b" " + unit)


def update_key(secret, unit):
    """The key that proves a bundle to the clip. secret: IT's."""
    return derive(secret, b"allears update " + unit)


def key_id(key):
    """Four bytes that tell keys apart and nothing about them."""
    return derive(key, b"allears id")[:KEY_ID_BYTES]


def following(state):
    """The state of the next session; there is no way back."""
    return derive(state, b"allears next")


def session_keys(state):
    """(cipher key, tag key, start key) of the session that `state` stands for."""
    return tuple([derive(state, b"allears " + use) for use in (b"cipher", b"tag", b"start")])


def start_of(keys, header):
    """The cipher's start for a block: never the same for two headers."""
    return derive(keys[2], header)[:BLOCK_BYTES]


def for_clip(secrets, unit):
    """What a clip is given: values of KEYS from the roles' secrets, zeros for a role that is left out.

    secrets: role -> secret; unit: bytes(8).
    """
    values = dict.fromkeys(KEYS.names, bytes(KEY_BYTES))
    for role, secret in secrets.items():
        values[ROLE_FIELD[role]] = auth_key(secret, unit, role)
        if role == ROLE_IT:
            values["update"] = update_key(secret, unit)
    for stream, name in enumerate(STREAMS):
        if STREAM_ROLE[stream] in secrets:
            values[name] = stream_seed(secrets[STREAM_ROLE[stream]], unit, stream)
    return values


def give(held, roles, given):
    """Values of VAULT: those `held` (None for a clip without keys) with the keys of the `roles` in `given` (KEYS)."""
    values = dict(held or _NOTHING)
    for role, name in ROLE_FIELD.items():
        if roles & role:
            values[name] = given[name]
    if roles & ROLE_IT:
        values["update"] = given["update"]
    for stream, name in enumerate(STREAMS):
        if roles & STREAM_ROLE[stream]:
            values[name + "_id"] = key_id(given[name])
            values[name + "_step"] = 0
            values[name + "_state"] = given[name]
    values["magic"] = VAULT_MAGIC
    return values


def wrapping_key(it_key):
    """The key that new keys are encrypted under on their way to a clip that holds `it_key` already."""
    return derive(it_key, b"allears wrap")


def pack_vault(values):
    """The page that holds `values` of VAULT."""
    raw = VAULT.pack(**values)
    crc = crc32(raw)
    raw += bytes((crc & 0xFF, crc >> 8 & 0xFF, crc >> 16 & 0xFF, crc >> 24))
    return raw + b"\xff" * (VAULT_BYTES - len(raw))


def unpack_vault(page):
    """Values of VAULT in a page of flash, None where it holds none or a damaged one."""
    size = len(VAULT.pack(**_NOTHING))
    values = VAULT.unpack(page[:size])
    if values["magic"] != VAULT_MAGIC or pack_vault(values)[: size + _CRC_BYTES] != bytes(
        page[: size + _CRC_BYTES]
    ):
        return None
    return values


_NOTHING = {name: 0 if code == "u32" else bytes(int(code[1:])) for name, code, _, _ in VAULT.fields}
