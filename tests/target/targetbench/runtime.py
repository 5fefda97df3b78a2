"""Builds MicroPython for the emulated chips (port/). Cached under build/target, by what goes into it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .source import MBEDTLS, SHA256, WORK, Unavailable, source

PORT = Path(__file__).resolve().parents[1] / "port"
# program that must be there: Debian package that brings it
PROGRAMS = {
    "make": "make",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi",
    "arm-none-eabi-as": "binutils-arm-none-eabi",
    "qemu-system-arm": "qemu-system-arm",
}
HEADERS = "libnewlib-arm-none-eabi"
NEWLIB_HEADER = Path("/usr/lib/arm-none-eabi/include/stdint.h")


@dataclass(frozen=True)
class Chip:
    """An emulated chip. arch: of mpy-cross. volume_at: address of its flash. cpu: for GNU as."""

    name: str
    machine: str
    arch: str
    volume_at: int
    cpu: str


CHIPS = {
    "m33": Chip("m33", "mps2-an505", "armv7emsp", 0x80000000, "cortex-m33"),
    "v6m": Chip("v6m", "mps2-an385", "armv6m", 0x21000000, "cortex-m0plus"),
}


def install_programs(programs: Mapping[str, str] = PROGRAMS) -> None:
    """Install what is missing from Debian's packages, and the C library's headers.

    programs: name -> package. Raises Unavailable where that may not or cannot be.
    """
    missing = [package for program, package in programs.items() if shutil.which(program) is None]
    if not NEWLIB_HEADER.is_file():
        missing.append(HEADERS)
    if not missing:
        return
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") is None or (root and shutil.which("sudo") is None):
        raise Unavailable(f"not installed here: {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    for command in (install, ["apt-get", "update", "-qq"], install):
        done = subprocess.run([*root, *command], capture_output=True, text=True, env=environment, check=False)
        if done.returncode == 0 and command is install:
            return
    raise Unavailable(f"{', '.join(missing)} cannot be installed: {done.stderr.strip()[-300:]}")


def runtime(chip: Chip) -> Path:
    """The runtime's ELF file for `chip`, built if need be. Raises Unavailable where it cannot be built."""
    install_programs()
    folder = WORK / f"{chip.name}-{_key()}"
    elf = folder / "firmware.elf"
    if elf.is_file():
        return elf
    for old in WORK.glob(f"{chip.name}-*"):
        shutil.rmtree(old)
    command = ["make", "-j2", "-C", str(PORT), f"CHIP={chip.name}", f"BUILD={folder}"]
    command += [f"SOURCE={source()}", f"MBEDTLS={source(MBEDTLS)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"the runtime for {chip.name} does not build:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return elf


def _key() -> str:
    """Changes with everything that goes into a build, but not with the compiler: clean build/ for another one."""
    digest = hashlib.sha256((SHA256 + MBEDTLS.sha256).encode())
    for path in sorted(PORT.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
