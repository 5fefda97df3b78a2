"""The virtual clip's flash: a littlefs image in a file, built and refreshed from a firmware bundle."""

from collections.abc import Mapping
from pathlib import Path

from littlefs import LittleFS, LittleFSError

from allears.errors import BadInput
from allears.fleet import slot
from allears.fleet.bundle import IN_SLOT

BLOCK_BYTES = 4096
BLOCKS = 256  # 1 MiB, the file system of the reference board
VAULT_BLOCKS = 2  # behind the file system, for the clip's keys
PROG_BYTES = 256
_VAULT_AT = BLOCKS * BLOCK_BYTES
_ERASED_VAULT = b"\xff" * (VAULT_BLOCKS * BLOCK_BYTES)
# What belongs to the firmware alone: writing firmware removes it first.
FIRMWARE = (*IN_SLOT, *slot.ROOT_FILES)


def build(image: Path, files: Mapping[str, bytes]) -> None:
    """Make a new image that holds `files` (path without leading slash -> content)."""
    fs = _open(None)
    fs.format()
    fs.mount()
    _write(fs, files)
    _save(fs, image, _ERASED_VAULT)


def write_firmware(image: Path, files: Mapping[str, bytes]) -> None:
    """Replace the firmware on an image; settings and log stay.

    Raises BadInput when the image holds no file system.
    """
    fs = _mounted(image)
    for name in FIRMWARE:
        if name in fs.listdir("/"):
            fs.remove(name, recursive=True)
    _write(fs, files)
    _save(fs, image, _vault(image))


def add_vault(image: Path) -> None:
    """Give an image that was made without them the sectors behind the file system."""
    if not has_vault(image):
        with image.open("ab") as file:
            file.write(_ERASED_VAULT)


def has_vault(image: Path) -> bool:
    """True if there is such an image, made with sectors behind the file system."""
    return image.is_file() and image.stat().st_size > _VAULT_AT


def write_vault(image: Path, page: bytes) -> None:
    """Put `page` at the beginning of the first of the sectors behind the file system, which must be erased."""
    with image.open("r+b") as file:
        file.seek(_VAULT_AT)
        file.write(page)


def differing(image: Path, files: Mapping[str, bytes]) -> list[str]:
    """Paths of `files` that the application which runs from the image, or its root, lacks or holds with other content.

    Raises BadInput when the slot that should run holds no application.
    """
    fs = _mounted(image)
    name = slot.running(_content(fs, slot.STATE))
    try:
        held = slot.files_of(slot.opened(_content(fs, name) or b"")) if name else {}
    except ValueError as error:
        raise BadInput(
            f"{name} on the virtual clip's flash {image} holds no application",
            "start the clip with --reflash",
        ) from error
    return sorted(path for path, content in files.items() if held.get(path, _content(fs, path)) != content)


def read(image: Path, path: str) -> bytes | None:
    """Content of one file on an image that no clip is running from, None if there is no such file."""
    return _content(_mounted(image), path)


def listed(image: Path, folder: str) -> list[str]:
    """Names in a folder of an image that no clip is running from."""
    return sorted(_mounted(image).listdir("/" + folder))


def _open(content: bytes | None) -> LittleFS:
    fs = LittleFS(
        block_size=BLOCK_BYTES,
        block_count=BLOCKS,
        prog_size=PROG_BYTES,
        read_size=32,
        cache_size=PROG_BYTES,
        mount=False,
    )
    if content is not None:
        fs.context.buffer = bytearray(content[:_VAULT_AT])
    return fs


def _mounted(image: Path) -> LittleFS:
    fs = _open(image.read_bytes())
    try:
        fs.mount()
    except LittleFSError as error:
        raise BadInput(
            f"the virtual clip's flash {image} holds no file system",
            "start the clip with --fresh to make a new one",
        ) from error
    return fs


def _content(fs: LittleFS, path: str) -> bytes | None:
    try:
        with fs.open(path, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _write(fs: LittleFS, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        folder = path.rpartition("/")[0]
        if folder:
            fs.makedirs(folder, exist_ok=True)
        with fs.open(path, "wb") as file:
            file.write(content)


def _vault(image: Path) -> bytes:
    """The sectors behind the file system, erased ones where the image was made without."""
    return image.read_bytes()[_VAULT_AT:] or _ERASED_VAULT


def _save(fs: LittleFS, image: Path, vault: bytes) -> None:
    fs.unmount()
    fresh = image.with_suffix(".new")
    fresh.write_bytes(bytes(fs.context.buffer) + vault)
    fresh.replace(image)
