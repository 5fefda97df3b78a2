# Byte-stuffed frames with CRC-32 for a serial line that a terminal may also own.
# Inside a frame no byte 0x00-0x05 occurs: 0x00 ends a frame and pads, 0x01-0x05 belong to the REPL
# (raw mode, interrupt, soft reset). Host to clip, frames travel in fixed cells of 64 bytes, because
# reading byte by byte costs the chip 2,262 instructions a byte and a cell at a time 51.
# Stuffing is done by bytes.replace: a few passes in C instead of a Python loop over bytes.
from .compat import crc32

END = b"\x00"
ESCAPE = 0x06
_FLIP = 0x40  # a stuffed byte b travels as ESCAPE, b ^ _FLIP
CELL_BYTES = 64
CRC_BYTES = 4
MAX_PAYLOAD = 1024  # before stuffing, without the CRC

# ESCAPE itself is stuffed first and unstuffed last, so that no pair is ever made out of two.
_PAIRS = tuple((bytes((b,)), bytes((ESCAPE, b ^ _FLIP))) for b in range(ESCAPE, -1, -1))


def encode(payload):
    """One whole frame: stuffed payload and CRC, with its closing 0x00."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("a frame carries at most %d bytes" % MAX_PAYLOAD)
    crc = crc32(payload)
    body = bytes(payload) + bytes((crc & 0xFF, crc >> 8 & 0xFF, crc >> 16 & 0xFF, crc >> 24))
    for plain, stuffed in _PAIRS:
        body = body.replace(plain, stuffed)
    return body + END


def to_cells(frame):
    """A frame padded with 0x00 to whole cells, for the way from host to clip."""
    return frame + bytes(-len(frame) % CELL_BYTES)


class Decoder:
    """Collects bytes into payloads. Damaged frames are dropped and counted, never raised.

    bad_crc, overlong: how many frames were dropped, and why. Memory stays bounded whatever arrives.
    """

    def __init__(self, max_payload=MAX_PAYLOAD):
        self._limit = 2 * (max_payload + CRC_BYTES)
        self._partial = b""
        self._overrun = False
        self.bad_crc = 0
        self.overlong = 0

    def feed(self, data):
        """List of the payloads that `data` completed, each as bytes."""
        pieces = (self._partial + bytes(data)).split(END)
        self._partial = pieces.pop()
        payloads = []
        for piece in pieces:
            payload = self._open(piece)
            if payload is not None:
                payloads.append(payload)
        if len(self._partial) > self._limit:
            self._partial = b""
            self._overrun = True
        return payloads

    def _open(self, piece):
        if self._overrun or len(piece) > self._limit:
            self._overrun = False
            self.overlong += 1
            return None
        if not piece:
            return None  # padding
        for plain, stuffed in reversed(_PAIRS):
            piece = piece.replace(stuffed, plain)
        size = len(piece) - CRC_BYTES
        if size < 0 or _crc_at(piece, size) != crc32(piece[:size]):
            self.bad_crc += 1
            return None
        return piece[:size]


def _crc_at(data, at):
    return data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24
