"""Builds MicroPython's rp2 port from Debian's packages: the runtime as it lies in flash. Same sources, same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from targetbench.runtime import install_programs

from . import ROOT
from .packages import ALL, MBEDTLS, MICROPYTHON, PICO_SDK, TINYUSB, source
from .targets import Board

WORK = ROOT / "build" / "rp2"
# What the runtime holds besides C, in the language of MicroPython's manifests: the port's own module, a start that
# leaves room for keys, and asyncio. The drivers that the port would add come from micropython-lib, which Debian does
# not package; the clip uses none.
MODULES = Path(__file__).resolve().parents[1] / "modules"
MANIFEST = f"""freeze("$(PORT_DIR)/modules", "rp2.py")
freeze("{MODULES}", "_boot.py")
include("$(MPY_DIR)/extmod/asyncio")
"""
# (file, what stands there once, what stands there instead)
EDITS = (
    # Ctrl-C interrupts what is typed at the prompt, but no file: boot.py and main.py run undisturbed from their first
    # instruction on, and main.py lets it in where there is nothing to protect.
    (
        "shared/runtime/pyexec.c",
        "        if (!(exec_flags & EXEC_FLAG_NO_INTERRUPT)) {\n",
        "        if (!(exec_flags & (EXEC_FLAG_NO_INTERRUPT | EXEC_FLAG_SOURCE_IS_FILENAME))) {\n",
    ),
)
# Where an attribute was found is remembered by its name: with 64 names, as MicroPython has it, they push each other
# out, and a turn of the clip's loop takes 8 % more. As in tests/target/port/mpconfigport.h, where that was counted.
OPTIONS = ("-DMICROPY_OPT_MAP_LOOKUP_CACHE_SIZE=1024",)
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


def build(board: Board, frozen: Mapping[str, bytes], work: Path = WORK) -> bytes:
    """The runtime for `board` from address 0x10000000 on; what is built in `work` already is not built again.

    frozen: compiled modules (.mpy) by path that are to lie in the runtime and run from flash.
    Raises Unavailable where a package or program cannot be had, RuntimeError where the build fails.
    """
    install_programs(PROGRAMS)
    packages = "".join(package.sha256 for package in ALL)
    digest = hashlib.sha256(f"{packages}{EDITS}{OPTIONS}".encode()).hexdigest()
    place = work / digest[:12]  # other packages, edits or options build elsewhere
    tree, folder = _tree(place), place / board.name
    environment = _environment(tree, folder, place)
    _run(["make", JOBS, "-C", str(tree / "mpy-cross")], environment)
    _run(_configure(board, tree, folder, _manifest(frozen, place / f"{board.name}-frozen")), environment)
    _run(["ninja", JOBS, "-C", str(folder)], environment)
    image = (folder / "firmware.bin").read_bytes()
    if len(image) > board.volume_offset:
        raise RuntimeError(
            f"the runtime for {board.name} has {len(image)} bytes and reaches into the file system"
        )
    return image


def _tree(place: Path) -> Path:
    """MicroPython's source with the libraries that Debian packages apart linked in."""
    tree = place / "micropython"
    if tree.is_dir():
        return tree
    unfinished = tree.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source(MICROPYTHON), unfinished, symlinks=True)
    for name, there in (
        ("pico-sdk", source(PICO_SDK) / "usr/src/pico-sdk"),
        ("tinyusb", source(TINYUSB) / "usr/src/tinyusb"),
        ("mbedtls", source(MBEDTLS)),
    ):
        (unfinished / "lib" / name).rmdir()  # Debian leaves it there, empty
        (unfinished / "lib" / name).symlink_to(there)
    for name, old, new in EDITS:
        text = (unfinished / name).read_text("utf-8")
        if text.count(old) != 1:
            raise RuntimeError(f"{name} of this MicroPython does not read as expected")
        (unfinished / name).write_text(text.replace(old, new), "utf-8")
    # The absence of this file would read as a checkout without submodules.
    (unfinished / "lib/micropython-lib/README.md").touch()
    unfinished.rename(tree)
    return tree


def _manifest(frozen: Mapping[str, bytes], folder: Path) -> Path:
    """Write `frozen` into `folder` and a manifest beside it, which is returned."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in frozen.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    manifest = folder.with_suffix(".py")
    manifest.write_text(MANIFEST + (f'freeze_mpy("{folder}")\n' if frozen else ""), "utf-8")
    return manifest


def _configure(board: Board, tree: Path, folder: Path, manifest: Path) -> list[str]:
    return [
        *("cmake", "-G", "Ninja", "-S", str(tree / "ports/rp2"), "-B", str(folder)),
        f"-DMICROPY_BOARD={board.port}",
        f"-DMICROPY_FROZEN_MANIFEST={manifest}",
        f"-DPython3_EXECUTABLE={sys.executable}",
        "-DPICO_NO_PICOTOOL=1",  # Debian 12 has none; uf2.py does its part
    ]


def _environment(tree: Path, folder: Path, place: Path) -> dict[str, str]:
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
        "CFLAGS": " ".join((prefixes, *OPTIONS)),
        "ASMFLAGS": prefixes,
        # The SDK's only C++ defines new and delete, which nothing calls: without them no C++ library is needed, whose
        # package takes 1.5 GB. The linker asks for one all the same and gets an empty one.
        "CXXFLAGS": f"{prefixes} -DPICO_CXX_DISABLE_ALLOCATION_OVERRIDES=1",
        "LDFLAGS": f"-L{_empty_library(place)}",
    }


def _empty_library(place: Path) -> Path:
    folder = place / "empty"
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
