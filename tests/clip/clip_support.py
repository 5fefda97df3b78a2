# Helpers of the tests that run under CPython and MicroPython alike; no pytest here.
from allears_clip.sessionlog import SessionLog
from allears_core import records
from allears_core.errors import CoreError


class Time:
    """Milliseconds that the test moves."""

    def __init__(self):
        self.now = 0

    def ms(self):
        return self.now


def open_log(folder, **limits):
    return SessionLog(folder + "log/", Time().ms, **limits)


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
        found += [record for record, _ in reader.feed(data)]
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
