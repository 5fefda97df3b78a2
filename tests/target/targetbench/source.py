"""MicroPython's source: Debian trixie's package, through a private apt root made from the machine's own apt sources.

Nothing of the machine's apt state is touched, and no host name is written here: the mirror is the one the machine
installs Debian packages from. Version and hash are pinned; what comes is checked against them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORK = ROOT / "build" / "target"
SUITE = "trixie"
VERSION = "1.25.0+ds-1"
ARCHIVE = "micropython_1.25.0+ds.orig.tar.xz"
SHA256 = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Unavailable(Exception):
    """The bench cannot be had on this machine; the text says what is missing."""


def source() -> Path:
    """Folder of the unpacked source. Raises Unavailable where it cannot be fetched."""
    folder = WORK / f"micropython-{SHA256[:12]}"
    if folder.is_dir():
        return folder
    archive = WORK / ARCHIVE
    if not archive.is_file() or _sha256(archive) != SHA256:
        _fetch(archive)
    unpacking = folder.with_suffix(".unpacking")
    shutil.rmtree(unpacking, ignore_errors=True)
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
        raise Unavailable("this machine has no apt-get: the source of the runtime is a Debian package") from None
    # The first is the archive itself; security and the like come after it and hold no source of trixie's release.
    mirrors = [line for line in done.stdout.split() if "security" not in line]
    if not mirrors:
        raise Unavailable("apt has no Debian archive in its lists: run apt-get update")
    return mirrors[0]


def _fetch(archive: Path) -> None:
    """Download the package's upstream archive into WORK and check it."""
    root = WORK / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    signed = f" [signed-by={KEYRING}]" if KEYRING.is_file() else ""
    (root / "sources.list").write_text(f"deb-src{signed} {_mirror()} {SUITE} main\n")
    options = {
        "Dir::Etc::SourceList": root / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": root / "lists",
        "Dir::Cache": root / "cache",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    _run([*apt, "update"])
    _run([*apt, "source", "--download-only", f"micropython={VERSION}"])
    found = _sha256(archive)
    if found != SHA256:
        archive.unlink()
        raise Unavailable(f"{ARCHIVE} has hash {found}, not the pinned {SHA256}")


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, cwd=WORK, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    if done.returncode:
        raise Unavailable(f"{' '.join(command[-2:])} failed: {done.stderr.strip()[-500:]}")
