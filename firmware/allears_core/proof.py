# How a host and a clip show each other that they hold the same role's key, and the seal that their session's
# requests carry from then on. Neither the key nor anything it could be found from travels; both nonces are new
# each time, so nothing that was once on the wire is good for anything again.
from .fields import Layout
from .seal import equal, hmac_sha256

OF_HOST = b"allears host"
OF_CLIP = b"allears clip"
_OF_SESSION = b"allears session"
SEAL = Layout(
    0,
    "SEAL",
    (
        ("count", "u32", "higher than in any request of this session before", 1),
        ("mac", "b8", "first bytes of HMAC-SHA-256 over type, tag, payload and this seal with zeros here", 1),
    ),
)
_COUNT_BYTES = 4
_MAC_BYTES = 8
SEAL_BYTES = _COUNT_BYTES + _MAC_BYTES
MOST_REQUESTS = 0x3FFFFFFF  # of one session; the next needs a new one


def statement(unit, log_id, role, clip_nonce, host_nonce):
    """What is signed: which clip and log, as whom, in answer to what."""
    return unit + log_id + bytes((role,)) + clip_nonce + host_nonce


def sign(key, side, said):
    """32 bytes: the proof of `side` (OF_HOST or OF_CLIP) for a statement."""
    return hmac_sha256(key, side, said)


def session_key(key, said):
    """32 bytes: the key of the requests that follow an authentication."""
    return hmac_sha256(key, _OF_SESSION, said)


class Sealer:
    """The host's end of a session."""

    def __init__(self, key):
        self._key = key
        self._count = 0

    def seal(self, payload):
        """`payload` with its seal behind it."""
        self._count += 1
        return payload + SEAL.pack(count=self._count, mac=_mac(self._key, payload, self._count))


class Opener:
    """The clip's end: takes every request once, in its order."""

    def __init__(self, key):
        self._key = key
        self._count = 0

    def unseal(self, sealed):
        """The payload, None where the seal is missing, broken or was seen before."""
        size = len(sealed) - SEAL_BYTES
        if size < 0:
            return None
        payload = sealed[:size]
        seal = SEAL.unpack(sealed[size:])
        count = seal["count"]
        if not self._count < count <= MOST_REQUESTS or not equal(
            seal["mac"], _mac(self._key, payload, count)
        ):
            return None
        self._count = count
        return payload


def _mac(key, payload, count):
    return hmac_sha256(key, payload, SEAL.pack(count=count, mac=bytes(_MAC_BYTES)))[:_MAC_BYTES]
