"""Bundle files: an application in one file, signed with Ed25519, and the keys a machine trusts to have signed one."""

import os
from pathlib import Path

import platformdirs

from allears.errors import BadInput, MissingInput
from allears.fleet import slot
from allears.fleet.bundle import Bundle, manifest_of

MAGIC = b"AllEarsBundle1\n"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
SUFFIX = ".pub"
_SIGNED = b"allears bundle\0"  # before what is signed, so that a signature is good for nothing else


def signers_folder() -> Path:
    """Folder of the public keys this machine trusts; ALLEARS_SIGNERS overrides the place."""
    chosen = os.environ.get("ALLEARS_SIGNERS")
    return Path(chosen or Path(platformdirs.user_config_dir("allears", appauthor=False), "signers"))


def make_key(path: Path) -> bytes:
    """Write a new private key to `path` (PEM, readable by its owner only), trust its public key and return that."""
    public = private_key(path)
    trust(public)
    return public


def private_key(path: Path) -> bytes:
    """Write a new private key to `path`; its public key. BadInput where there is a file of that name."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadInput(
            f"{path} is there already", "name another file; a lost key cannot be made again"
        ) from error
    with open(descriptor, "wb") as file:
        file.write(pem)
    return bytes(key.public_key().public_bytes_raw())


def trust(public: bytes) -> Path:
    """Take bundles signed by the key with these 32 public bytes from now on."""
    folder = signers_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (public.hex()[:16] + SUFFIX)
    path.write_text(public.hex() + "\n", "ascii")
    return path


def trusted() -> set[bytes]:
    """Public keys this machine trusts. BadInput where one of the files holds none."""
    return {read_public(path) for path in sorted(signers_folder().glob("*" + SUFFIX))}


def read_public(path: Path) -> bytes:
    """The public key in a file of 64 hex digits."""
    try:
        public = bytes.fromhex(path.read_text("ascii", "replace").strip())
    except ValueError:
        public = b""
    except OSError as error:
        raise MissingInput(
            f"{path} cannot be read ({error.strerror})", "name the file of a public key"
        ) from error
    if len(public) != KEY_BYTES:
        raise BadInput(f"{path} holds no public key", "it should be one line of 64 hex digits")
    return public


def sign(bundle: Bundle, key: Path) -> bytes:
    """The bundle file's content: signed by the private key in the file `key`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key.read_bytes(), None)
    except OSError as error:
        raise MissingInput(
            f"{key} cannot be read ({error.strerror})", "make one with `allears bundle key`"
        ) from error
    except (ValueError, TypeError) as error:
        raise BadInput(f"{key} holds no private key", "make one with `allears bundle key`") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadInput(f"{key} holds a key of another kind", "make one with `allears bundle key`")
    image = bundle.packed(bundle.files)
    signature = private.sign(_SIGNED + slot.opened(image).head)
    return MAGIC + private.public_key().public_bytes_raw() + signature + image


def read(content: bytes, signers: set[bytes]) -> Bundle:
    """The bundle in `content`, if one of `signers` signed it and every byte is as it was then. Raises BadInput."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    start = len(MAGIC) + KEY_BYTES + SIGNATURE_BYTES
    if content[: len(MAGIC)] != MAGIC or len(content) <= start:
        raise BadInput("this is no bundle of AllEars", "make one with `allears bundle make`")
    public = content[len(MAGIC) : len(MAGIC) + KEY_BYTES]
    if public not in signers:
        raise BadInput(
            f"the bundle is signed by {public.hex()[:16]}, whom this machine does not trust",
            "if you know who that is: `allears bundle trust FILE` with their public key",
        )
    try:
        image = slot.opened(content[start:])
        Ed25519PublicKey.from_public_bytes(public).verify(
            content[start - SIGNATURE_BYTES : start], _SIGNED + image.head
        )
    except (ValueError, InvalidSignature) as error:
        raise BadInput("the bundle is not what was signed", "fetch it again from whoever made it") from error
    wrong = image.damaged(lambda: None)
    if wrong:
        raise BadInput(f"{wrong} in the bundle is not what was signed", "fetch it again from whoever made it")
    files = slot.files_of(image)
    arch = image.arch or None
    return Bundle(image.board, arch, files, manifest_of(image.version, image.board, arch, files))


def read_file(path: Path) -> Bundle:
    """The bundle in the file `path`, checked against the keys this machine trusts. Raises MissingInput, BadInput."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingInput(f"{path} cannot be read ({error.strerror})", "name a bundle's file") from error
    return read(content, trusted())
