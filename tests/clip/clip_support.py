# Helpers of the tests that run under CPython and MicroPython alike; no pytest here.
import os

from allears_clip.sessionlog import SessionLog
from allears_clip.vault import Vault
from allears_core import keys, messages, records, sealed
from allears_core.errors import CoreError

UNIT = b"benchone"
SECRETS = {role: bytes((role,)) * keys.SECRET_BYTES for role in messages.ROLE_WORDS}


class Time:
    """Milliseconds that the test moves."""

    def __init__(self):
        self.now = 0

    def ms(self):
        return self.now


class Sectors:
    """A board's vault in the file `path`: two sectors of flash that programming only clears bits of."""

    def __init__(self, path):
        self._path = path
        try:
            os.stat(path)
        except OSError:
            write_file(path, b"\xff" * 8192)

    def read(self, sector, buf):
        buf[:] = read_file(self._path)[sector * 4096 : sector * 4096 + len(buf)]

    def erase(self, sector):
        self._put(sector, b"\xff" * 4096)

    def program(self, sector, data):
        held = bytearray(len(data))
        self.read(sector, held)
        self._put(sector, bytes([held[at] & data[at] for at in range(len(data))]))

    def _put(self, sector, data):
        whole = bytearray(read_file(self._path))
        whole[sector * 4096 : sector * 4096 + len(data)] = data
        write_file(self._path, whole)


def keyed_vault(sectors):
    """The vault in `sectors`; given SECRETS' keys where it holds none."""
    vault = Vault(sectors)
    if not vault.keyed:
        vault.take(keys.ALL_ROLES, keys.for_clip(SECRETS, UNIT))
    return vault


def open_log(folder, **limits):
    """The log in `folder`, keyed: with a vault of its own beside it."""
    return SessionLog(folder + "log/", Time().ms, keyed_vault(Sectors(folder + "vault.bin")), **limits)


def opened(block):
    """The records in a block that a clip with SECRETS' keys has sealed, as a host finds them."""
    head = sealed.header(block)
    state = keys.stream_seed(SECRETS[keys.STREAM_ROLE[head["stream"]]], UNIT, head["stream"])
    assert keys.key_id(state) == head["key"]
    for _ in range(head["step"]):
        state = keys.following(state)
    plain = sealed.open_block(keys.session_keys(state), block)
    assert plain is not None, "the tag does not fit"
    return plain


def append_states(log, count):
    """`count` STATE records, which go to both streams; hop numbers them."""
    for hop in range(count):
        log.append(records.STATE, {"hop": hop, "state": 1, "source": 0})


def append_marks(log, count):
    """`count` MARK records, which only the events stream gets."""
    for hop in range(count):
        log.append(records.MARK, {"hop": hop, "call": 1, "mark": 0})


def pull(log, stream, from_seq=0, max_bytes=1 << 20):
    """(records read, cursor)."""
    cursor = log.read(stream, from_seq, max_bytes)
    reader = records.Reader()
    found = []
    data = cursor.step()
    while data is not None:
        if data:
            found += [record for record, _ in reader.feed(opened(data)) if record.seq >= from_seq]
        data = cursor.step()
    assert not reader.feed(b"", last=True) and reader.corrupt == 0, "a pull sends whole records only"
    return found, cursor


def seqs(found):
    return [record.seq for record in found]


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def write_file(path, data):
    with open(path, "wb") as file:
        file.write(data)


def refused(code, function, *arguments):
    """Assert that `function` raises CoreError with `code`."""
    try:
        function(*arguments)
    except CoreError as error:
        assert error.code == code, (error.code, str(error))
        return
    raise AssertionError("nothing was refused")
