# Sealed blocks: what the log holds on flash and what a pull carries. To the byte: docs/sealing.md.
# Clear header, records encrypted by AES-256-CBC, HMAC-SHA-256 over both (encrypt-then-MAC), and a CRC-32 over all of
# it, by which a torn block is known without a key.
from .compat import crc32
from .fields import Layout
from .keys import start_of
from .seal import BLOCK_BYTES, TAG_BYTES, decrypt, encrypt, equal, hmac_sha256

MAGIC = 0xB7
VERSION = 1
HEADER = Layout(
    MAGIC,
    "BLOCK",
    (
        ("magic", "u8", "0xB7", 1),
        ("version", "u8", "of this format, 1", 1),
        ("stream", "u8", "index into STREAMS", 1),
        ("count", "u8", "records in the block", 1),
        ("boot", "u16", "boot id", 1),
        ("length", "u16", "bytes of records, before the padding with zeros", 1),
        ("first_seq", "u32", "sequence of the first record; the others follow it", 1),
        ("step", "u32", "how often the stream's key had stepped forward", 1),
        ("key", "b4", "names the seed of the stream's keys", 1),
    ),
)
HEADER_BYTES = 20
_CRC_BYTES = 4
MAX_RECORDS_BYTES = 944
OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES + _CRC_BYTES
MAX_BYTES = OVERHEAD_BYTES + MAX_RECORDS_BYTES  # one LOG_DATA carries it


def size_for(length):
    """Bytes of the block that holds `length` bytes of records."""
    return OVERHEAD_BYTES + length + -length % BLOCK_BYTES


def seal_block(keys, values, plain):
    """The block that holds `plain`, whole records. keys: of keys.session_keys; values: stream, count, boot,
    first_seq, step and key. Under one `keys` no two blocks may have the same header and other content."""
    head = HEADER.pack(magic=MAGIC, version=VERSION, length=len(plain), **values)
    padded = bytes(plain) + bytes(-len(plain) % BLOCK_BYTES)
    body = head + encrypt(keys[0], start_of(keys, head), padded)
    body += hmac_sha256(keys[1], body)
    crc = crc32(body)
    return body + bytes((crc & 0xFF, crc >> 8 & 0xFF, crc >> 16 & 0xFF, crc >> 24))


def size_at(data, at):
    """Bytes of the whole, undamaged block that starts at `at`; 0 if none does. Needs no key, proves no origin."""
    if len(data) - at < HEADER_BYTES or data[at] != MAGIC or data[at + 1] != VERSION:
        return 0
    length = data[at + 6] | data[at + 7] << 8
    size = size_for(length)
    end = at + size - _CRC_BYTES
    if length > MAX_RECORDS_BYTES or len(data) - at < size:
        return 0
    crc = data[end] | data[end + 1] << 8 | data[end + 2] << 16 | data[end + 3] << 24
    return size if crc == crc32(data[at:end]) else 0


def header(block):
    """The clear header's values; nobody vouches for them before open_block."""
    return HEADER.unpack(block[:HEADER_BYTES])


def open_block(keys, block):
    """The records in a whole block, None where its tag does not fit: altered, or sealed under another key."""
    end = len(block) - _CRC_BYTES - TAG_BYTES
    body = block[:end]
    if not equal(hmac_sha256(keys[1], body), block[end : end + TAG_BYTES]):
        return None
    plain = decrypt(keys[0], start_of(keys, body[:HEADER_BYTES]), body[HEADER_BYTES:])
    return plain[: header(body)["length"]]
