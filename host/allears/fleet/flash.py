"""Application files onto a running clip: only those that differ, each verified by hash."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from allears.device import Clip
from allears.device.client import RESTART_S
from allears.device.stranger import PromptAnswers
from allears.errors import BadInput, DeviceError, ProtocolMismatch
from allears.fleet.bundle import Bundle, load_bundle
from allears.fleet.link_target import LinkTarget
from allears.fleet.repl_target import ReplTarget

# mpy-cross's name for the machine code of each board's processor.
ARCHES = {"sim": "x64", "xiao_rp2350": "armv7emsp", "xiao_esp32s3": "xtensawin"}
STARTS = (
    "boot.py",
    "main.py",
)  # replaced last, so that an unfinished update still starts the old application
SOURCE, COMPILED = ".py", ".mpy"
GREET_S = 20.0  # it may just be starting


class Target(Protocol):
    """A clip's volume as flashing needs it; paths have no leading slash, hashes are SHA-256 in hex."""

    def hash_of(self, path: str) -> str | None:
        """Hash of the file, None where there is none."""

    def write(self, files: dict[str, bytes], sent: Callable[[int], None]) -> None:
        """Replace files, in this order, each verified before it takes its name. sent: told of more bytes."""

    def remove(self, paths: list[str]) -> None:
        """Remove files."""


@dataclass(frozen=True)
class Plan:
    """Files to write, in order, and how many stay as they are.

    shadows: sources on the volume that MicroPython would import in place of this bundle's compiled modules.
    """

    bundle: Bundle
    changed: dict[str, bytes]
    unchanged: int
    shadows: list[str]

    @property
    def empty(self) -> bool:
        """True if there is nothing to do."""
        return not self.changed and not self.shadows

    @property
    def size_bytes(self) -> int:
        """Bytes to send."""
        return sum(map(len, self.changed.values()))


@dataclass(frozen=True)
class Flashed:
    """What an update did.

    way: "link" or "repl"; running: version that the clip says it runs, None after a dry run on
    one without a running application.
    """

    way: str
    plan: Plan
    running: str | None


class Watcher(Protocol):
    """Told how an update goes."""

    def planned(self, plan: Plan) -> None:
        """What will be written."""

    def sent(self, size_bytes: int) -> None:
        """So many more bytes have arrived."""


def update(path: str, via: str, board: str | None, dry_run: bool, watcher: Watcher) -> Flashed:
    """Bring the application of the clip on port `path` to this release and start it.

    via: "link", "repl", or "auto": the link, and the REPL where the application speaks another protocol or is
    not there. A port on which nothing known answers is left alone.
    """
    if via == "repl":
        return _by_repl(path, board, dry_run, watcher)
    try:
        return _by_link(path, board, dry_run, watcher)
    except (ProtocolMismatch, PromptAnswers):
        if via == "link":
            raise
    return _by_repl(path, board, dry_run, watcher)


def _by_link(path: str, board: str | None, dry_run: bool, watcher: Watcher) -> Flashed:
    with Clip(path, GREET_S) as clip:
        planned = _write(LinkTarget(clip), board, dry_run, watcher)
        if not planned.empty and not dry_run:
            clip.restart()
        return _checked(Flashed("link", planned, clip.hello.firmware), dry_run)


def _by_repl(path: str, board: str | None, dry_run: bool, watcher: Watcher) -> Flashed:
    with ReplTarget(path) as target:
        planned = _write(target, board, dry_run, watcher)
    try:
        with Clip(path, RESTART_S) as clip:
            return _checked(Flashed("repl", planned, clip.hello.firmware), dry_run)
    except PromptAnswers:
        if dry_run:
            return Flashed("repl", planned, None)  # as it was found
        raise


def _write(target: Target, board: str | None, dry_run: bool, watcher: Watcher) -> Plan:
    planned = plan(target, fitting_bundle(target, board))
    watcher.planned(planned)
    if not dry_run:
        carry_out(target, planned, watcher.sent)
    return planned


def _checked(flashed: Flashed, dry_run: bool) -> Flashed:
    meant = flashed.plan.bundle.manifest["version"]
    if not dry_run and flashed.running != meant:
        raise DeviceError(
            f"the clip was given version {meant} and runs {flashed.running}",
            "press its reset button and look again",
        )
    return flashed


def installed(target: Target) -> tuple[str, str | None] | None:
    """(board, architecture or None for source) of the firmware on the volume; None where there is none."""
    for board, arch in ARCHES.items():
        if target.hash_of(f"boards/{board}/board{SOURCE}"):
            return board, None
        if target.hash_of(f"boards/{board}/board{COMPILED}"):
            return board, arch
    return None


def fitting_bundle(target: Target, board: str | None) -> Bundle:
    """The bundle in the form the volume already has; BadInput when the board is neither known nor named."""
    found = installed(target)
    if found is None and board is None:
        raise BadInput(
            "there is no AllEars firmware to update", f"name the board with --board {'|'.join(ARCHES)}"
        )
    if found and board not in (None, found[0]):
        raise BadInput(f"the clip holds firmware for {found[0]}, not {board}", "leave --board out")
    if found:
        return load_bundle(found[1], found[0])
    assert board is not None
    return load_bundle(None, board)


def plan(target: Target, bundle: Bundle) -> Plan:
    """What differs between `bundle` and the volume."""
    hashes = bundle.hashes
    changed = [path for path in sorted(bundle.files, key=_order) if target.hash_of(path) != hashes[path]]
    sources = (path.removesuffix(COMPILED) + SOURCE for path in bundle.files if path.endswith(COMPILED))
    shadows = [path for path in sources if target.hash_of(path)]
    return Plan(
        bundle, {path: bundle.files[path] for path in changed}, len(bundle.files) - len(changed), shadows
    )


def carry_out(target: Target, planned: Plan, sent: Callable[[int], None]) -> None:
    """Write what differs and look at every hash again; DeviceError when one is not what it should be."""
    target.write(planned.changed, sent)
    if planned.shadows:
        target.remove(planned.shadows)
    wrong = differing(target, planned.bundle, planned.changed)
    if wrong:
        raise DeviceError(
            f"{wrong[0]} reads back differently from what was written",
            "run this again, then replace the clip",
        )


def differing(target: Target, bundle: Bundle, paths: Iterable[str]) -> list[str]:
    """Those of `paths` whose hash on the volume is not the bundle's."""
    hashes = bundle.hashes
    return [path for path in paths if target.hash_of(path) != hashes[path]]


def _order(path: str) -> tuple[bool, str]:
    return path in STARTS, path
