"""Opens the sealed blocks of one stream of one clip."""

from dataclasses import dataclass

from allears.errors import MissingKey
from allears.keys.keystore import KeyStore
from allears_core import keys, messages, records, sealed

# A clip steps a few times a day. A header that claims more is made up, and not worth the time of counting there.
MOST_STEPS = 100_000


@dataclass(frozen=True)
class _At:
    """A state of the stream's keys and what it opens."""

    step: int
    state: bytes
    session: tuple[bytes, bytes, bytes]


def _at(step: int, state: bytes) -> _At:
    cipher, tag, start = keys.session_keys(state)
    return _At(step, state, (cipher, tag, start))


class Opener:
    """Holds the seed of one stream of `unit` (16 hex digits). MissingKey where `store` has none.

    A clip's sessions come in ascending order, so the state last reached is kept and stepped on from.
    """

    def __init__(self, store: KeyStore, unit: str, stream: int):
        seed = store.seed(unit, stream)
        role = keys.STREAM_ROLE[stream]
        self._words = (
            f"the {records.STREAMS[stream]} of clip {unit} are sealed for the {messages.role_words(role)}"
        )
        if seed is None:
            raise MissingKey(
                f"{self._words}, and this machine does not hold that key",
                "bring it with `allears keys import FILE` from whoever provisioned the clip",
            )
        self._stream = stream
        self._id = keys.key_id(seed)
        self._seed = seed
        self._now = _at(0, seed)

    def open(self, block: bytes) -> bytes | None:
        """The records in one whole block; None where it was altered, or is another stream's.

        Raises MissingKey when it was sealed under another key than this machine holds.
        """
        head = sealed.header(block)
        if head["key"] != self._id:
            raise MissingKey(
                f"{self._words}, whose key has changed since this machine got it",
                "bring the new one with `allears keys import FILE` from whoever changed it",
            )
        if head["stream"] != self._stream or head["step"] > MOST_STEPS:
            return None
        plain = sealed.open_block(self._session(head["step"]), block)
        return None if plain is None else bytes(plain)

    def _session(self, step: int) -> tuple[bytes, bytes, bytes]:
        if step < self._now.step:
            self._now = _at(0, self._seed)
        if step > self._now.step:
            state = self._now.state
            for _ in range(step - self._now.step):
                state = keys.following(state)
            self._now = _at(step, state)
        return self._now.session


def split(data: bytes) -> tuple[list[bytes], int]:
    """(whole blocks in `data`, stretches between them that are none)."""
    found: list[bytes] = []
    damaged = at = 0
    lost = False
    while at < len(data):
        size = sealed.size_at(data, at)
        if size:
            found.append(data[at : at + size])
        elif not lost:
            damaged += 1
        lost = not size
        at += size or 1
    return found, damaged
