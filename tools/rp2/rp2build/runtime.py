"""Builds MicroPython's rp2 port from Debian's packages: the runtime as it lies in flash. Same sources, same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from targetbench.runtime import install_programs

from . import ROOT
from .packages import ALL, MBEDTLS, MICROPYTHON, PICO_SDK, TINYUSB, source
from .targets import Board

WORK = ROOT / "build" / "rp2"
FROZEN = Path(__file__).with_name("frozen.py")
# program that must be there: Debian package that brings it
PROGRAMS = {
    "make": "make",
    "cc": "gcc",
    "cmake": "cmake",
    "ninja": "ninja-build",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi",
    "arm-none-eabi-as": "binutils-arm-none-eabi",
}
BUILT_AT = 1735689600  # 2025-01-01 UTC: the time that the runtime says it was built at, whenever that was
JOBS = "-j2"


def build(board: Board, work: Path = WORK) -> bytes:
    """The runtime for `board` from address 0x10000000 on; what is built in `work` already is not built again.

    Raises Unavailable where a package or program cannot be had, RuntimeError where the build fails.
    """
    install_programs(PROGRAMS)
    tree = _tree(work)
    folder = work / board.name
    environment = _environment(tree, folder, work)
    _run(["make", JOBS, "-C", str(tree / "mpy-cross")], environment)
    _run(_configure(board, tree, folder), environment)
    _run(["ninja", JOBS, "-C", str(folder)], environment)
    image = (folder / "firmware.bin").read_bytes()
    if len(image) > board.volume_offset:
        raise RuntimeError(
            f"the runtime for {board.name} has {len(image)} bytes and reaches into the file system"
        )
    return image


def _tree(work: Path) -> Path:
    """MicroPython's source with the libraries that Debian packages apart linked in; a fresh one for other packages."""
    digest = hashlib.sha256("".join(package.sha256 for package in ALL).encode()).hexdigest()
    tree = work / f"tree-{digest[:12]}"
    if tree.is_dir():
        return tree
    shutil.rmtree(work, ignore_errors=True)
    unfinished = tree.with_suffix(".unfinished")
    shutil.copytree(source(MICROPYTHON), unfinished, symlinks=True)
    for name, there in (
        ("pico-sdk", source(PICO_SDK) / "usr/src/pico-sdk"),
        ("tinyusb", source(TINYUSB) / "usr/src/tinyusb"),
        ("mbedtls", source(MBEDTLS)),
    ):
        (unfinished / "lib" / name).rmdir()  # Debian leaves it there, empty
        (unfinished / "lib" / name).symlink_to(there)
    (
        unfinished / "lib/micropython-lib/README.md"
    ).touch()  # its absence reads as a checkout without submodules
    unfinished.rename(tree)
    return tree


def _configure(board: Board, tree: Path, folder: Path) -> list[str]:
    return [
        *("cmake", "-G", "Ninja", "-S", str(tree / "ports/rp2"), "-B", str(folder)),
        f"-DMICROPY_BOARD={board.port}",
        f"-DMICROPY_FROZEN_MANIFEST={FROZEN}",
        f"-DPython3_EXECUTABLE={sys.executable}",
        "-DPICO_NO_PICOTOOL=1",  # Debian 12 has none; uf2.py does its part
    ]


def _environment(tree: Path, folder: Path, work: Path) -> dict[str, str]:
    # No path and no time of this machine may reach the image. No repository around the tree may name its version.
    prefixes = (
        f"-ffile-prefix-map={tree}=/micropython -ffile-prefix-map={folder}=/build -fdebug-prefix-map={ROOT}=/"
    )
    return {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(BUILT_AT),
        "GIT_CEILING_DIRECTORIES": str(tree.parent),
        "LC_ALL": "C",
        "TZ": "UTC",
        "CFLAGS": prefixes,
        "ASMFLAGS": prefixes,
        # The SDK's only C++ defines new and delete, which nothing calls: without them no C++ library is needed, whose
        # package takes 1.5 GB. The linker asks for one all the same and gets an empty one.
        "CXXFLAGS": f"{prefixes} -DPICO_CXX_DISABLE_ALLOCATION_OVERRIDES=1",
        "LDFLAGS": f"-L{_empty_library(work)}",
    }


def _empty_library(work: Path) -> Path:
    folder = work / "empty"
    folder.mkdir(exist_ok=True)
    (folder / "libstdc++.a").write_bytes(b"!<arch>\n")
    return folder


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        said = (done.stdout[-3000:] + done.stderr[-3000:]).strip()
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{said}")
