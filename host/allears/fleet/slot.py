"""What a clip's slot holds, on the host: packing, opening, and the loader's word on which slot runs."""

import io
import json
import zlib

from allears_core.image import WINDOW_BITS, Image

STATE = "slots.json"  # of firmware/loader.py, whose names, order and number these are
NAMES = ("app.0", "app.1")
STARTS = 3  # of an application on trial; each is counted before anything of it runs
ROOT_FILES = (STATE, *NAMES)


def deflate(content: bytes) -> bytes:
    """Raw deflate stream by the window that a clip can afford."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -WINDOW_BITS, 9)
    return packer.compress(content) + packer.flush()


def inflate(content: bytes) -> bytes:
    """What was deflated; ValueError for what never was."""
    try:
        return zlib.decompress(content, -WINDOW_BITS)
    except zlib.error as error:
        raise ValueError(str(error)) from error


def opened(content: bytes) -> Image:
    """The image in `content`. Raises ValueError."""
    return Image(io.BytesIO(content), inflate)


def files_of(image: Image) -> dict[str, bytes]:
    """Content of every file by path."""
    return {row[0]: image.read(row) for row in image.rows}


def state(running: str) -> bytes:
    """The loader's file that says: this slot runs, and is confirmed."""
    return json.dumps([running, None, "", None]).encode()


def running(content: bytes | None) -> str:
    """Name of the slot that the loader's file says runs, "" for files at the volume's root."""
    return str(json.loads(content)[0]) if content else ""
