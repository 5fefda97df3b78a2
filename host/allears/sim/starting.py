"""Starting a virtual clip, or joining the one of a name that another program runs."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from allears.fleet.bundle import load_bundle
from allears.sim import runtime, sim_keys, supervisor, volume
from allears.sim.clip import WATCHDOG_S, Listener, VirtualClip
from allears.sim.home import DEFAULT_NAME, Home
from allears.sim.process import Build, Reset


@dataclass(frozen=True)
class Options:
    """How a clip is started.

    fast: time runs as fast as the clip can think. fresh: new flash. reflash: new firmware, log and settings stay.
    safe_mode: the button is held at boot. cut_at: the power fails at this flash operation, 0 never.
    watchdog_s: real seconds without a feed until the watchdog bites. files: put on a new or reflashed volume
    over the firmware of this release. keys: False for a clip as it comes from the factory, with none.
    """

    fast: bool = False
    fresh: bool = False
    reflash: bool = False
    safe_mode: bool = False
    cut_at: int = 0
    watchdog_s: float = WATCHDOG_S
    files: Mapping[str, bytes] | None = None
    keys: bool = True


def start(
    name: str | None = None,
    fast: bool = False,
    on_change: Listener | None = None,
    options: Options | None = None,
) -> VirtualClip:
    """Start a virtual clip; it has booted when this returns.

    name: keeps its flash between runs; None gives it a new flash that is deleted at the end. fast: as in
    Options. on_change: told every change of light, motor and state, on another thread.
    Raises MissingPart without MicroPython, PortBusy when a clip of that name is running, BadInput when its flash
    is damaged.
    """
    options = options or Options(fast=fast)
    runtime.find_micropython()
    with ExitStack() as stack:
        clip_home = Home(name) if name is not None else None
        image, unit_id = _claim(clip_home, stack)
        new = options.fresh or not volume.has_vault(image)
        stale = _prepare(image, options)
        if new and options.keys:
            sim_keys.give(image, unit_id)
        if clip_home is None:
            stack.callback(sim_keys.forget, unit_id)
        build = Build(image, unit_id, options.fast, runtime.HEAP_BYTES)
        reset = Reset(supervisor.POWER_ON, safe_mode=options.safe_mode, cut_at=options.cut_at)
        clip = VirtualClip(
            build,
            reset,
            watchdog_s=options.watchdog_s,
            stale=stale,
            on_change=on_change,
            resources=stack.pop_all(),
        )
    try:
        clip.booted()
        if clip_home:
            clip_home.publish(clip.port)
    except BaseException:
        clip.stop()
        raise
    return clip


def _claim(clip_home: Home | None, stack: ExitStack) -> tuple[Path, bytes]:
    """(flash image, unit id) of a named clip that is ours now, or of one that lives as long as `stack`."""
    if clip_home is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="allears-sim-"))
        return Path(folder, "flash.img"), os.urandom(8)
    clip_home.claim()
    stack.callback(clip_home.release)
    return clip_home.image, clip_home.unit_id()


def _prepare(image: Path, options: Options) -> list[str]:
    """Make the flash ready; returns the firmware files on it that differ from this release."""
    released = load_bundle(runtime.ARCH)
    bundle = replace(released, files={**released.files, **(options.files or {})})
    if options.fresh or not image.is_file():
        volume.build(image, bundle.installed)
    elif options.reflash:
        volume.write_firmware(image, bundle.installed)
    else:
        volume.add_vault(image)
        return volume.differing(image, bundle.files)
    return []


@dataclass(frozen=True)
class Joined:
    """A virtual clip that another program runs; leaving it leaves it running."""

    port: str

    def stop(self) -> None:
        """Nothing: it is not ours to stop."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def join(name: str = DEFAULT_NAME) -> VirtualClip | Joined:
    """The virtual clip `name`: the running one, else started for as long as the result is open."""
    running = Home(name or DEFAULT_NAME).running()
    return Joined(running.port) if running else start(name or DEFAULT_NAME)
