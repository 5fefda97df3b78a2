"""Power that fails at every write of a session, of an update and of a whole boot."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from allears.demo.call import render_call
from allears.device import Clip, open_clip, updating
from allears.errors import AllEarsError
from allears.fleet import flash, slot
from allears.fleet.bundle import Bundle, load_bundle
from allears.sim import start
from allears.sim.runtime import ARCH
from allears_core.params import SAMPLE_RATE_HZ

from . import BENCH, upy

SESSION_S = 600
START_S = 3.0
IMPATIENT_S = 0.2  # for an answer: the power is about to fail
NEWER = "9.0.0"
_SESSION = re.compile(
    r"(\d+) writes, (\d+) cuts, (\d+) records, (\d+) flushes: (\d+) lost, (\d+) twice, (\d+) unbootable"
)
_UPDATE = re.compile(r"(\d+) writes, (\d+) cuts: (\d+) lost, (\d+) unbootable")


def recording(path: Path, seconds: int) -> None:
    """The demo call over and over for `seconds`, int16 (mouth, ear), little-endian."""
    pcm, _ = render_call()
    wanted = seconds * SAMPLE_RATE_HZ
    np.tile(pcm, (-(-wanted // len(pcm)), 1))[:wanted].astype("<i2").tofile(path)


def session(stride: int) -> dict[str, Any]:
    """A session of ten minutes through the whole application, cut at every `stride`-th write."""
    with tempfile.TemporaryDirectory(prefix="allears-safe-") as folder:
        path = Path(folder, "call.pcm")
        recording(path, SESSION_S)
        said = upy.run(BENCH / "upy_session_cuts.py", str(path), str(stride))
    found = _SESSION.fullmatch(said)
    if found is None:
        raise RuntimeError(f"the session's cuts said: {said}")
    names = ("writes", "cuts", "records", "flushes", "lost", "twice", "unbootable")
    return dict(zip(names, map(int, found.groups()), strict=True))


def newer(bundle: Bundle) -> Bundle:
    """The same application as a later version: one module differs."""
    path = next(
        name for name in ("allears_core/version.py", "allears_core/version.mpy") if name in bundle.files
    )
    files = {name: content for name, content in bundle.files.items() if name != path}
    source = f'VERSION = "{NEWER}"\nPROTOCOL = 1\nRECORDS = 1\nFEATURES = 1\n'
    files["allears_core/version.py"] = source.encode()
    return replace(bundle, files=files, manifest={**bundle.manifest, "version": NEWER})


def update(stride: int) -> dict[str, Any]:
    """A whole update and the trial behind it, cut at every `stride`-th write."""
    old = load_bundle(None, "sim")
    with tempfile.TemporaryDirectory(prefix="allears-safe-") as folder:
        paths = [Path(folder, name) for name in ("old", "new")]
        for path, bundle in zip(paths, (old, newer(old)), strict=True):
            path.write_bytes(bundle.image)
        said = upy.run(BENCH / "upy_update_cuts.py", *map(str, paths), str(stride))
    found = _UPDATE.match(said)
    if found is None:
        raise RuntimeError(f"the update's cuts said: {said}")
    return dict(zip(("writes", "cuts", "lost", "unbootable"), map(int, found.groups()), strict=True))


def update_on_the_virtual_clip(cuts: int) -> dict[str, Any]:
    """The same over the real link, with the clip's process killed half-way through a write, and a real start after."""
    bundle = newer(load_bundle(ARCH, "sim"))
    image = slot.opened(bundle.image)
    done = unbootable = 0
    for number in range(cuts):
        with start(fast=True) as virtual:
            with open_clip(virtual.port) as clip:
                key = flash.update_key(clip)
                log_id = clip.hello.log_id
            virtual.cut_power()
            virtual.power_on(cut_at=80 + number * 700 // cuts)
            try:
                with Clip(virtual.port, START_S, IMPATIENT_S) as clip:
                    updating.send(clip, image, key, False, lambda size: None)
                    clip.restart(START_S)
            except AllEarsError:
                pass  # the power failed: what counts is what follows
            virtual.cut_power()
            virtual.power_on()
            try:
                with open_clip(virtual.port) as clip:
                    unbootable += clip.hello.log_id != log_id
            except AllEarsError:
                unbootable += 1
            done += 1
    return {"cuts": done, "unbootable": unbootable}
